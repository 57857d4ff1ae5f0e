/**
 * Secrets never leave the request: not in items, not in errors (hidden properties included), not in
 * logs; on success and on failure, also when the vendor writes the secret into its answer.
 */
/* eslint-disable @n8n/community-nodes/no-restricted-imports -- this is no node */
import { once as event } from 'node:events';
import { type RequestListener, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
	type Json,
	OPERATIONS,
	PDFS,
	type OperationOfTest,
	type Result,
	VENDORS,
	type VendorOfTest,
	base64,
	listOf,
	newSandbox,
	reveal,
	rows,
	setUp,
	vendorOf,
	vendorRows,
} from './support';

const stage = setUp();
const once = { maxRetries: 0 };
/** A server of the test's own, which answers as it likes. */
async function listeningServer(answer: RequestListener) {
	const server = createServer(answer).listen(0, '127.0.0.1');
	await event(server, 'listening');
	const { port } = server.address() as AddressInfo;
	return {
		origin: `http://127.0.0.1:${port}`,
		close: async () => {
			server.closeAllConnections();
			await event(server.close(), 'close');
		},
	};
}

const SENT = ['authorization', 'fastly-key', 'private-token'];

/** All that is secret: what the credential holds, and what was sent. */
function secretsOf(vendor: VendorOfTest, credential: Json): string[] {
	const value = String(credential[vendor.secret]);
	const sent = stage.sandbox.requests.flatMap(({ headers }) =>
		SENT.map((name) => headers[name]).filter((header) => typeof header === 'string'),
	);
	const secrets = [value, base64(value), ...sent, base64(`${credential.clientId}:${value}`)];
	// Also without the word before it.
	return [...new Set(secrets.flatMap((secret) => [secret, secret.replace(/^\w+ /, '')]))];
}

/** Everything that a run shows: items, errors, logs. */
const shown = ({ items, errorItems, error, logs, runData }: Result): string =>
	[reveal(items), reveal(errorItems), reveal(error), reveal(logs), JSON.stringify(runData)].join();

function expectNoSecret(result: Result, vendor: VendorOfTest, credential?: Json): void {
	const text = shown(result);
	const secrets = secretsOf(vendor, credential ?? stage.sandbox.credentials[vendor.credential]);
	expect(secrets.length).toBeGreaterThan(1);
	expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
}

/** An error body with the vendor's own words in every shape that is read. */
const bodyWith = (words: string): Json => ({
	message: words,
	description: words,
	fields: [{ name: 'header', description: words }],
	userMessage: words,
	developerMessage: words,
	msg: words,
	detail: words,
	errors: [{ title: words, detail: words, message: words, property: words }],
	errorMessage: words,
});

async function performWithEcho(operation: OperationOfTest, body: unknown, status: number) {
	stage.spoil(operation, { kind: 'status', status, body, times: Infinity });
	return await stage.perform(operation, once);
}

describe('no secret is shown', () => {
	it.each(rows(OPERATIONS))('%s: on success', async (_, operation) => {
		const result = await stage.perform(operation);
		expect(result.error?.message).toBeUndefined();
		expectNoSecret(result, operation.vendor);
	});

	it.each(rows(OPERATIONS))('%s: when the secret is wrong', async (_, operation) => {
		const { vendor } = operation;
		const credentials = stage.credentialsOf(vendor, { [vendor.secret]: 'Bearer marked-and-wrong' });
		const result = await stage.perform(operation, once, { credentials });
		expect(result.error).toBeDefined();
		expectNoSecret(result, vendor, credentials[vendor.credential]);
	});

	it.each(rows(OPERATIONS))('%s: when the vendor refuses', async (_, operation) => {
		const result = await performWithEcho(operation, undefined, 403);
		expect(result.error).toBeDefined();
		expectNoSecret(result, operation.vendor);
	});

	it.each(rows(OPERATIONS))('%s: when the connection is reset', async (_, operation) => {
		stage.spoil(operation, { kind: 'reset', times: Infinity });
		const result = await stage.perform(operation, once);
		expect(result.error).toBeDefined();
		expectNoSecret(result, operation.vendor);
	});

	it.each(rows(OPERATIONS))('%s: when the answer is cut', async (_, operation) => {
		stage.spoil(operation, { kind: 'cutBody', times: Infinity });
		const result = await stage.perform(operation, once);
		expect(result.error).toBeDefined();
		expectNoSecret(result, operation.vendor);
	});

	it.each(rows(OPERATIONS))('%s: in an item that carries the error', async (_, operation) => {
		stage.spoil(operation, { kind: 'status', status: 500, times: Infinity });
		const onError = 'continueRegularOutput';
		const result = await stage.perform(operation, once, { onError });
		expect(result.items).toHaveLength(1);
		expectNoSecret(result, operation.vendor);
	});

	it.each(vendorRows())('%s: when nobody listens', async (_, vendor) => {
		const changes = { baseUrl: 'http://127.0.0.1:1' };
		const credentials = stage.credentialsOf(vendor, changes);
		const result = await stage.perform(listOf(vendor), once, { credentials });
		expect(result.error).toBeDefined();
		const text = shown(result);
		expect(text).not.toContain(credentials[vendor.credential][vendor.secret]);
	});
});

