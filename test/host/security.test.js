'use strict';

const path = require('node:path');
const { json, text } = require('../sandbox/answers');
const { startBooks } = require('./books');
const { PACKAGE, TRIGGER, VENDORS, connect, triggerNode, vendorNode } = require('./demo');
const host = require('./host');
const { REPOSITORY } = require('./package');
const { Finder, echoOf, secretsSent } = require('./secrets');
const { openSession } = require('./session');

// Every operation and every trigger in a real n8n, on good and on bad days, with vendors that
// write the secrets they were sent into their answers. Nothing that n8n then holds may show one.

const SETUP_TIMEOUT = 1_200_000;

/** Each secret ends with characters that JSON or an address has to write in another way. */
const MARK = '"\\/+=&';

const FOLDERS = {
	talkdesk: 'Talkdesk',
	talkdeskInsurance: 'TalkdeskInsurance',
	fastly: 'Fastly',
	carrierX: 'CarrierX',
	i3dNet: 'I3dNet',
};

let session;
/** Another host: it takes what it is sent, and remembers it. */
let stranger;
const finder = new Finder();
const driven = [];

beforeAll(async () => {
	session = await openSession({ env: { N8N_LOG_LEVEL: 'debug' }, mark: MARK });
	stranger = await startBooks();
}, SETUP_TIMEOUT);

afterAll(async () => {
	await session?.close();
	await stranger?.stop();
});

beforeEach(() => {
	session.sandbox.clearFaults();
	session.sandbox.clearRequests();
	stranger.requests.length = 0;
});

/** The invoice that is asked for: the first one, and the second one for its file. */
const IDS = {
	talkdesk: ({ data }, index) => data.talkdesk[index].number,
	talkdeskInsurance: ({ data, insuranceAccounts: [account] }, index) =>
		data.talkdeskInsurance[account][index].invoice_number,
	fastly: ({ data }, index) => data.fastly[index].invoice_id,
	carrierX: ({ data }, index) => data.carrierX[index].invoice_sid,
	i3dNet: ({ data }, index) => data.i3dNet[index].id,
};

/** Every operation that a node offers, by the node itself. */
function operations() {
	return VENDORS.flatMap((vendor) => {
		const api = require(path.join(REPOSITORY, 'dist/nodes', FOLDERS[vendor.node], 'api.js'));
		return Object.entries(api[vendor.node].operations).map(([name, { kind }]) => {
			const [resource, operation] = name.split(':');
			return { vendor, name: `${vendor.name} ${name}`, resource, operation, kind };
		});
	});
}

const accountOf = ({ node }) =>
	node === 'talkdeskInsurance' ? { accountId: session.sandbox.insuranceAccounts[0] } : {};

function parametersOf({ vendor, resource, operation, kind }, more) {
	const index = kind === 'pdf' ? 1 : 0;
	const mode = vendor.node.startsWith('talkdesk') ? 'number' : 'id';
	const value = String(IDS[vendor.node](session.sandbox, index));
	return {
		resource,
		operation,
		...(kind === 'list' && { limit: 3 }),
		invoiceId: { __rl: true, mode, value },
		...accountOf(vendor),
		...more,
	};
}

/** Credentials of their own, so that no token is there yet. */
async function freshCredentials(change = (data) => data) {
	const { client, sandbox } = session;
	const made = {};
	for (const { name, credential: type } of VENDORS) {
		const data = change(sandbox.credentials[type], type);
		made[name] = await host.createCredential(client, { name: `${name} ${Date.now()}`, type, data });
	}
	return made;
}

/** The whole answer of n8n, whatever its status. */
async function ask(method, route, body) {
	const { client } = session;
	const response = await fetch(`${client.url}/rest${route}`, {
		method,
		headers: client.headers(body),
		body: body && JSON.stringify(body),
	});
	return await response.text();
}

/** Runs nodes side by side in one workflow; gives what n8n tells of the execution, too. */
async function runNodes(nodes, begin = [triggerNode()]) {
	const { client } = session;
	const { id } = await host.createWorkflow(client, {
		name: nodes
			.map(({ name }) => name)
			.join()
			.slice(0, 100),
		nodes: [...begin, ...nodes],
		connections: connect(...begin.flatMap(() => nodes.map(({ name }) => [TRIGGER, name]))),
	});
	const result = await host.runWorkflow(client, id);
	const told = await ask('GET', `/executions/${result.executionId}`);
	return { ...result, told };
}

function operationNode(operation, credentials, { name = operation.name, onError, parameters }) {
	const { vendor } = operation;
	return vendorNode(vendor, credentials[vendor.name], {
		id: name,
		name,
		onError,
		parameters: parametersOf(operation, parameters),
	});
}

/** Every third, every eighth …: those whose turn it is. Over all outcomes each has several turns. */
const turnOf = (list, turn, most) =>
	list.filter((_, index) => (index + turn) % Math.ceil(list.length / most) === 0);

