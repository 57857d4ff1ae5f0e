import fc from 'fast-check';
import {
	type FailureContext,
	type VendorResponse,
	redactedMessage,
	failureFromResponse,
	firstText,
} from '../../../nodes/shared/http/failure';

const NOW = Date.parse('2024-03-01T12:00:00Z');
const noMessage = () => undefined;

const ACME = {
	vendor: 'Acme',
	errorMessageOf: noMessage,
	secrets: ['t0ken'],
	host: 'api.acme.test:8443',
	loginHost: 'login.acme.test',
	timeoutSeconds: 30,
};

function failure(answer: Partial<VendorResponse>, about: Partial<FailureContext> = {}) {
	return failureFromResponse(
		{ headers: {}, body: undefined, ...answer },
		{ ...ACME, ...about },
		NOW,
	);
}

describe('an answer that is no success', () => {
	test('says the status, and nothing else where the body says nothing', () => {
		expect(failure({ status: 418 }).message).toBe('Acme returned an error (418)');
	});

	test("contains the vendor's message", () => {
		const answer = { status: 400, body: { why: 'no such filter' } };
		const errorMessageOf = (body: unknown) => (body as { why: string }).why;
		expect(failure(answer, { errorMessageOf }).message).toBe(
			'Acme returned an error (400): no such filter',
		);
	});

	test('contains a plain-text body', () => {
		expect(failure({ status: 503, body: 'Down for maintenance' }).message).toBe(
			'Acme returned an error (503): Down for maintenance',
		);
	});

	test.each(['<html><body>x</body></html>', '\n  <!DOCTYPE html><p>x', '<?xml version="1.0"?>'])(
		'does not show a web page: %j',
		(body) => {
			expect(failure({ status: 502, body }).message).toBe('Acme returned an error (502)');
		},
	);

	test('does not show an object nobody understands', () => {
		expect(failure({ status: 500, body: { stack: 'at x.js:1' } }).message).toBe(
			'Acme returned an error (500)',
		);
	});

	test.each([
		[302, 'Acme returned an unexpected response (302)'],
		[401, 'Acme rejected the credential (401)'],
		[403, 'Acme denied access (403)'],
		[404, 'Acme returned an error (404)'],
		[429, 'Acme received too many requests (429)'],
	])('%i is put in words', (status, message) => {
		expect(failure({ status }).message).toBe(message);
	});

	test('names the invoice that is missing', () => {
		const { message, details } = failure(
			{ status: 404 },
			{ subject: { kind: 'invoice', name: '4711' } },
		);
		expect(message).toBe('Acme has no invoice "4711" (404)');
		expect(details.hint).toMatch(/^Check the ID/);
	});

	test('redacts a secret in the name of an invoice', () => {
		const { message } = failure({ status: 404 }, { subject: { kind: 'invoice', name: 't0ken' } });
		expect(message).toBe('Acme has no invoice "***" (404)');
	});

	test('is a failure of the vendor, with its status', () => {
		expect(failure({ status: 404 })).toMatchObject({ kind: 'vendor', details: { status: 404 } });
	});

	test.each([
		[400, 'filters'],
		[401, 'secret'],
		[302, 'base URL'],
		[403, 'has access to invoices'],
		[404, 'base URL'],
		[422, 'filters'],
		[429, 'Wait a few minutes'],
		[500, 'Acme has a temporary problem'],
		[503, 'Acme has a temporary problem'],
	])('%i says what to do', (status, hint) => {
		expect(failure({ status }).details.hint).toContain(hint);
	});

	test('says nothing to do where nothing is known', () => {
		expect(failure({ status: 409 }).details.hint).toBeUndefined();
	});

	test('keeps how long the vendor asked to wait', () => {
		const headers = { 'retry-after': '9' };
		expect(failure({ status: 429, headers }).details.retryAfterMs).toBe(9000);
		expect(failure({ status: 429 }).details.retryAfterMs).toBeUndefined();
	});

	test('holds nothing of the headers', () => {
		const headers = { 'set-cookie': 'session=1', authorization: 'Bearer abc' };
		const failed = failure({ status: 500, headers });
		expect(JSON.stringify([failed.message, failed])).not.toMatch(/session|Bearer/);
	});
});

