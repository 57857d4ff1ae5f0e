'use strict';

const { createHash } = require('node:crypto');
const { VENDORS, connect, vendorNode } = require('./demo');
const { add, invoicesIn, summary } = require('./expected');
const host = require('./host');
const { wait } = require('./processes');
const { openSession } = require('./session');
const { socketsTo } = require('./sockets');

// A thousand executions in one n8n, against vendors that fail one request of ten in every way the
// sandbox knows for a single answer. Each execution has to give all invoices, or to fail and say why.

const SETUP_TIMEOUT = 1_200_000;
const SOAK_TIMEOUT = 900_000;
const EXECUTIONS = 1000;
const WARM_UP = 140;
const AT_ONCE = 10;
const SIZES = { talkdesk: 24, talkdeskInsurance: 12, fastly: 24, carrierX: 30, i3dNet: 30 };
const PDFS = 3;
/** Of the nodes, in seconds. */
const TIMEOUT = 2;
const OPTIONS = { timeout: TIMEOUT, maxRetries: 1 };
/** Longer than a client keeps a connection that it does not use. */
const IDLE = 30_000;

/** JSON and no token. Half of a PDF whose length says that it is all of it cannot be told from one. */
const ANSWERS_IN_JSON = /^(?!.*(pdf|token))/;

/** Every bad answer to a single request. */
const FAULTS = [
	...[408, 500, 502, 503, 504].map((status) => ({ kind: 'status', status })),
	{ kind: 'status', status: 502, body: '<html>Bad Gateway</html>', contentType: 'text/html' },
	{ kind: 'throttle' },
	{ kind: 'throttle', retryAfter: 0 },
	{ kind: 'throttle', retryAfter: 1 },
	{ kind: 'throttle', retryAfter: 'date:1' },
	{ kind: 'throttle', retryAfter: 600 },
	{ kind: 'reset' },
	{ kind: 'cutBody' },
	{ kind: 'html' },
	{ kind: 'emptyBody' },
	{ kind: 'notJson', path: ANSWERS_IN_JSON },
	{ kind: 'expireToken', vendor: 'talkdesk' },
	{ kind: 'redirect' },
	{ kind: 'slow', ms: (TIMEOUT + 1) * 1000 },
	{ kind: 'stall' },
	{ kind: 'missingList' },
	{ kind: 'stuckPage' },
	{ kind: 'capPages', size: 3 },
	{ kind: 'total', delta: 1 },
	{ kind: 'total', delta: -1 },
	{ kind: 'repeatCursor', vendor: 'fastly' },
	{ kind: 'notPdf' },
	{ kind: 'noLength' },
];
const SHARE = 0.1 / (FAULTS.length - 4);

let session;
let client;
let sandbox;
/** What is executed in turn: {route, whole}. */
let jobs;

beforeAll(async () => {
	session = await openSession({ sizes: SIZES });
	({ client, sandbox } = session);
	const withPdf = VENDORS.filter(({ node }) => ['carrierX', 'i3dNet'].includes(node));
	jobs = [...VENDORS.map(listing), ...withPdf.map(downloading)];
	for (const { workflow } of jobs) {
		await host.publishWorkflow(client, await host.createWorkflow(client, workflow));
	}
}, SETUP_TIMEOUT);

afterAll(async () => await session?.close());

const ours = (vendor, name, { operation, options = {}, ...parameters }) =>
	vendorNode(
		vendor,
		session.credentials.find(({ type }) => type === vendor.credential),
		{
			id: name,
			name,
			parameters: { operation, ...parameters, options: { ...OPTIONS, ...options } },
		},
	);

/** A workflow whose last node's items are the answer to a call of `route`. */
function workflowOf(route, nodes) {
	const webhook = {
		id: 'webhook',
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		position: [0, 0],
		webhookId: route,
		parameters: {
			httpMethod: 'POST',
			path: route,
			responseMode: 'lastNode',
			responseData: 'allEntries',
			options: {},
		},
	};
	return {
		name: route,
		nodes: [webhook, ...nodes],
		connections: connect([webhook.name, ...nodes.map(({ name }) => name)]),
		// What succeeded is not kept: the database is not what is measured.
		settings: { executionOrder: 'v1', saveDataSuccessExecution: 'none' },
	};
}

function listing(vendor) {
	const route = `list-${vendor.node}`;
	const node = ours(vendor, 'List', {
		operation: 'getAll',
		returnAll: true,
		...(vendor.node === 'talkdeskInsurance' && { accountId: sandbox.insuranceAccounts[0] }),
		options: vendor.node === 'talkdeskInsurance' ? {} : { pageSize: 10 },
	});
	return { route, vendor, workflow: workflowOf(route, [node]) };
}

function downloading(vendor) {
	const route = `pdf-${vendor.node}`;
	const nodes = [
		ours(vendor, 'List', { operation: 'getAll', returnAll: false, limit: PDFS }),
		ours(vendor, 'PDF', {
			operation: 'downloadPdf',
			invoiceId: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
		}),
	];
	return { route, vendor, workflow: workflowOf(route, nodes) };
}
