'use strict';

const { randomUUID } = require('node:crypto');
const path = require('node:path');
const { MODULES } = require('./install');
const { wait } = require('./processes');

const REQUEST_TIMEOUT = 120_000;
const RUN_TIMEOUT = 240_000;
const FIRST_TRIES = 80;
const BUSY_TRIES = 10;

/** A word of n8n's for an answer that is no success. */
function failure(method, route, status, text) {
	let message = text;
	try {
		message = JSON.parse(text).message ?? text;
	} catch {
		// Not JSON: show it as it is.
	}
	const said = `n8n answered ${status} to ${method} ${route}: ${message.slice(0, 500)}`;
	return Object.assign(new Error(said), { status });
}

/** Talks to n8n's own REST API as the editor in the browser does. */
class Client {
	constructor(url) {
		this.url = url;
		this.cookie = undefined;
		// n8n ties a session to the browser that began it; the editor sends this on each call.
		this.browserId = randomUUID();
	}

	headers(body) {
		return {
			'browser-id': this.browserId,
			...(this.cookie && { cookie: this.cookie }),
			...(body !== undefined && { 'content-type': 'application/json' }),
		};
	}

	/** Any address of the server, as a Response. */
	async fetch(method, route, body) {
		const response = await fetch(this.url + route, {
			method,
			headers: this.headers(body),
			body: body === undefined ? undefined : JSON.stringify(body),
			signal: AbortSignal.timeout(REQUEST_TIMEOUT),
		});
		const cookies = response.headers.getSetCookie();
		if (cookies.length) this.cookie = cookies.map((cookie) => cookie.split(';')[0]).join('; ');
		if (!response.ok) throw failure(method, route, response.status, await response.text());
		return response;
	}

	/** A call below /rest; n8n wraps each answer in `data`. */
	async call(method, route, body) {
		const ask = () => this.fetch(method, `/rest${route}`, body);
		const response = await (method === 'GET' ? whileBusy(ask) : ask());
		const text = await response.text();
		return text ? JSON.parse(text).data : undefined;
	}
}

/** A busy n8n closes connections, or says that its database is not ready: what only reads is asked again. */
async function whileBusy(ask) {
	for (let attempt = 1; ; attempt++) {
		try {
			return await ask();
		} catch (error) {
			const { name, status } = /** @type {Error & { status?: number }} */ (error);
			const isBusy = name === 'TypeError' || status === 503;
			if (!isBusy || attempt === BUSY_TRIES) throw error;
			await wait(500);
		}
	}
}

/** The health check can be green a moment before the routes are there. */
async function onceThere(call) {
	for (let attempt = 1; ; attempt++) {
		try {
			return await call();
		} catch (error) {
			if (/** @type {{ status?: number }} */ (error).status === 401 || attempt === FIRST_TRIES)
				throw error;
			await wait(250);
		}
	}
}

async function login({ url, email, password }) {
	const client = new Client(url);
	const body = { emailOrLdapLoginId: email, password };
	await onceThere(() => client.call('POST', '/login', body));
	return client;
}

/** Makes the owner, as n8n's first page does where the environment names none. */
async function createOwner({ url, email, password }) {
	const owner = { email, password, firstName: 'Demo', lastName: 'Owner' };
	await onceThere(() => new Client(url).call('POST', '/owner/setup', owner));
}

async function createCredential(client, { name, type, data }) {
	const { id } = await client.call('POST', '/credentials', { name, type, data });
	return { id, name, type, data };
}

/** Updates the credential that has this name and type, or creates it. */
async function putCredential(client, { name, type, data }) {
	const existing = await client.call('GET', '/credentials');
	const found = existing.find((one) => one.name === name && one.type === type);
	if (!found) return await createCredential(client, { name, type, data });
	await client.call('PATCH', `/credentials/${found.id}`, { name, type, data });
	return { id: found.id, name, type, data };
}

/** What the editor does after a credential has been saved: {status: 'OK' | 'Error', message}. */
function testCredential(client, { id, name, type, data }) {
	return client.call('POST', '/credentials/test', { credentials: { id, name, type, data } });
}

async function createWorkflow(client, { name, nodes, connections, settings = {} }) {
	// n8n 1 wants to be told that it is not active.
	const workflow = { name, nodes, connections, settings, active: false };
	return await client.call('POST', '/workflows', workflow);
}

/** Replaces the workflow that has this name, or creates it. */
async function putWorkflow(client, workflow) {
	const filter = encodeURIComponent(JSON.stringify({ name: workflow.name }));
	const existing = await client.call('GET', `/workflows?filter=${filter}`);
	const found = existing.find((one) => one.name === workflow.name);
	if (!found) return await createWorkflow(client, workflow);
	const { versionId } = await client.call('GET', `/workflows/${found.id}`);
	return await client.call('PATCH', `/workflows/${found.id}`, { ...workflow, versionId });
}

/** Publishes a workflow as the editor's button does: its triggers work from then on. */
async function publishWorkflow(client, { id, versionId }) {
	await client.call('POST', `/workflows/${id}/activate`, { versionId });
}

async function unpublishWorkflow(client, { id }) {
	await client.call('POST', `/workflows/${id}/deactivate`, {});
}