describe('a secret that the vendor echoes is blotted out', () => {
	const secretOf = ({ credential, secret }: VendorOfTest): string =>
		stage.sandbox.credentials[credential][secret];
	const echo = (secret: string) => `The header ${secret} is not known; ${secret}`;

	it.each(rows(OPERATIONS))('%s: in the words of an error', async (_, operation) => {
		const body = bodyWith(echo(secretOf(operation.vendor)));
		const result = await performWithEcho(operation, body, 400);
		expect(result.error.message).toContain('The header *** is not known');
		expectNoSecret(result, operation.vendor);
	});

	it.each(rows(OPERATIONS))('%s: in a plain text', async (_, operation) => {
		const result = await performWithEcho(operation, echo(secretOf(operation.vendor)), 500);
		expect(result.error.message).toContain('The header *** is not known');
		expectNoSecret(result, operation.vendor);
	});

	it.each(rows(OPERATIONS))('%s: in an item that carries the error', async (_, operation) => {
		const body = bodyWith(echo(secretOf(operation.vendor)));
		stage.spoil(operation, { kind: 'status', status: 401, body, times: Infinity });
		const onError = 'continueRegularOutput';
		const result = await stage.perform(operation, once, { onError });
		expect(result.items).toHaveLength(1);
		expectNoSecret(result, operation.vendor);
	});

	it('Talkdesk Insurance: without the word before it', async () => {
		const insurance = vendorOf('talkdeskInsurance');
		const token = secretOf(insurance).replace('Bearer ', '');
		const result = await performWithEcho(listOf(insurance), bodyWith(echo(token)), 403);
		expectNoSecret(result, insurance);
	});

	it('CarrierX: with the word before it', async () => {
		const carrierX = vendorOf('carrierX');
		const header = `Bearer ${secretOf(carrierX)}`;
		expectNoSecret(await performWithEcho(listOf(carrierX), bodyWith(header), 403), carrierX);
	});

	/** The same seed gives the same tokens: this one comes first, or second. */
	const tokenNumber = async (number: number): Promise<string> => {
		const twin = await newSandbox();
		const { talkdeskOAuth2Api: credential } = twin.credentials;
		const { clientId, clientSecret, tokenUrl } = credential;
		let token = '';
		for (let times = 0; times < number; times++) {
			const response = await fetch(tokenUrl, {
				method: 'POST',
				headers: { authorization: `Basic ${base64(`${clientId}:${clientSecret}`)}` },
				body: new URLSearchParams({ grant_type: 'client_credentials' }),
			});
			token = ((await response.json()) as Json).access_token;
		}
		await twin.stop();
		return token;
	};

	it.each([
		['that n8n has just fetched', 1, []],
		['that n8n has just renewed', 2, [{ vendor: 'talkdesk', kind: 'expireToken' }]],
	])('Talkdesk: a token %s', async (_, number, faults) => {
		const token = await tokenNumber(number);
		const { addFault } = await stage.ownSandbox();
		for (const fault of faults) addFault(fault);
		const talkdesk = listOf(vendorOf('talkdesk'));
		const result = await performWithEcho(talkdesk, bodyWith(echo(token)), 403);
		const { requests } = stage.sandbox;
		expect(requests.at(-1)?.headers.authorization).toBe(`Bearer ${token}`);
		expectNoSecret(result, talkdesk.vendor);
	});

	it('Talkdesk: a token that was stored', async () => {
		const talkdesk = listOf(vendorOf('talkdesk'));
		const { credentials } = await stage.perform(talkdesk);
		const token = credentials.talkdeskOAuth2Api.oauthTokenData.access_token;
		stage.spoil(talkdesk, { kind: 'status', status: 403, body: bodyWith(echo(token)) });
		expectNoSecret(await stage.perform(talkdesk, once, { credentials }), talkdesk.vendor);
	});

	it.each([400, 401, 500])('Talkdesk: by the token URL, with %d', async (status) => {
		const { clientId, clientSecret } = stage.sandbox.credentials.talkdeskOAuth2Api;
		const words = `${clientSecret} ${base64(`${clientId}:${clientSecret}`)}`;
		const body = { error: 'invalid_client', error_description: words, message: words };
		const fault = { vendor: 'talkdesk', kind: 'status', path: '/oauth/token', status, body };
		stage.sandbox.addFault({ ...fault, times: Infinity });
		const result = await stage.perform(listOf(vendorOf('talkdesk')), once);
		expect(result.error).toBeDefined();
		expectNoSecret(result, vendorOf('talkdesk'));
	});

	it.each(vendorRows())('%s: in the address of a redirect', async (_, vendor) => {
		const location = `{foreign}/?key=${encodeURIComponent(secretOf(vendor))}`;
		stage.sandbox.addFault({ vendor: vendor.type, kind: 'redirect', location, times: Infinity });
		const result = await stage.perform(listOf(vendor), once);
		expect(result.error).toBeDefined();
		expectNoSecret(result, vendor);
	});

	it.each(vendorRows())('%s: in the host of a redirect', async (_, vendor) => {
		const [piece] = /[a-z0-9]{8,30}/i.exec(secretOf(vendor).replace(/^.* /, '')) ?? [];
		const location = `https://${piece}.example/`;
		stage.sandbox.addFault({ vendor: vendor.type, kind: 'redirect', location, times: Infinity });
		const result = await stage.perform(listOf(vendor), once);
		expect(result.error.message).toContain('another host (***');
	});

	it('i3D.net: in the id of an invoice whose file is wanted', async () => {
		const i3dNet = vendorOf('i3dNet');
		const reply = () => ({
			status: 200,
			headers: { 'content-type': 'application/json' },
			body: Buffer.from(JSON.stringify([{ id: secretOf(i3dNet) }])),
		});
		stage.sandbox.addFault({ vendor: 'i3dNet', kind: 'reply', reply });
		const [, download] = PDFS;
		const result = await stage.perform(download, once);
		expect(result.error.message).toMatch(/^i3D.net returned ".*\*\*\*" instead of invoice/);
		expectNoSecret(result, i3dNet);
	});

	it.each(vendorRows())('%s: in a searchable list', async (_, vendor) => {
		const body = bodyWith(echo(secretOf(vendor)));
		const fault = { vendor: vendor.type, kind: 'status', status: 400, body, times: Infinity };
		stage.sandbox.addFault(fault);
		const thrown: unknown = await stage.engine
			.searchList({
				type: vendor.type,
				method: 'searchInvoices',
				credentials: stage.credentialsOf(vendor),
				parameters: { accountId: 'ACC-1001' },
			})
			.catch((error: unknown) => error);
		expect(reveal(thrown)).toContain('***');
		const secrets = secretsOf(vendor, stage.sandbox.credentials[vendor.credential]);
		expect(secrets.filter((secret) => reveal(thrown).includes(secret))).toEqual([]);
	});

	it.each(vendorRows())('%s: by the test of the credential', async (_, vendor) => {
		const body = bodyWith(echo(secretOf(vendor)));
		const fault = { vendor: vendor.type, kind: 'status', status: 400, body, times: Infinity };
		stage.sandbox.addFault(fault);
		const data = stage.sandbox.credentials[vendor.credential];
		const result = await stage.engine.testCredential(vendor.credential, data);
		expect(result.status).toBe('Error');
		const secrets = secretsOf(vendor, data);
		expect(secrets.filter((secret) => reveal(result).includes(secret))).toEqual([]);
	});

	/** Each byte of a text, written in some way. */
	const eachByte = (write: (hex: string, byte: number) => string) => (text: string) =>
		[...Buffer.from(text)].map((byte) => write(byte.toString(16).padStart(2, '0'), byte)).join('');

	const encodings: Array<[string, (secret: string) => string]> = [
		['in hexadecimal', (secret) => Buffer.from(secret).toString('hex')],
		['as %XX', eachByte((hex) => `%${hex}`)],
		['as \\u00XX', eachByte((hex) => `\\u00${hex}`)],
		['as &#NN;', eachByte((_, byte) => `&#${byte};`)],
		['as a form', (secret) => secret.replace(/ /g, '+')],
	];
	const echoed = encodings.flatMap(([name, encode]) =>
		VENDORS.map((vendor): [string, VendorOfTest, (secret: string) => string] => [
			`${vendor.name}: ${name}`,
			vendor,
			encode,
		]),
	);

	it.each(echoed)('%s', async (_, vendor, encode) => {
		const secret = encode(secretOf(vendor));
		const result = await performWithEcho(listOf(vendor), bodyWith(echo(secret)), 403);
		expect(result.error.message).toMatch(/The header (\*\*\* )?\*\*\* is not known/);
		expect(reveal(result.error)).not.toContain(secret);
	});

	it.each([
		['a short word', 'Bearer ab12cd', 'you sent ab12cd', 'you sent ***'],
		['a short word in capitals', 'Bearer ab12cd', 'you sent AB12CD', 'you sent ***'],
		['a value in quotes', 'Token token="s3cr3t"', 'bad token s3cr3t', 'bad token ***'],
		['one of two values', 'Key id=4711, sig=s3c', 'bad sig s3c of 4711', 'bad sig *** of ***'],
		['the password of Basic', `Basic ${base64('user:p4ss')}`, 'user p4ss?', 'user ***?'],
		['what Basic encodes', `Basic ${base64('user:p4ss')}`, 'is user:p4ss', 'is ***'],
	])('Talkdesk Insurance: %s', async (_, headerValue, words, shown) => {
		const insurance = vendorOf('talkdeskInsurance');
		const bridge = await listeningServer((_request, response) =>
			response.writeHead(400).end(words),
		);
		const credentials = stage.credentialsOf(insurance, { headerValue, baseUrl: bridge.origin });
		const { error } = await stage.perform(listOf(insurance), once, { credentials });
		await bridge.close();
		expect(error.message).toBe(`Talkdesk Insurance answered 400: ${shown}`);
	});

	it.each([
		['in its query', '/invoices/{accountId}?key=k3y&x=1', 'no key k3y', 'no key ***'],
		[
			'as a segment',
			'/s3cretkey/invoices/{accountId}',
			'GET /s3cretkey/invoices',
			'GET /***/invoices',
		],
		['encoded', '/invoices/{accountId}?key=a%2Fb%2Bc', 'bad a/b+c', 'bad ***'],
	])('Talkdesk Insurance: a key in Invoices Path, %s', async (_, invoicesPath, words, shown) => {
		const bridge = await listeningServer((_request, response) =>
			response.writeHead(404).end(words),
		);
		const credentials = stage.credentialsOf(vendorOf('talkdeskInsurance'), {
			invoicesPath,
			baseUrl: bridge.origin,
		});
		const { error } = await stage.perform(listOf(vendorOf('talkdeskInsurance')), once, {
			credentials,
		});
		await bridge.close();
		expect(error.message).toBe(`Talkdesk Insurance answered 404: ${shown}`);
	});

	it('Talkdesk Insurance: an Invoices Path that cannot be used is not shown', async () => {
		const insurance = vendorOf('talkdeskInsurance');
		const credentials = stage.credentialsOf(insurance, { invoicesPath: '/no/place?key=k3y' });
		const { error } = await stage.perform(listOf(insurance), once, { credentials });
		expect(error.message).toBe('The invoices path of the credential cannot be used');
		expect(reveal(error)).not.toContain('k3y');
	});
});

describe('the request', () => {
	it.each(vendorRows(VENDORS))('%s: holds no secret in its address', async (_, vendor) => {
		await stage.perform(listOf(vendor));
		const secrets = secretsOf(vendor, stage.sandbox.credentials[vendor.credential]);
		const addresses = reveal(stage.sandbox.requests.map(({ path, query }) => [path, query]));
		expect(secrets.filter((secret) => addresses.includes(secret))).toEqual([]);
	});
});
