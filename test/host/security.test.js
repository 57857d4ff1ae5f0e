'use strict';

const path = require('node:path');
const { json, text } = require('../sandbox/answers');
const { startBooks } = require('./books');
const {
	PACKAGE,
	TRIGGER,
	VENDORS,
	connect,
	hasParameters,
	soon,
	triggerNode,
	vendorNode,
	vendorOf,
} = require('./demo');
const host = require('./host');
const { REPOSITORY } = require('./package');
const { Finder, echoOf, secretsSent } = require('./secrets');
const { openSession } = require('./session');
const { until } = require('./processes');

// Every operation and every trigger in a real n8n, on good and on bad days, with vendors that
// write the secrets they were sent into their answers. Nothing that n8n then holds may show one.

const SETUP_TIMEOUT = 1_200_000;

/** Each secret ends with characters that JSON or an address has to write in another way. */
const MARK = '"\\/+=&';

/**
 * @typedef {Record<string, any>} Data of a credential
 * @typedef {(data: Data) => Data} Change of it
 * @typedef {ReturnType<typeof operations>[number]} Operation
 *
 * @typedef {object} Outcome
 * @property {string} name
 * @property {Change} [change] of each credential
 * @property {() => object[]} [faults] of the sandbox
 * @property {object} [options] of each node
 * @property {RegExp} [says] what each node and trigger says; they say nothing if left out
 * @property {typeof VENDORS} [vendors] all if left out
 * @property {boolean} [tested] whether the credentials are tested, too
 *
 * @typedef {object} Answering an answer of the sandbox to every request: a fault, or a reply
 * @property {string} name
 * @property {object} [fault]
 * @property {(call: any) => import('../sandbox/answers').Answer} [reply]
 * @property {object} [options]
 * @property {RegExp} says
 */

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
const recordOf = (vendor, index) => vendor.records(session.sandbox)[index];

/** Every operation that a node offers, by the node itself. */
function operations(vendors = VENDORS) {
	return vendors.flatMap((vendor) => {
		const api = require(path.join(REPOSITORY, 'dist/nodes', vendor.folder, 'api.js'));
		return Object.entries(api[vendor.type].operations).map(([name, { kind }]) => {
			const [resource, operation] = name.split(':');
			return { vendor, name: `${vendor.name} ${name}`, resource, operation, kind };
		});
	});
}

function parametersOf({ vendor, resource, operation, kind }, more) {
	const index = kind === 'pdf' ? 1 : 0;
	const [{ mode }] = vendor.ways;
	const value = String(vendor.idOf(recordOf(vendor, index)));
	return {
		resource,
		operation,
		...(kind === 'list' && { limit: 3 }),
		invoiceId: { __rl: true, mode, value },
		...vendor.parameters,
		...more,
	};
}

/**
 * Credentials of their own, so that no token is there yet.
 *
 * @param {Change} [change]
 */