/**
 * What each operation says where the node continues, and some of them where it stops: an execution
 * that stops has room for one.
 */
async function operationSayings(credentials, parameters, turn) {
	const stopping = turnOf(operations(), turn, 3);
	const goOn = ['continueRegularOutput', 'continueErrorOutput'];
	const together = operations().flatMap((operation) =>
		goOn.map((onError) => ({ operation, onError, name: `${operation.name}, ${onError}` })),
	);
	const [all, ...alone] = await Promise.all([
		runNodes(
			together.map(({ operation, onError, name }) =>
				operationNode(operation, credentials, { name, onError, parameters }),
			),
		),
		...stopping.map((operation) =>
			runNodes([operationNode(operation, credentials, { parameters })]),
		),
	]);
	const said = stopping.map(({ name }, index) => [name, alone[index].error?.message]);
	for (const { name, onError } of together) {
		const items = all.outputs[name][onError === 'continueErrorOutput' ? 1 : 0] ?? [];
		said.push([name, items[0]?.json.error]);
	}
	return { said, told: [all, ...alone].map(({ told }) => told) };
}

/** A manual run of some triggers. */
async function triggerSayings(credentials, parameters, turn) {
	const runs = await Promise.all(
		turnOf(VENDORS, turn, 2).map(async (vendor) => {
			const name = `${vendor.name} Trigger`;
			const node = vendorNode(
				{ ...vendor, node: `${vendor.node}Trigger`, name },
				credentials[vendor.name],
				{ parameters: { event: 'invoiceCreated', ...accountOf(vendor), ...parameters } },
			);
			const { error, told } = await runNodes([node], []);
			return { said: [name, error?.message], told };
		}),
	);
	return { said: runs.map(({ said }) => said), told: runs.map(({ told }) => told) };
}

/** The test of each credential, and each searchable list. */
async function editorSayings(credentials) {
	const told = [];
	// One after the other: n8n mixes up credentials that it tests at the same time.
	for (const vendor of VENDORS) {
		const { id, name, type, data } = credentials[vendor.name];
		told.push(
			await ask('POST', '/credentials/test', { credentials: { id, name, type, data } }),
			await ask('POST', '/dynamic-node-parameters/resource-locator-results', {
				nodeTypeAndVersion: { name: `${PACKAGE}.${vendor.node}`, version: 1 },
				path: 'parameters.invoiceId',
				methodName: 'searchInvoices',
				currentNodeParameters: { resource: 'invoice', operation: 'get', ...accountOf(vendor) },
				credentials: { [vendor.credential]: { id, name } },
			}),
		);
	}
	return told;
}

/** Hits each operation at its own request: for a file not at the invoice that is asked for before. */
function ownRequests() {
	const asked = ['carrierX', 'i3dNet'].map((node) => IDS[node](session.sandbox, 1));
	return new RegExp(`^(?!.*(/oauth/token|/(${asked.join('|')})$))`);
}

/** An error body with the words in every shape that a node reads. */
const bodyWith = (words) => ({
	message: words,
	description: words,
	fields: [{ name: 'header', description: words }],
	userMessage: words,
	msg: words,
	detail: words,
	errors: [{ title: words, detail: words, message: words, property: words }],
	errorMessage: words,
	error: words,
	error_description: words,
});

const echoed = (status, headers) => (call) =>
	json(status, bodyWith(echoOf(call)), { 'x-you-sent': secretsSent(call)[0], ...headers });
const page = (call) => `<html><body>${echoOf(call)}</body></html>`;
/** A token that never reaches the node. */
const UNKNOWN = `lost-7c1fb6cc0d8d4b0f9a52${MARK}`;
/** JSON that ends in the middle. */
const half = (call) =>
	JSON.stringify({ access_token: UNKNOWN, ...bodyWith(echoOf(call)) }).slice(0, 300);

const ANSWERS = [
	...[400, 401, 403, 404, 500, 503].map((status) => ({
		name: `${status} with the secret in its words`,
		reply: echoed(status),
		says: new RegExp(`answered ${status}: .*\\*\\*\\*`),
	})),
	{
		name: '429 until given up',
		reply: echoed(429, { 'retry-after': '0' }),
		options: { maxRetries: 1 },
		says: /answered 429: .*\*\*\*.*Tried 2 times/,
	},
	{
		name: '500 with the secret in plain text',
		reply: (call) => text(500, echoOf(call), 'text/plain'),
		says: /answered 500: .*\*\*\*/,
	},
	{
		name: '502 with the secret in a web page',
		reply: (call) => text(502, page(call), 'text/html'),
		says: /answered 502/,
	},
	{
		name: 'a web page with the secret',
		reply: (call) => text(200, page(call), 'text/html'),
		says: /not JSON|not a PDF/,
	},
	{
		name: 'malformed JSON with the secret',
		reply: (call) => text(200, half(call), 'application/json'),
		says: /not JSON|not a PDF/,
	},
	{
		name: 'the secret for a file',
		reply: (call) => text(200, echoOf(call), 'application/pdf'),
		says: /not JSON|not a PDF/,
	},
	{
		name: 'a redirect with the secret in host and query',
		reply: (call) => {
			const [secret] = secretsSent(call);
			const location = `https://${secret.slice(0, 20)}.example/?key=${encodeURIComponent(secret)}`;
			return text(302, '', 'text/plain', { location });
		},
		says: /redirected the request to another host/,
	},
	{ name: 'a body that is cut', fault: { kind: 'cutBody' }, says: /broke off|did not answer/ },
	{ name: 'a connection that is reset', fault: { kind: 'reset' }, says: /broke off/ },
	{
		name: 'an answer that comes too late',
		fault: { kind: 'slow', ms: 3000 },
		options: { timeout: 1 },
		says: /took too long|broke off/,
	},
].map(({ fault, reply, ...rest }) => ({
	...rest,
	faults: () => [{ ...(fault ?? { kind: 'reply', reply }), path: ownRequests() }],
}));

