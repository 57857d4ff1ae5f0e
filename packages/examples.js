// @ts-check
'use strict';
/** The examples of a single-service package: the repository's workflows, cut to its vendors. */
const fs = require('node:fs');
const path = require('node:path');
const { ROOT, readJson } = require('./services');
const { withoutVendors } = require('./words');

/**
 * @typedef {import('./services').Service} Service
 * @typedef {import('./services').Vendor} Vendor
 * @typedef {{ from: string, output: number, kind: string, to: string, input: number }} Link
 * @typedef {{ name: string, type: string, parameters: any }} Node
 * @typedef {{ name: string, nodes: Node[], connections: any }} Workflow
 */

const BUNDLE = readJson('package.json').name;
const MERGE = 'n8n-nodes-base.merge';
const SWITCH = 'n8n-nodes-base.switch';
const NOTE = 'n8n-nodes-base.stickyNote';

/** Returns whose node it is; undefined for n8n's own. @param {Node} node @param {Vendor[]} vendors */
function vendorOf({ type }, vendors) {
	const [prefix, name] = type.split('.');
	if (prefix !== BUNDLE) return undefined;
	const own = name.replace(/(Trigger|Tool)$/, '');
	const vendor = vendors.find((one) => one.type === own);
	if (vendor === undefined) throw new Error(`No vendor has the node ${type}`);
	return vendor;
}

/** @param {Workflow} workflow @returns {Link[]} */
const linksOf = ({ connections }) =>
	Object.entries(connections).flatMap(([from, kinds]) =>
		Object.entries(kinds).flatMap(([kind, outputs]) =>
			outputs.flatMap((targets, output) =>
				(targets ?? []).map(({ node, index }) => ({ from, output, kind, to: node, input: index })),
			),
		),
	);

/** @param {Link[]} links */
function connectionsOf(links) {
	const connections = {};
	for (const { from, output, kind, to, input } of links) {
		const outputs = ((connections[from] ??= {})[kind] ??= []);
		while (outputs.length <= output) outputs.push([]);
		outputs[output].push({ node: to, type: kind, index: input });
	}
	return connections;
}

/** Removes the outputs of a Switch that are for vendors that are gone. */
function withoutCases(node, links, gone) {
	const isGone = ({ conditions }) =>
		conditions.conditions.some(({ rightValue }) => gone.has(rightValue));
	const rules = node.parameters.rules.values;
	const places = rules.map((rule) => !isGone(rule));
	const placeOf = (output) => places.slice(0, output).filter(Boolean).length;
	const kept = links
		.filter(({ from, output }) => from !== node.name || places[output] !== false)
		.map((link) => (link.from === node.name ? { ...link, output: placeOf(link.output) } : link));
	const values = rules.filter((_, index) => places[index]);
	return [{ ...node, parameters: { ...node.parameters, rules: { values } } }, kept];
}

/**
 * Removes nodes that the vendors' nodes leave idle: those that nothing leads to any more, and those
 * that lead to nothing any more.
 */
function withoutIdle(nodes, links, before) {
	const names = new Set(nodes.map(({ name }) => name));
	const left = links.filter(({ from, to }) => names.has(from) && names.has(to));
	const isIdle = ({ name }) =>
		['from', 'to'].some(
			(end) =>
				before.some((link) => link[end] === name) && !left.some((link) => link[end] === name),
		);
	const kept = nodes.filter((node) => !isIdle(node));
	return kept.length === nodes.length ? { nodes, links: left } : withoutIdle(kept, left, before);
}

/** Gives a Merge as many inputs as are in use; one with a single input is left out. */
function tightenMerge({ nodes, links }, merge) {
	const into = links.filter(({ to }) => to === merge.name);
	const inputs = [...new Set(into.map(({ input }) => input))].sort((a, b) => a - b);
	if (inputs.length > 1) {
		const numberInputs = inputs.length;
		return {
			nodes: nodes.map((node) =>
				node === merge ? { ...node, parameters: { ...node.parameters, numberInputs } } : node,
			),
			links: links.map((link) =>
				link.to === merge.name ? { ...link, input: inputs.indexOf(link.input) } : link,
			),
		};
	}
	const onward = links.filter(({ from }) => from === merge.name);
	return {
		nodes: nodes.filter((node) => node !== merge),
		links: links
			.filter(({ from }) => from !== merge.name)
			.flatMap((link) =>
				link.to === merge.name ? onward.map(({ to, input }) => ({ ...link, to, input })) : [link],
			),
	};
}

