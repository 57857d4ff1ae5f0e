/** Hosts that cannot be reached: nodes, files, triggers, and logins say so in words, without an error code. */
/* eslint-disable @n8n/community-nodes/no-restricted-imports -- this is no node */
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, type Server, createServer } from 'node:net';
import { type Json, PDFS, VENDORS, listOf, rows, setUp, vendorRows } from './support';
import { triggersOn } from './triggers';
import { talkdesk } from './vendors/talkdesk';

const stage = setUp();
const { trigger } = triggersOn(stage);
const once = { maxRetries: 0 };
const CLOSED = 'http://127.0.0.1:1';

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

/** Starts a server on this machine and returns its host. */
async function hostOf(server: Server): Promise<string> {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	servers.push(server);
	return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What a list says whose credential has other fields. */
async function messageOf(vendor: (typeof VENDORS)[number], changes: Json): Promise<Json> {
	const credentials = stage.credentialsOf(vendor, changes);
	const { error } = await stage.perform(listOf(vendor), once, { credentials });
	return { message: error?.message, description: error?.description };
}

describe('a closed port', () => {
	const listening = (name: string) =>
		`Could not reach ${name}: nothing is listening at 127.0.0.1:1`;

	it.each(rows(PDFS))('%s', async (_, operation) => {
		const credentials = stage.credentialsOf(operation.vendor, { baseUrl: CLOSED });
		const { error } = await stage.perform(operation, once, { credentials });
		expect(error.message).toContain(listening(operation.vendor.name));
	});

	it.each(vendorRows())('the trigger of %s', async (name, vendor) => {
		const credentials = stage.credentialsOf(vendor, { baseUrl: CLOSED });
		const polled = trigger(vendor, { options: once }).poll({ credentials });
		await expect(polled).rejects.toThrow(listening(name));
	});

	it('of the login', async () => {
		const { message, description } = await messageOf(talkdesk, { tokenUrl: `${CLOSED}/token` });
		expect(message).toBe(listening('the login server of Talkdesk'));
		expect(description).toContain('account and token URL');
	});
});

// Without a network, a resolver says that it cannot tell.
const unknown = (of: string) =>
	new RegExp(
		`^Could not reach ${of}: the host name nowhere\\.invalid (was not found|could not be looked up)`,
	);

describe('an unknown host name', () => {
	it.each(vendorRows())('of %s', async (name, vendor) => {
		const { message } = await messageOf(vendor, { baseUrl: 'https://nowhere.invalid' });
		expect(message).toMatch(unknown(name));
	});

	it('of the login', async () => {
		const { message } = await messageOf(talkdesk, { tokenUrl: 'https://nowhere.invalid/token' });
		expect(message).toMatch(unknown('the login server of Talkdesk'));
	});
});

describe('a host that speaks another protocol', () => {
	it.each(vendorRows())('%s: http where https is expected', async (name, vendor) => {
		const host = await hostOf(createHttpServer());
		const { message, description } = await messageOf(vendor, { baseUrl: `https://${host}` });
		expect(message).toContain(`Could not reach ${name}: ${host} does not support HTTPS`);
		expect(description).toContain('host and port of the base URL');
	});

	it.each(vendorRows())('%s: no http at all', async (name, vendor) => {
		const host = await hostOf(createServer((socket) => socket.end('220 mail.example ESMTP\r\n')));
		const { message } = await messageOf(vendor, { baseUrl: `http://${host}` });
		expect(message).toContain(`Could not reach ${name}: ${host} did not respond with HTTP`);
	});
});