const ofTalkdesk = (name) => /^Talkdesk (?!Insurance)/.test(name);

/** What the address that issues tokens may answer. */
const TOKENS = [
	...[400, 401, 500].map((status) => [`${status} with the secret`, echoed(status)]),
	['a web page with the secret', (call) => text(200, page(call), 'text/html')],
	['malformed JSON with a token', (call) => text(200, half(call), 'application/json')],
	...[302, 307, 308].map((status) => [
		`a redirect (${status}) to another host`,
		() => text(status, '', 'text/plain', { location: `${stranger.origin}/token` }),
	]),
].map(([name, reply]) => ({
	name: `Talkdesk's token URL: ${name}`,
	faults: () => [{ kind: 'reply', reply, vendor: 'talkdesk', path: '/oauth/token' }],
	says: /Talkdesk (issued no access token|did not answer|answered)/,
	only: ofTalkdesk,
}));

const SECRET_FIELDS = ['clientSecret', 'headerValue', 'apiToken', 'accessToken', 'privateToken'];

const changed = (change) => (data) =>
	Object.fromEntries(
		Object.entries(data).map(([name, value]) => [
			name,
			SECRET_FIELDS.includes(name) ? change(value) : value,
		]),
	);

const OUTCOMES = [
	{ name: 'success' },
	{
		name: 'a wrong secret',
		change: changed((value) => `wrong-${value.replace(/\w+ /, '')}`),
		says: /answered 40[13]|issued no access token|did not answer/,
	},
	{
		name: 'a refused connection',
		change: (data) => ({ ...data, baseUrl: 'http://127.0.0.1:1' }),
		says: /the connection was refused/,
	},
	...ANSWERS,
	...TOKENS,
];

const withSecrets = (credentials) =>
	Object.values(credentials).flatMap(({ data }) =>
		SECRET_FIELDS.map((field) => data[field])
			.filter((value) => typeof value === 'string' && !value.startsWith('http'))
			.map((value) => value.replace(/^\w+ /, '')),
	);

/** Remembers what was secret in the requests so far: tokens are known only when they were sent. */
function learnSecrets(credentials) {
	finder.add([UNKNOWN, ...withSecrets(credentials)]);
	finder.add(session.sandbox.requests.flatMap(secretsSent));
}

describe('no secret is shown', () => {
	test.each(OUTCOMES)('$name', async ({ name, change, faults, options, says, only }) => {
		const turn = OUTCOMES.findIndex((outcome) => outcome.name === name);
		const credentials = await freshCredentials(change);
		for (const fault of faults?.() ?? []) session.sandbox.addFault({ ...fault, times: Infinity });
		const parameters = { options: { maxRetries: 0, ...options } };
		const [nodes, triggers, editor] = await Promise.all([
			operationSayings(credentials, parameters, turn),
			triggerSayings(credentials, parameters, turn),
			editorSayings(credentials),
		]);
		learnSecrets(credentials);

		const said = [...nodes.said, ...triggers.said];
		const due = (operation) => (only === undefined || only(operation) ? says : undefined);
		const other = said.filter(([operation, message]) =>
			due(operation) ? !due(operation).test(message) : message !== undefined,
		);
		expect(other).toEqual([]);

		const places = finder.findIn([...nodes.told, ...triggers.told, ...editor].join('\n'));
		driven.push({ name, operations: said.length, asked: editor.length, found: places.length });
		expect(places).toEqual([]);
		expect(
			stranger.requests.flatMap((request) =>
				finder.findIn(JSON.stringify(request.headers) + request.body + request.url),
			),
		).toEqual([]);
	});
});

describe('afterwards', () => {
	test('no file of n8n holds one', () => {
		const { files, places } = finder.findInFolder(session.userFolder, /node_modules/);
		process.stdout.write(files.slice(0, 60).join('\n'));
		expect(places.slice(0, 20)).toEqual([]);
	});
});
