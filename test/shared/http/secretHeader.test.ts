import type { IHttpRequestOptions } from 'n8n-workflow';
import { secretHeader } from '../../../nodes/shared/http/secretHeader';

const BASE = 'https://api.example.com/v1';
const authenticate = secretHeader(({ token }) => ['X-Token', String(token)]);
const send = (request: object) =>
	authenticate({ baseUrl: BASE, token: 'secret' }, request as IHttpRequestOptions);

test.each<[string, object]>([
	['a whole address', { url: `${BASE}/invoices` }],
	['a base URL and a path', { baseURL: BASE, url: '/invoices' }],
	['an address of the older kind', { uri: `${BASE}/invoices` }],
])('sends the secret to %s of its own host, and follows no redirect', async (_, request) => {
	expect(await send({ ...request, headers: { accept: 'a' }, followRedirect: true })).toEqual({
		...request,
		headers: { accept: 'a', 'X-Token': 'secret' },
		disableFollowRedirect: true,
		followRedirect: false,
		followAllRedirects: false,
		maxRedirects: 0,
	});
});

test.each<[string, object]>([
	['another host', { url: 'https://elsewhere.example/' }],
	['another host, in an address of the older kind', { uri: 'https://elsewhere.example/' }],
	['another host beside its own', { url: `${BASE}/1`, uri: 'https://elsewhere.example/' }],
	['its own host beside another', { url: 'https://elsewhere.example/', uri: `${BASE}/1` }],
	['another host in place of the base URL', { baseURL: `${BASE}/`, url: '//elsewhere.example/' }],
	['another host for a base URL', { baseURL: 'https://elsewhere.example', url: '/' }],
	['another port', { url: 'https://api.example.com:8443/' }],
	['plain http', { url: 'http://api.example.com/' }],
	['a longer name', { baseURL: 'https://api.example.com', url: '.elsewhere.example/' }],
	['a user name', { url: 'https://api.example.com@elsewhere.example/' }],
	['nowhere', {}],
])('does not send the secret to %s', async (_, request) => {
	await expect(send(request)).rejects.toThrow(
		'This credential can only be used for requests to api.example.com',
	);
});