const UNFINISHED = new Set(['new', 'running', 'waiting']);

async function finishedExecution(client, executionId, timeout) {
	const deadline = Date.now() + timeout;
	for (;;) {
		const execution = await client.call('GET', `/executions/${executionId}`);
		if (!UNFINISHED.has(execution.status)) return execution;
		if (Date.now() > deadline) {
			await stopWorkflow(client, executionId);
			throw new Error(`The execution was not finished after ${timeout / 1000} s`);
		}
		await wait(150);
	}
}

/** node name → its outputs, each a list of items; of several runs of a node, all items. */
function outputsByNode(runData) {
	const outputs = {};
	for (const [name, runs] of Object.entries(runData)) {
		outputs[name] = [];
		for (const run of runs) {
			for (const [index, items] of (run.data?.main ?? []).entries()) {
				outputs[name][index] = [...(outputs[name][index] ?? []), ...(items ?? [])];
			}
		}
	}
	return outputs;
}

/** n8n keeps an execution in a format that survives circular references. */
function unflatten(text) {
	return require(path.join(MODULES, 'flatted')).parse(text);
}

/** What begins a workflow: the Manual Trigger, where there is one. */
function startOf(nodes) {
	const triggers = nodes.filter(({ type }) => /trigger$/i.test(type));
	return triggers.find(({ type }) => type === 'n8n-nodes-base.manualTrigger') ?? triggers[0];
}

/** Starts a saved workflow as the editor's button does; resolves to the id of the execution. */
async function startWorkflow(client, workflowId, request = {}) {
	const { nodes } = await client.call('GET', `/workflows/${workflowId}`);
	const trigger = startOf(nodes);
	if (!trigger) throw new Error('The workflow has no trigger');
	const { executionId } = await client.call('POST', `/workflows/${workflowId}/run`, {
		triggerToStartFrom: { name: trigger.name },
		...request,
	});
	return executionId;
}

/** Ends an execution as the editor's stop button does. */
async function stopWorkflow(client, executionId) {
	await client.call('POST', `/executions/${executionId}/stop`);
}

/** What each execution of a workflow put out, the oldest execution first: node name → items. */
async function executionsOf(client, workflowId) {
	const filter = encodeURIComponent(JSON.stringify({ workflowId }));
	const { results } = await client.call('GET', `/executions?filter=${filter}`);
	const ids = results.map(({ id }) => id).sort((a, b) => a - b);
	const executions = [];
	for (const id of ids) {
		const { status, data } = await finishedExecution(client, id, RUN_TIMEOUT);
		const { resultData } = unflatten(data);
		executions.push({ status, error: resultData.error, items: firstOutputs(resultData.runData) });
	}
	return executions;
}

/** The message of an execution that has failed. */
async function errorOf(client, executionId) {
	const { data } = await client.call('GET', `/executions/${executionId}`);
	return unflatten(data).resultData.error.message;
}

/** node name → the items of its first output. */
function firstOutputs(runData) {
	const outputs = Object.entries(outputsByNode(runData));
	return Object.fromEntries(outputs.map(([name, [first = []]]) => [name, first]));
}

/**
 * Executes a saved workflow as the editor's button does and waits for its end.
 * `items` is node name → items of its first output, `outputs` has all of a node's outputs.
 *
 * @param {Client} client
 * @param {string} workflowId
 * @param {{ timeout?: number, [field: string]: any }} [request] milliseconds to wait, and more fields of the request
 */
async function runWorkflow(client, workflowId, { timeout = RUN_TIMEOUT, ...request } = {}) {
	const executionId = await startWorkflow(client, workflowId, request);
	const execution = await finishedExecution(client, executionId, timeout);
	const { resultData } = unflatten(execution.data);
	const { error, runData } = resultData;
	const outputs = outputsByNode(runData);
	const items = firstOutputs(runData);
	return { executionId, status: execution.status, error, items, outputs, runData };
}

/** The bytes that an item's binary field refers to. */
async function readBinary(client, { id, data }) {
	if (!id) return Buffer.from(data, 'base64');
	const query = new URLSearchParams({ id, action: 'download' });
	const response = await client.fetch('GET', `/rest/binary-data?${query}`);
	return Buffer.from(await response.arrayBuffer());
}

/** The choices of a resource locator, as the editor asks for them: {results, paginationToken}. */
function listSearch(client, request) {
	const { nodeType, version = 1, parameters = {}, parameter, method, ...rest } = request;
	return client.call('POST', '/dynamic-node-parameters/resource-locator-results', {
		nodeTypeAndVersion: { name: nodeType, version },
		path: `parameters.${parameter}`,
		methodName: method,
		currentNodeParameters: parameters,
		...rest,
	});
}

/** All node types with their descriptions, as the editor loads them. */
async function nodeTypes(client) {
	return await (await client.fetch('GET', '/types/nodes.json')).json();
}

module.exports = {
	createCredential,
	createOwner,
	createWorkflow,
	errorOf,
	executionsOf,
	listSearch,
	login,
	nodeTypes,
	publishWorkflow,
	putCredential,
	putWorkflow,
	readBinary,
	runWorkflow,
	startWorkflow,
	stopWorkflow,
	testCredential,
	unpublishWorkflow,
};
