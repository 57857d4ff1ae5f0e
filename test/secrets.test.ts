/**
 * Secrets never leave the request: not in items, not in errors (hidden properties included), not in
 * logs; on success and on failure, also when the vendor writes the secret into its answer.
 */
import { echo, once, secretsOn, shown } from './secrets';
import {
	OPERATIONS,
	VENDORS,
	type VendorOfTest,
	listOf,
	reveal,
	rows,
	setUp,
	vendorRows,
} from './support';

const stage = setUp();
const { secretOf, secretsOf, expectNoSecret, performWithEcho } = secretsOn(stage);

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

describe('a secret that the vendor echoes is redacted', () => {
	it.each(rows(OPERATIONS))('%s: in the words of an error', async (_, operation) => {
		const body = operation.vendor.answers.error(echo(secretOf(operation.vendor)));
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
		const body = operation.vendor.answers.error(echo(secretOf(operation.vendor)));
		stage.spoil(operation, { kind: 'status', status: 401, body, times: Infinity });
		const onError = 'continueRegularOutput';
		const result = await stage.perform(operation, once, { onError });
		expect(result.items).toHaveLength(1);
		expectNoSecret(result, operation.vendor);
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

	it.each(vendorRows())('%s: in a searchable list', async (_, vendor) => {
		const body = vendor.answers.error(echo(secretOf(vendor)));
		const fault = { vendor: vendor.type, kind: 'status', status: 400, body, times: Infinity };
		stage.sandbox.addFault(fault);
		const thrown: unknown = await stage.engine
			.searchList({
				type: vendor.type,
				method: 'searchInvoices',
				credentials: stage.credentialsOf(vendor),
				parameters: vendor.parameters,
			})
			.catch((error: unknown) => error);
		expect(reveal(thrown)).toContain('***');
		const secrets = secretsOf(vendor);
		expect(secrets.filter((secret) => reveal(thrown).includes(secret))).toEqual([]);
	});

	it.each(vendorRows())('%s: by the test of the credential', async (_, vendor) => {
		const body = vendor.answers.error(echo(secretOf(vendor)));
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
		const result = await performWithEcho(listOf(vendor), vendor.answers.error(echo(secret)), 403);
		expect(result.error.message).toMatch(/The header (\*\*\* )?\*\*\* is not known/);
		expect(reveal(result.error)).not.toContain(secret);
	});
});

describe('the request', () => {
	it.each(vendorRows())('%s: holds no secret in its address', async (_, vendor) => {
		await stage.perform(listOf(vendor));
		const secrets = secretsOf(vendor);
		const addresses = reveal(stage.sandbox.requests.map(({ path, query }) => [path, query]));
		expect(secrets.filter((secret) => addresses.includes(secret))).toEqual([]);
	});
});