async function freshCredentials(change = (data) => data) {
	const { client, sandbox } = session;
	/** @type {Record<string, Awaited<ReturnType<typeof host.createCredential>>>} */
	const made = {};
	for (const { name, credential: type } of VENDORS) {
		const data = change(sandbox.credentials[type]);
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

/**
 * @param {Operation} operation
 * @param {Record<string, { id: string, name: string }>} credentials by the name of the vendor
 * @param {{ name?: string, onError?: string, parameters: object }} settings
 */
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

const GO_ON = ['continueRegularOutput', 'continueErrorOutput'];

/**
 * What each operation says where the node continues, in one way or the other by turns, and some of
 * them where it stops: an execution that stops has room for one. The vendors run side by side.
 */
async function operationSayings(credentials, { vendors, parameters, turn }) {
	const going = vendors.map((vendor) =>
		operations([vendor]).map((operation, index) => ({
			operation,
			onError: GO_ON[(index + turn) % GO_ON.length],
		})),
	);
	const stopping = turnOf(operations(vendors), turn, 3);
	const [together, alone] = await Promise.all([
		Promise.all(
			going.map((group) =>
				runNodes(
					group.map(({ operation, onError }) =>
						operationNode(operation, credentials, { onError, parameters }),
					),
				),
			),
		),
		Promise.all(
			stopping.map((operation) =>
				runNodes([operationNode(operation, credentials, { parameters })]),
			),
		),
	]);
	const saidGoing = going.flatMap((group, index) =>
		group.map(({ operation: { name }, onError }) => {
			const items = together[index].outputs[name][GO_ON.indexOf(onError)] ?? [];
			return [`${name}, ${onError}`, items[0]?.json.error];
		}),
	);
	const saidStopping = stopping.map(({ name }, index) => [name, alone[index].error?.message]);
	return {
		said: [...saidGoing, ...saidStopping],
		told: [...together, ...alone].map(({ told }) => told),
	};
}

/** A manual run of some triggers. */
async function triggerSayings(credentials, { vendors, parameters, turn }) {
	const runs = await Promise.all(
		turnOf(vendors, turn, 2).map(async (vendor) => {
			const name = `${vendor.name} Trigger`;
			const node = vendorNode(
				{ ...vendor, type: `${vendor.type}Trigger`, name },
				credentials[vendor.name],
				{ parameters: { event: 'invoiceCreated', ...vendor.parameters, ...parameters } },
			);
			const { error, told } = await runNodes([node], []);
			return { said: [name, error?.message], told };
		}),
	);
	return { said: runs.map(({ said }) => said), told: runs.map(({ told }) => told) };
}

/** The tests of the credentials, one after the other: n8n mixes up those it runs at the same time. */
async function credentialTests(credentials) {
	const told = [];
	for (const { id, name, type, data } of credentials) {
		told.push(await ask('POST', '/credentials/test', { credentials: { id, name, type, data } }));
	}
	return told;
}

function searchableLists(credentials, vendors) {
	return vendors.map((vendor) => {
		const { id, name } = credentials[vendor.name];
		return ask('POST', '/dynamic-node-parameters/resource-locator-results', {
			nodeTypeAndVersion: { name: `${PACKAGE}.${vendor.type}`, version: 1 },
			path: 'parameters.invoiceId',
			methodName: 'searchInvoices',
			currentNodeParameters: { resource: 'invoice', operation: 'get', ...vendor.parameters },
			credentials: { [vendor.credential]: { id, name } },
		});
	});
}

/** What the editor is told where no node runs. */
async function editorSayings(credentials, { vendors = VENDORS, tested = true } = {}) {
	const told = await Promise.all([
		credentialTests(tested ? vendors.map(({ name }) => credentials[name]) : []),
		...searchableLists(credentials, vendors),
	]);
	return told.flat();
}

const WITH_PDF = VENDORS.filter(({ pdfPath }) => pdfPath !== undefined);

/** Hits each operation at its own request: for a file not at the invoice that is asked for before. */
function ownRequests() {
	const asked = WITH_PDF.map((vendor) => vendor.idOf(recordOf(vendor, 1)));
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

/** @type {Answering[]} */
const KINDS_OF_ANSWER = [
	...[400, 401, 403, 404, 500, 503].map((status) => ({
		name: `${status} with the secret in its words`,
		reply: echoed(status),
		says: new RegExp(`\\(${status}\\): .*\\*\\*\\*`),
	})),
	{
		name: '429 until given up',
		reply: echoed(429, { 'retry-after': '0' }),
		options: { maxRetries: 1 },
		says: /\(429\): .*\*\*\*.*Tried 2 times/,
	},
	{
		name: '500 with the secret in plain text',
		reply: (call) => text(500, echoOf(call), 'text/plain'),
		says: /\(500\): .*\*\*\*/,
	},
	{
		name: '502 with the secret in a web page',
		reply: (call) => text(502, page(call), 'text/html'),
		says: /returned an error \(502\)/,
	},
	{
		name: 'a web page with the secret',
		reply: (call) => text(200, page(call), 'text/html'),
		says: /instead of JSON|not a PDF/,
	},
	{
		name: 'malformed JSON with the secret',
		reply: (call) => text(200, half(call), 'application/json'),
		says: /instead of JSON|not a PDF/,
	},
	{
		name: 'the secret for a file',
		reply: (call) => text(200, echoOf(call), 'application/pdf'),
		says: /instead of JSON|not a PDF/,
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
	{
		name: 'a body that is cut',
		fault: { kind: 'cutBody' },
		says: /was interrupted|Could not reach/,
	},
	{ name: 'a connection that is reset', fault: { kind: 'reset' }, says: /was closed unexpectedly/ },
	{
		name: 'an answer that comes too late',
		fault: { kind: 'slow', ms: 1700 },
		options: { timeout: 1 },
		says: /no complete response after|no data received for/,
	},
];

/** @type {Outcome[]} */
const ANSWERS = KINDS_OF_ANSWER.map(({ fault, reply, ...rest }) => ({
	...rest,
	faults: () => [{ ...(fault ?? { kind: 'reply', reply }), path: ownRequests() }],
}));

/** What the address that issues tokens may answer. */
const TOKEN_ANSWERS = [
	...[400, 401, 500].map((status) => [`${status} with the secret`, echoed(status)]),
	['a web page with the secret', (call) => text(200, page(call), 'text/html')],
	['malformed JSON with a token', (call) => text(200, half(call), 'application/json')],
	...[302, 307, 308].map((status) => [
		`a redirect (${status}) to another host`,
		() => text(status, '', 'text/plain', { location: `${stranger.origin}/token` }),
	]),
];

const WITH_TOKENS = VENDORS.filter(({ hasTokens }) => hasTokens);
const namesWithTokens = WITH_TOKENS.map(({ name }) => name).join('|');

/** @type {Outcome[]} */
const TOKENS = WITH_TOKENS.flatMap((vendor) =>
	TOKEN_ANSWERS.map(([answer, reply]) => ({
		name: `The token URL of ${vendor.name}: ${answer}`,
		faults: () => [{ kind: 'reply', reply, vendor: vendor.type, path: '/oauth/token' }],
		says: new RegExp(
			`login server of ${vendor.name}|${vendor.name} (rejected the login|returned an)|Could not reach ${vendor.name}`,
		),
		vendors: [vendor],
		// n8n itself shows and logs the words of a token URL when it tests a credential: no node is asked.
		tested: false,
	})),
);

const SECRET_FIELDS = VENDORS.map(({ secret }) => secret);

const changed = (change) => (data) =>
	Object.fromEntries(
		Object.entries(data).map(([name, value]) => [
			name,
			SECRET_FIELDS.includes(name) ? change(value) : value,
		]),
	);

/** @type {Outcome[]} */
const OUTCOMES = [
	{ name: 'success' },
	{
		name: 'a wrong secret',
		change: changed((value) => `wrong-${value.replace(/\w+ /, '')}`),
		says: new RegExp(
			`\\(40[13]\\)|rejected the login|login server of (${namesWithTokens})|Could not reach`,
		),
	},
	{
		name: 'a refused connection',
		change: (data) => ({ ...data, baseUrl: 'http://127.0.0.1:1' }),
		says: /nothing is listening at 127\.0\.0\.1:1/,
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
	finder.add([...new Set(session.sandbox.requests.flatMap(secretsSent))]);
}

const isSaying =
	(pattern) =>
	(/** @type {any[]} */ [, message]) =>
		pattern ? pattern.test(message) : !message;

describe('no secret is shown', () => {
	test.each(OUTCOMES)('$name', async (outcome) => {
		const { name, change, faults, options, says, vendors = VENDORS, tested } = outcome;
		const turn = OUTCOMES.indexOf(outcome);
		const credentials = await freshCredentials(change);
		for (const fault of faults?.() ?? []) session.sandbox.addFault({ ...fault, times: Infinity });
		const parameters = { options: { maxRetries: 0, ...options } };
		const [nodes, triggers, editor] = await Promise.all([
			operationSayings(credentials, { vendors, parameters, turn }),
			triggerSayings(credentials, { vendors, parameters, turn }),
			editorSayings(credentials, { vendors, tested }),
		]);
		learnSecrets(credentials);

		const said = [...nodes.said, ...triggers.said];
		expect(said.filter((one) => !isSaying(says)(one))).toEqual([]);

		const places = finder.findIn([...nodes.told, ...triggers.told, ...editor].join('\n'));
		driven.push({ name, said: said.length, editor: editor.length, found: places.length });
		expect(places).toEqual([]);
		expect(
			stranger.requests.flatMap((request) =>
				finder.findIn(JSON.stringify(request.headers) + request.body + request.url),
			),
		).toEqual([]);
	});
});

/** @type {(operation: Operation) => object} */
const NO_PARAMETERS = () => ({});
/** @type {(operation: Operation) => boolean} */
const EVERY = () => true;

/** Reads with every operation, or some; gives what each says, or undefined. */
async function readAll(credentials, parametersFor = NO_PARAMETERS, which = EVERY) {
	const chosen = operations().filter(which);
	const nodes = chosen.map((operation) =>
		operationNode(operation, credentials, {
			onError: 'continueRegularOutput',
			parameters: { options: { maxRetries: 0 }, ...parametersFor(operation) },
		}),
	);
	const { items, told } = await runNodes(nodes);
	return { items, told, said: chosen.map(({ name }) => [name, items[name]?.[0]?.json.error]) };
}

describe('a trigger that is published', () => {
	const published = (credentials, pollTimes) =>
		Promise.all(
			VENDORS.map((vendor) => {
				const name = `${vendor.name} Trigger`;
				const node = vendorNode(
					{ ...vendor, type: `${vendor.type}Trigger`, name },
					credentials[vendor.name],
					{ parameters: { pollTimes, ...vendor.parameters, options: { maxRetries: 0 } } },
				);
				return host.createWorkflow(session.client, { name, nodes: [node], connections: {} });
			}),
		);
	/** n8n says at once that a workflow is published, and only then lets its triggers poll. */
	const activate = async (workflow) => {
		await host.publishWorkflow(session.client, workflow);
		let told = '';
		const status = () => JSON.parse(told).data.status;
		await until('the publication', async () => {
			told = await ask('GET', `/workflows/${workflow.id}/publication-status`);
			return status() !== 'in_progress';
		});
		return { status: status(), told };
	};
	const hourly = { item: [{ mode: 'everyHour', minute: 0 }] };

	test('shows no secret when it fails at once', async () => {
		const credentials = await freshCredentials();
		const workflows = await published(credentials, hourly);
		session.sandbox.addFault({ kind: 'reply', reply: echoed(403), times: Infinity });
		const all = await Promise.all(workflows.map(activate));
		const told = all.map((one) => one.told);
		expect(told.filter((answer) => !answer.includes('denied access (403)'))).toEqual([]);
		learnSecrets(credentials);
		expect(finder.findIn(told.join('\n'))).toEqual([]);
	});

	test('shows no secret when it fails later', async () => {
		const credentials = await freshCredentials();
		const workflows = await published(credentials, soon(12));
		const statuses = (await Promise.all(workflows.map(activate))).map(({ status }) => status);
		expect(statuses).toEqual(VENDORS.map(() => 'published'));
		session.sandbox.addFault({ kind: 'reply', reply: echoed(403), times: Infinity });
		const executions = () =>
			Promise.all(
				workflows.map(({ id }) => {
					const filter = encodeURIComponent(JSON.stringify({ workflowId: id, status: ['error'] }));
					return ask('GET', `/executions?filter=${filter}`);
				}),
			);
		const failed = (list) => list.filter((answer) => JSON.parse(answer).data.results.length > 0);
		await until(
			'a poll of each trigger',
			async () => failed(await executions()).length === workflows.length,
			90,
		);
		await Promise.all(workflows.map((one) => host.unpublishWorkflow(session.client, one)));
		learnSecrets(credentials);
		const ids = (await executions()).flatMap((answer) =>
			JSON.parse(answer).data.results.map(({ id }) => id),
		);
		const told = await Promise.all(ids.map((id) => ask('GET', `/executions/${id}`)));
		expect(told.filter((answer) => !answer.includes('denied access (403)'))).toEqual([]);
		expect(finder.findIn(told.join('\n'))).toEqual([]);
	});
});

describe('nothing leads elsewhere', () => {
	let credentials;
	beforeAll(async () => {
		credentials = await freshCredentials();
	});

	afterEach(() => {
		learnSecrets(credentials);
	});

	test.each([301, 302, 307])('a redirect (%d) to another host', async (status) => {
		const location = `${stranger.origin}/elsewhere`;
		const fault = { kind: 'redirect', status, location, path: ownRequests(), times: Infinity };
		session.sandbox.addFault(fault);
		const { said } = await readAll(credentials);
		expect(said.filter((one) => !isSaying(/redirected the request to another host/)(one))).toEqual(
			[],
		);
		await editorSayings(credentials);
		expect(stranger.requests).toEqual([]);
	});

	test('a link in an answer', async () => {
		const link = () => `${stranger.origin}/next`;
		const record = {
			...Object.fromEntries(VENDORS.flatMap(({ key, id }) => [key, id]).map((name) => [name, '1'])),
			pdf: link(),
			pdf_url: link(),
			href: link(),
		};
		const more = {
			_links: { next: { href: link() } },
			links: { next: link() },
			pagination: { next: link() },
			meta: { next_cursor: link(), total: 9 },
			has_more: true,
			total: 9,
		};
		/** What a vendor is asked for with a path. */
		const bodyFor = (vendor, path) => {
			const { answer } = vendor.operations.find((one) => one.path && path.includes(one.path)) ?? {};
			return (answer ?? vendor.answers.list)([record]);
		};
		const replyOf = (vendor) => (call) => {
			const body = bodyFor(vendor, call.path);
			if (!Array.isArray(body)) return json(200, { ...record, ...body, ...more });
			return json(200, body, { link: `<${link()}>; rel="next"`, location: link() });
		};
		for (const vendor of VENDORS) {
			const fault = { kind: 'reply', reply: replyOf(vendor), vendor: vendor.type };
			session.sandbox.addFault({ ...fault, times: Infinity });
		}
		await readAll(credentials, () => ({ returnAll: true }));
		expect(session.sandbox.requests.length).toBeGreaterThan(operations().length);
		expect(stranger.requests).toEqual([]);
	});

	const PASSWORD = 'pw-5f0c9d1be2a74c66';
	/** @type {Array<[name: string, change: (base: string) => string, says: RegExp | undefined]>} */
	const BASES = [
		[
			'with a password in it',
			(base) => base.replace('//', `//user:${PASSWORD}@`),
			/may only contain a host/,
		],
		[
			'with another host behind an @',
			(base) => `${base}@${new URL(stranger.origin).host}`,
			/not a valid URL|may only contain a host|Could not reach|\(404\)|access token|the login/,
		],
		['with a query', (base) => `${base}?a=`, /may only contain a host/],
		['with a #', (base) => `${base}#`, /./],
		['of plain http', () => 'http://vendor.example', /uses plain http/],
		['of a file', () => 'file:///etc/passwd', /not a valid URL/],
		['with a slash at its end', (base) => `${base}/`, undefined],
	];

	test.each(BASES)('a base URL %s', async (_, change, says) => {
		finder.add([PASSWORD]);
		const others = await freshCredentials((data) => ({ ...data, baseUrl: change(data.baseUrl) }));
		const isList = ({ name }) => name.endsWith('invoice:getAll');
		const { said, told } = await readAll(others, undefined, isList);
		expect(said.filter((one) => !isSaying(says)(one))).toEqual([]);
		const shown = await editorSayings(others);
		learnSecrets(others);
		expect(finder.findIn([told, ...shown].join('\n'))).toEqual([]);
		expect(stranger.requests).toEqual([]);
	});

	/** n8n's own node, which would send any credential anywhere. */
	async function requestWith(urlOf) {
		const nodes = VENDORS.map(({ http, name, credential }) => ({
			id: name,
			name,
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			position: [400, 300],
			onError: 'continueRegularOutput',
			parameters: {
				url: urlOf(credentials[name].data, http),
				authentication: 'predefinedCredentialType',
				nodeCredentialType: credential,
				options: {},
			},
			credentials: { [credential]: { id: credentials[name].id, name: credentials[name].name } },
		}));
		const { items } = await runNodes(nodes);
		return VENDORS.map(({ name }) => [name, items[name][0].json.error]);
	}

	test('the HTTP Request node with one of the credentials', async () => {
		const elsewhere = stranger.origin.replace('127.0.0.1', 'localhost');
		const said = await requestWith(() => `${elsewhere}/taken`);
		expect(said.filter(([, error]) => error === undefined)).toEqual([]);
		expect(stranger.requests).toEqual([]);
	});

	test('a redirect of the HTTP Request node', async () => {
		const location = `${stranger.origin.replace('127.0.0.1', 'localhost')}/elsewhere`;
		const fault = { kind: 'redirect', location, path: ownRequests(), times: Infinity };
		session.sandbox.addFault(fault);
		await requestWith(({ baseUrl }, { path: list }) => baseUrl + list);
		const redirected = session.sandbox.requests.filter(({ status }) => status === 302);
		expect(redirected.map(({ vendor }) => vendor).sort()).toEqual(
			VENDORS.map(({ type }) => type).sort(),
		);
		expect(stranger.requests).toEqual([]);
	});
});

describe('an id stays an id', () => {
	/** Whether that may be asked for, whatever the id. */
	function isKnown({ vendor: type, path: asked }) {
		const { credential, paths, hasTokens } = vendorOf(type);
		const base = new URL(session.sandbox.credentials[credential].baseUrl).pathname;
		if (!asked.startsWith(`${base}/`)) return false;
		const below = asked.slice(base.length);
		return paths.test(below) || (hasTokens && below === '/oauth/token');
	}
	/** What would leave its place in a path, also where a server decodes it once more than it should. */
	const LOOSE = /(\/|%2f|%5c)(\.|%2e){1,2}(\/|%2f|%5c|$)/i;

	const BAD = [
		...['../1', '..', '.', '%2e%2e', '%2e%2e%2f1', '1?a=b', '1#a', '1/2', '1\\2', '1;a=b'],
		...['1\n2', '1\r\nX-Injected: 1', '\u0000', '１２', 'a\u202eb', "x' or '1' eq '1"],
		...['//elsewhere.example', 'http://elsewhere.example/', '__proto__', 'constructor'],
	];
	const OF_ITEM = '={{ $json.bad }}';
	/** An estimate is of no invoice that could be named. */
	const isEstimate = ({ vendor, operation }) =>
		vendor.operations.some(
			({ kind, parameters }) =>
				kind === 'estimate' && parameters(session.sandbox).operation === operation,
		);
	const isGet = (one) => one.kind !== 'list' && !isEstimate(one);
	/** @type {Array<[name: string, which: (operation: Operation) => boolean, parameters: object]>} */
	const WAYS = [
		['id', isGet, { invoiceId: { __rl: true, mode: 'id', value: OF_ITEM } }],
		['number', isGet, { invoiceId: { __rl: true, mode: 'number', value: OF_ITEM } }],
		...VENDORS.filter(hasParameters).map(
			(vendor) =>
				/** @type {[string, (operation: Operation) => boolean, object]} */ ([
					`what ${vendor.name} needs besides`,
					(operation) => operation.vendor === vendor,
					Object.fromEntries(Object.keys(vendor.parameters).map((name) => [name, OF_ITEM])),
				]),
		),
	];

	test.each(WAYS)('as %s', async (_, which, parameters) => {
		const credentials = await freshCredentials();
		const [first, ...begin] = [
			triggerNode(),
			{
				id: 'all',
				name: 'All',
				type: 'n8n-nodes-base.set',
				typeVersion: 3.4,
				position: [200, 0],
				parameters: { mode: 'raw', jsonOutput: JSON.stringify({ bad: BAD }), options: {} },
			},
			{
				id: 'each',
				name: 'Each',
				type: 'n8n-nodes-base.splitOut',
				typeVersion: 1,
				position: [300, 0],
				parameters: { fieldToSplitOut: 'bad', options: {} },
			},
		];
		const nodes = operations()
			.filter(which)
			.map((operation) =>
				operationNode(operation, credentials, { onError: 'continueRegularOutput', parameters }),
			);
		const { id } = await host.createWorkflow(session.client, {
			name: 'Bad ids',
			nodes: [first, ...begin, ...nodes],
			connections: connect(...nodes.map(({ name }) => [TRIGGER, 'All', 'Each', name])),
		});
		const { items } = await host.runWorkflow(session.client, id);
		for (const { name } of nodes) {
			const fine = items[name].filter(({ json: { error } }) => error === undefined);
			expect([name, items[name].length, fine]).toEqual([name, BAD.length, []]);
		}
		const { requests } = session.sandbox;
		const loose = requests.filter((one) => !isKnown(one) || LOOSE.test(one.path));
		expect(loose.map(({ path: asked }) => asked)).toEqual([]);
		const filters = requests.flatMap(({ query }) => query.filter ?? []);
		expect(filters.filter((filter) => !/^number eq '[^']*'$/.test(filter))).toEqual([]);
		expect(requests.filter(({ headers }) => 'x-injected' in headers)).toEqual([]);
		expect(stranger.requests).toEqual([]);
	});
});

describe('a file gets a safe name', () => {
	const SAFE = /^[^\p{Cc}\p{Surrogate}"*/:<>?\\|\u202a-\u202e\u2066-\u2069]+\.pdf$/u;

	test.each([
		['separators', '../../../etc/passwd'],
		['Windows separators', '..\\..\\evil'],
		['control characters', 'a\u0000b\r\nc\u001b[31m'],
		['a turned reading direction', 'a\u202efdp.exe'],
		['thousands of characters', 'ü'.repeat(5000)],
		['thousands of endings', `${'.pdf'.repeat(30_000)}x`],
		['only dots', '....'],
	])('from a number of %s', async (_, number) => {
		const { sandbox } = session;
		const credentials = await freshCredentials();
		const isPdf = ({ kind }) => kind === 'pdf';
		for (const vendor of WITH_PDF) vendor.renumber?.(sandbox, recordOf(vendor, 1), number);
		const { items, said } = await readAll(credentials, undefined, isPdf);
		expect(said.filter(([, message]) => message)).toEqual([]);
		for (const { name } of operations().filter(isPdf)) {
			const [{ json: item, binary }] = items[name];
			expect(item.fileName).toMatch(SAFE);
			expect(Buffer.byteLength(item.fileName)).toBeLessThanOrEqual(204);
			expect(binary.data.fileName).toBe(item.fileName);
		}
	});

	test('whatever the vendor calls it', async () => {
		const pdf = text(200, '%PDF-1.4 evil', 'application/pdf', {
			'content-disposition': 'attachment; filename="../../evil.sh"',
		});
		session.sandbox.addFault({ kind: 'reply', reply: () => pdf, path: /pdf$/, times: Infinity });
		const { items } = await readAll(
			await freshCredentials(),
			undefined,
			({ kind }) => kind === 'pdf',
		);
		const names = Object.values(items)
			.flat()
			.flatMap(({ json: { fileName } }) => fileName ?? []);
		expect(names).toHaveLength(WITH_PDF.length);
		expect(names.join()).not.toContain('evil');
	});
});

/** What was driven, as a table in the output of the test. */
function printTable(files) {
	const lines = driven.map(({ name, said, editor, found }) =>
		[name.padEnd(66), String(said).padStart(4), String(editor).padStart(4), found].join('  '),
	);
	const kinds = files
		.map((file) => path.basename(file))
		.filter((name) => !/^binary_data/.test(name));
	process.stdout.write(
		[
			'',
			`${'Outcome'.padEnd(66)}  runs  editor  secrets found`,
			...lines,
			`Operations: ${operations().length}, triggers: ${VENDORS.length}`,
			`Files searched: ${files.length} (${[...new Set(kinds)].slice(0, 12).join(', ')})`,
			`Secrets: ${finder.secrets.size}, pieces of them: ${finder.pieces.size}`,
			'',
		].join('\n'),
	);
}

describe('afterwards', () => {
	test('no file of n8n holds a secret: log, database, files', async () => {
		await session.n8n.stop();
		const { files, places } = finder.findInFolder(session.userFolder, /node_modules|\.cache/);
		printTable(files);
		const names = files.map((file) => path.basename(file)).join();
		expect(names).toMatch(/n8n\.log/);
		expect(names).toMatch(/database\.sqlite/);
		expect(places).toEqual([]);
	});
});