/** Takes vendors out of code: lines and entries of lists that are about one of them. */
function codeWithout(code, gone, goneNodes) {
	const names = [...gone.map(({ title }) => title), ...goneNodes];
	const isGone = (line) =>
		gone.some(({ type }) => line.trim().startsWith(`${type}: '`)) ||
		names.some((name) => line.trim().startsWith(`['${name}', `));
	const lines = code.split('\n').filter((line) => !isGone(line));
	return lines.join('\n').replace(/\['[^'\n]*'(?:, '[^'\n]*')*\]/g, (list) => {
		const entries = list.slice(1, -1).split(', ');
		return `[${entries.filter((entry) => !names.includes(entry.slice(1, -1))).join(', ')}]`;
	});
}

/** Takes the vendors out of a JSON text that has an entry for each. */
function jsonWithout(text, gone) {
	const value = JSON.parse(text);
	for (const { type } of gone) delete value[type];
	return JSON.stringify(value, null, 2);
}

/** Applies a change to each text in a value. */
function mapTexts(value, change) {
	if (typeof value === 'string') return change(value);
	if (Array.isArray(value)) return value.map((one) => mapTexts(one, change));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, one]) => [key, mapTexts(one, change)]),
	);
}

/** Takes what is gone out of the texts of a node. */
function textsWithout(node, { all, gone, goneNodes }) {
	const titles = (vendors) => vendors.map(({ title }) => title);
	const names = { all: titles(all), gone: titles(gone), goneNodes };
	return mapTexts(node.parameters, (text) => {
		if (text === node.parameters.jsCode) return codeWithout(text, gone, goneNodes);
		if (text.startsWith('{\n')) return jsonWithout(text, gone);
		const isProse = node.type === NOTE || text === node.parameters.options?.systemMessage;
		return isProse ? withoutVendors(text, names) : text;
	});
}

/**
 * Returns a workflow without what is not a package's: nodes of other vendors, what serves only these,
 * and what notes and code say of them. The nodes that are left are the package's. Undefined where the workflow
 * has no node of the package.
 *
 * @param {Workflow} workflow
 * @param {Service} service
 * @param {Vendor[]} all vendors
 */
function exampleFor(workflow, service, all) {
	const gone = all.filter(({ folder }) => service.vendors.every((one) => one.folder !== folder));
	const isGone = (node) => gone.includes(/** @type {Vendor} */ (vendorOf(node, all)));
	if (!workflow.nodes.some((node) => vendorOf(node, all) && !isGone(node))) return undefined;

	const before = linksOf(workflow);
	let nodes = workflow.nodes.filter((node) => !isGone(node));
	let links = before;
	for (const node of nodes.filter(({ type }) => type === SWITCH)) {
		const [cut, kept] = withoutCases(node, links, new Set(gone.map(({ type }) => type)));
		nodes = nodes.map((one) => (one === node ? cut : one));
		links = kept;
	}
	({ nodes, links } = withoutIdle(nodes, links, before));
	for (const merge of nodes.filter(({ type }) => type === MERGE)) {
		({ nodes, links } = tightenMerge({ nodes, links }, merge));
	}
	const left = new Set(nodes.map(({ name }) => name));
	const goneNodes = workflow.nodes.map(({ name }) => name).filter((name) => !left.has(name));
	return {
		...workflow,
		nodes: nodes.map((node) => ({
			...node,
			type: node.type.replace(`${BUNDLE}.`, `${service.name}.`),
			parameters: textsWithout(node, { all, gone, goneNodes }),
		})),
		connections: connectionsOf(links),
	};
}

/**
 * Returns the examples of a package: the names of their files, and what is in these.
 *
 * @param {Service} service
 * @param {Vendor[]} all vendors
 * @returns {Map<string, Workflow>}
 */
function examplesOf(service, all) {
	const found = new Map();
	for (const file of fs.readdirSync(path.join(ROOT, 'examples')).sort()) {
		if (!file.endsWith('.json')) continue;
		const workflow = exampleFor(readJson(`examples/${file}`), service, all);
		if (workflow !== undefined) found.set(file, workflow);
	}
	return found;
}

module.exports = { exampleFor, examplesOf };