describe('no answer', () => {
	test.each([
		['EAI_AGAIN', 'the host name api.acme.test could not be looked up', 'Try again later'],
		['ENOTFOUND', 'the host name api.acme.test was not found', 'base URL'],
		['ECONNREFUSED', 'nothing is listening at api.acme.test:8443', 'base URL'],
		['EHOSTUNREACH', 'the network has no route to api.acme.test:8443', 'network of n8n'],
		['ECONNRESET', 'the connection was closed unexpectedly', 'Try again later'],
		['ECONNABORTED', 'no complete response after 30 s', '"Timeout"'],
		['ETIMEDOUT', 'the connection to api.acme.test:8443 timed out', 'Try again later'],
		['EPROTO', 'api.acme.test:8443 does not support HTTPS', 'host and port of the base URL'],
		['HPE_INVALID_CONSTANT', 'api.acme.test:8443 did not respond with HTTP', 'base URL'],
		['CERT_HAS_EXPIRED', 'the certificate of api.acme.test has expired', 'contact the vendor'],
		['ERR_TLS_CERT_ALTNAME_INVALID', 'the certificate is not for api.acme.test', 'base URL'],
		[
			'SELF_SIGNED_CERT_IN_CHAIN',
			'the certificate of api.acme.test is self-signed',
			'NODE_EXTRA_CA_CERTS',
		],
	])('%s is put in words', (code, words, hint) => {
		const { message, details } = failure({ code, message: `raw ${code}` });
		expect(message).toBe(`Could not reach Acme: ${words}`);
		expect(details.hint).toContain(hint);
	});

	test('a timeout of this package has words of its own', () => {
		const { message, details } = failure({ code: 'TIMED_OUT', message: 'no data for 30 s' });
		expect(message).toBe('Could not reach Acme: no data for 30 s');
		expect(details.hint).toContain('"Timeout"');
	});

	test('an unknown code is shown with the words of the failure', () => {
		expect(failure({ code: 'EODD', message: 'odd thing' }).message).toBe(
			'Could not reach Acme: odd thing',
		);
	});

	test('without words it is the code', () => {
		expect(failure({ code: 'EODD' }).message).toBe('Could not reach Acme: EODD');
	});

	test('without anything it says so', () => {
		expect(failure({}).message).toBe('Could not reach Acme: the reason is unknown');
	});

	test('quotes nothing of an answer that was to hold a token', () => {
		const message =
			'Expected JSON response from OAuth2 token endpoint but received: {"access_token":"new';
		expect(failure({ message, isLogin: true }).message).toBe(
			'Acme rejected the login: Expected JSON response from OAuth2 token endpoint',
		);
	});

	test.each([
		[{ status: 503 }, ' (503)'],
		[{ status: 429 }, ' (429)'],
		[{ body: { error: 'temporarily_unavailable' }, message: 'Come back' }, ': Come back'],
	])('a token URL that is busy is not blamed on the client: %j', (answer, why) => {
		const { message, details } = failure({ ...answer, isLogin: true });
		expect(message).toBe(`The login server of Acme is temporarily unavailable${why}`);
		expect(details.hint).not.toMatch(/client ID/);
	});

	test.each([
		['ECONNREFUSED', 'nothing is listening at login.acme.test'],
		['ENOTFOUND', 'the host name login.acme.test was not found'],
		['CERT_HAS_EXPIRED', 'the certificate of login.acme.test has expired'],
	])('a token URL that cannot be reached is not blamed on the client: %s', (code, why) => {
		const { message, details } = failure({ code, message: `raw ${code}`, isLogin: true });
		expect(message).toBe(`Could not reach the login server of Acme: ${why}`);
		expect(details.hint).toContain('Check the account and token URL');
	});

	test.each(['invalid_client', 'invalid_scope', 'unauthorized_client'])(
		'a client that is refused is told as such: %s',
		(error) => {
			const { message, details } = failure({ body: { error }, message: 'Unknown', isLogin: true });
			expect(message).toBe('Acme rejected the login: Unknown');
			expect(details.hint).toContain('client ID');
		},
	);

	test('blots the secret out', () => {
		expect(failure({ message: 'bad header t0ken' }).message).toBe(
			'Could not reach Acme: bad header ***',
		);
	});
});

