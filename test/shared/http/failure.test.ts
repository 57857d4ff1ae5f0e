import fc from 'fast-check';
import {
	type VendorResponse,
	redactedMessage,
	failureFromResponse,
	firstText,
} from '../../../nodes/shared/http/failure';

const NOW = Date.parse('2024-03-01T12:00:00Z');
const noMessage = () => undefined;

function failure(
	answer: Partial<VendorResponse>,
	errorMessageOf = noMessage as (b: unknown) => string | undefined,
) {
	const about = { vendor: 'Acme', errorMessageOf, secrets: ['t0ken'] };
	return failureFromResponse({ headers: {}, body: undefined, ...answer }, about, NOW);
}

describe('an answer that is no success', () => {
	test('says the status, and nothing else where the body says nothing', () => {
		expect(failure({ status: 418 }).message).toBe('Acme answered 418');
	});

	test("contains the vendor's message", () => {
		const answer = { status: 400, body: { why: 'no such filter' } };
		const words = (body: unknown) => (body as { why: string }).why;
		expect(failure(answer, words).message).toBe('Acme answered 400: no such filter');
	});

	test('contains a plain-text body', () => {
		expect(failure({ status: 503, body: 'Down for maintenance' }).message).toBe(
			'Acme answered 503: Down for maintenance',
		);
	});

	test.each(['<html><body>x</body></html>', '\n  <!DOCTYPE html><p>x', '<?xml version="1.0"?>'])(
		'does not show a web page: %j',
		(body) => {
			expect(failure({ status: 502, body }).message).toBe('Acme answered 502');
		},
	);

	test('does not show an object nobody understands', () => {
		expect(failure({ status: 500, body: { stack: 'at x.js:1' } }).message).toBe(
			'Acme answered 500',
		);
	});

	test('is a failure of the vendor, with its status', () => {
		expect(failure({ status: 404 })).toMatchObject({ kind: 'vendor', details: { status: 404 } });
	});

	test.each([
		[400, 'filters'],
		[401, 'secret'],
		[403, 'may read invoices'],
		[404, 'Check the id'],
		[429, 'Wait a while'],
		[500, 'Acme is in trouble'],
		[503, 'Acme is in trouble'],
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
		['ECONNREFUSED', 'the connection was refused'],
		['ENOTFOUND', 'its host name is unknown'],
		['ETIMEDOUT', 'it took too long'],
	])('%s is put in words', (code, words) => {
		expect(failure({ code, message: 'raw' }).message).toBe(`Acme did not answer: ${words}`);
	});

	test('an unknown code gives the words of the failure', () => {
		expect(failure({ code: 'CERT_HAS_EXPIRED', message: 'certificate has expired' }).message).toBe(
			'Acme did not answer: certificate has expired',
		);
	});

	test('without words it gives the code', () => {
		expect(failure({ code: 'EODD' }).message).toBe('Acme did not answer: EODD');
	});

	test('without anything it says so', () => {
		expect(failure({}).message).toBe('Acme did not answer: no reason given');
	});

	test('quotes nothing of an answer that was to hold a token', () => {
		const message =
			'Expected JSON response from OAuth2 token endpoint but received: {"access_token":"new';
		expect(failure({ message, isLogin: true }).message).toBe(
			'Acme rejected the login: Expected JSON response from OAuth2 token endpoint',
		);
	});

	test.each([
		[{ status: 503 }, 'error 503'],
		[{ status: 429 }, 'error 429'],
		[{ code: 'ECONNREFUSED' }, 'the connection was refused'],
		[{ body: { error: 'temporarily_unavailable' }, message: 'Come back' }, 'Come back'],
	])('a token URL that is busy is not blamed on the client: %j', (answer, why) => {
		const { message, details } = failure({ ...answer, isLogin: true });
		expect(message).toBe(`The token URL of Acme is busy or cannot be reached (${why})`);
		expect(details.hint).not.toMatch(/client ID/);
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
			'Acme did not answer: bad header ***',
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
		vendor: 'Acme',
		errorMessageOf: noMessage,
		secrets: [],
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
