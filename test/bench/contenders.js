'use strict';

const { VENDORS, vendorNode, vendorOf } = require('../host/demo');
const { codeNodes, editFieldsNodes } = require('./byHand');

/**
 * Who reads the lists, vendor by vendor.
 *
 * @typedef {object} Contender
 * @property {string} id
 * @property {string} label
 * @property {'node' | 'httpRequest' | 'editFields' | 'code' | 'axios'} kind
 * @property {'raw' | 'full' | 'simplified'} output what it gives: the vendor's records, or invoices
 * @property {number} parallel requests in flight
 * @property {number} [most] invoices it is asked for; more would take it minutes
 */

/** The number that our node takes when the user chooses none. */
const DEFAULT_PARALLEL = 4;

/** Where the address of a page is known before the page in front of it has come. */
const ADDRESSABLE = new Set(
	VENDORS.filter(({ paging }) => paging !== undefined && paging.by !== 'cursor').map(
		({ type }) => type,
	),
);

/** @param {Contender['output']} output @param {number} parallel @param {string} label @returns {Contender} */
const ours = (output, parallel, label) => ({
	id: `${output}-${parallel}`,
	label: `this package, ${output}${label}`,
	kind: 'node',
	output,
	parallel,
});

/** @param {number} parallel @param {string} label @returns {Contender} */
const axios = (parallel, label) => ({
	id: `axios-${parallel}`,
	label,
	kind: 'axios',
	output: 'raw',
	parallel,
});

/** @type {Contender} */
const HTTP_REQUEST = {
	id: 'httpRequest',
	label: 'HTTP Request node',
	kind: 'httpRequest',
	output: 'raw',
	parallel: 1,
};

/** @type {Contender[]} */
const BY_HAND = [
	{
		id: 'editFields',
		label: 'HTTP Request, Split Out, Edit Fields',
		kind: 'editFields',
		output: 'simplified',
		parallel: 1,
		most: 1000,
	},
	{
		id: 'code',
		label: 'HTTP Request, Code',
		kind: 'code',
		output: 'simplified',
		parallel: 1,
	},
];

/** @param {string} vendor @returns {Contender[]} */
function contendersOf(vendor) {
	if (!ADDRESSABLE.has(vendor)) {
		return [
			ours('simplified', DEFAULT_PARALLEL, ''),
			ours('full', DEFAULT_PARALLEL, ''),
			ours('raw', DEFAULT_PARALLEL, ''),
			HTTP_REQUEST,
			...BY_HAND,
			axios(1, 'limit: axios'),
		];
	}
	const numbers = [1, DEFAULT_PARALLEL, 8];
	return [
		...numbers.map((number) => ours('simplified', number, `, ${number} in flight`)),
		ours('full', DEFAULT_PARALLEL, `, ${DEFAULT_PARALLEL} in flight`),
		...numbers.map((number) => ours('raw', number, `, ${number} in flight`)),
		HTTP_REQUEST,
		...BY_HAND,
		axios(1, 'axios, one by one'),
		axios(DEFAULT_PARALLEL, `limit: axios, ${DEFAULT_PARALLEL} in flight`),
		axios(8, 'limit: axios, 8 in flight'),
	];
}

/**
 * The id of the contender that has nothing to do but to wait for the same requests.
 *
 * @param {string} vendor
 * @param {Contender} contender
 */
function limitOf(vendor, { parallel }) {
	return `axios-${ADDRESSABLE.has(vendor) ? parallel : 1}`;
}

/**
 * Our node, reading all invoices.
 *
 * @param {string} vendor
 * @param {Contender} contender
 * @param {{ id: string, name: string }} credential
 */
function ourNode(vendor, { output, parallel }, credential) {
	const row = vendorOf(vendor);
	return vendorNode(row, credential, {
		parameters: {
			...row.parameters,
			operation: 'getAll',
			returnAll: true,
			output,
			options: { parallelRequests: parallel },
		},
	});
}

/**
 * n8n's own HTTP Request node with the same credential.
 *
 * @param {string} vendor
 * @param {{ url: string, credential: { id: string, name: string }, options: object, query?: Record<string, string> }} how
 */
function httpRequestNode(vendor, { url, credential, options, query = {} }) {
	const type = vendorOf(vendor).credential;
	const parameters = Object.entries(query).map(([name, value]) => ({ name, value }));
	return {
		id: 'http',
		name: 'HTTP Request',
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.5,
		position: [560, 320],
		parameters: {
			url,
			authentication: 'predefinedCredentialType',
			nodeCredentialType: type,
			...(parameters.length > 0 && { sendQuery: true, queryParameters: { parameters } }),
			options,
		},
		credentials: { [type]: { id: credential.id, name: credential.name } },
	};
}

/**
 * The HTTP Request node, reading all invoices with its built-in pagination.
 *
 * @param {string} vendor
 * @param {any} credential
 */
function httpListNode(vendor, credential) {
	const { path, query, each, done } = vendorOf(vendor).http;
	const pagination = {
		paginationMode: 'updateAParameterInEachRequest',
		parameters: { parameters: [each] },
		paginationCompleteWhen: 'other',
		completeExpression: done,
	};
	return httpRequestNode(vendor, {
		url: credential.data.baseUrl + path,
		credential,
		query,
		options: {
			response: { response: { responseFormat: 'json' } },
			...(each && { pagination: { pagination } }),
		},
	});
}

/**
 * The nodes of a contender that lives in n8n.
 *
 * @param {string} vendor
 * @param {Contender} contender
 * @param {any} credential
 */
function nodesOf(vendor, contender, credential) {
	if (contender.kind === 'node') return [ourNode(vendor, contender, credential)];
	const pages = httpListNode(vendor, credential);
	if (contender.kind === 'editFields') return [pages, ...editFieldsNodes(vendor)];
	if (contender.kind === 'code') return [pages, ...codeNodes(vendor)];
	return [pages];
}

/**
 * Where the records stand in an item that a contender gives; empty where each item is one.
 *
 * @param {string} vendor
 * @param {Contender} contender
 */
function listIn(vendor, { kind }) {
	return kind === 'httpRequest' ? (vendorOf(vendor).http.records ?? '') : '';
}

module.exports = {
	ADDRESSABLE,
	DEFAULT_PARALLEL,
	contendersOf,
	httpListNode,
	httpRequestNode,
	limitOf,
	listIn,
	nodesOf,
	ourNode,
};