describe('clean', () => {
	test('blots out each secret, each time', () => {
		expect(redactedMessage('a S1 b S1 c S2', ['S1', 'S2'])).toBe('a *** b *** c ***');
	});

	test('blots out secrets with special characters', () => {
		expect(redactedMessage('key=a.b*c$(', ['a.b*c$('])).toBe('key=***');
	});

	test('redacts a secret that holds another one', () => {
		expect(redactedMessage('token abc-def', ['abc', 'abc-def'])).toBe('token ***');
	});

	test('leaves the words alone where a secret is empty', () => {
		expect(redactedMessage('bad request', [''])).toBe('bad request');
	});

	test('makes one line of many', () => {
		expect(redactedMessage(' a\r\n\tb   c ', [])).toBe('a b c');
	});

	test('leaves 300 characters and cuts what is longer', () => {
		expect(redactedMessage('x'.repeat(300), [])).toBe('x'.repeat(300));
		expect(redactedMessage('x'.repeat(301), [])).toBe(`${'x'.repeat(300)}…`);
	});

	test('looks at the beginning of a text without end only', () => {
		expect(redactedMessage(`${' '.repeat(20_000)}x`, [])).toBe('');
	});

	test('cuts no emoji in half', () => {
		expect(redactedMessage(`${'x'.repeat(299)}😀😀`, [])).not.toMatch(/\p{Surrogate}/u);
	});

	test('redacts a secret that the cut would run through', () => {
		expect(redactedMessage(`${'x'.repeat(295)}verysecret`, ['verysecret'])).not.toContain('very');
	});

	test('no secret is left, wherever it stands', () => {
		const secret = fc.string({
			minLength: 4,
			maxLength: 20,
			unit: fc.constantFrom(...'abcXYZ019'),
		});
		fc.assert(
			fc.property(fc.array(fc.string({ maxLength: 20 })), secret, (parts, hidden) => {
				return !redactedMessage(parts.join(hidden), [hidden]).includes(hidden);
			}),
			{ seed: 1, numRuns: 2000 },
		);
	});
});

describe('firstText', () => {
	test.each([
		[[undefined, null, 7, {}, '', '  ', 'a', 'b'], 'a'],
		[[], undefined],
		[[' a '], ' a '],
	])('of %j is %j', (values, expected) => {
		expect(firstText(...values)).toBe(expected);
	});
});

describe('how long the vendor asks to wait', () => {
	const about = {
		...ACME,
		retryAfterOf: (headers: Record<string, unknown>, now: number) =>
			Number(headers['ratelimit-reset']) * 1000 - now,
	};
	const reset = { 'ratelimit-reset': String(NOW / 1000 + 30) };
	const asked = (status: number, headers: Record<string, unknown>) =>
		failureFromResponse({ status, headers, body: undefined }, about, NOW).details.retryAfterMs;

	test('is read from a header of its own', () => {
		expect(asked(429, reset)).toBe(30_000);
	});

	test('is none where the moment is over', () => {
		expect(asked(429, { 'ratelimit-reset': String(NOW / 1000 - 30) })).toBe(0);
	});

	test('is not known where the header is none of a moment', () => {
		expect(asked(429, { 'ratelimit-reset': 'soon' })).toBeUndefined();
	});

	test('is what Retry-After says, where there is one', () => {
		expect(asked(429, { ...reset, 'retry-after': '5' })).toBe(5_000);
	});

	test('is nothing where the vendor is not asked to slow down', () => {
		expect(asked(503, reset)).toBeUndefined();
	});
});
