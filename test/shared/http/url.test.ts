import fc from 'fast-check';
import { ReadFailure } from '../../../nodes/shared/errors';
import {
	baseUrlFrom,
	isSameOrigin,
	path,
	queryString,
	canDecodeTo,
} from '../../../nodes/shared/http/url';

describe('baseUrlFrom', () => {
	test.each([
		['https://api.example.com', 'https://api.example.com'],
		['  https://api.example.com/  ', 'https://api.example.com'],
		['https://api.example.com/core/v2///', 'https://api.example.com/core/v2'],
		['https://API.Example.com:8443/v1', 'https://api.example.com:8443/v1'],
		['https://api.example.com:443', 'https://api.example.com'],
		['https://api.example.com/a/../b', 'https://api.example.com/b'],
	])('takes %j', (typed, expected) => {
		expect(baseUrlFrom(typed)).toBe(expected);
	});

	test.each([
		'http://localhost',
		'http://localhost:3000/x',
		'http://127.0.0.1:80',
		'http://127.9.8.7',
		'http://[::1]:5678',
	])('takes plain http to this machine: %s', (typed) => {
		expect(() => baseUrlFrom(typed)).not.toThrow();
	});

	test.each([
		'http://api.example.com',
		'http://localhost.example.com',
		'http://127.0.0.1.example.com',
		'http://my-localhost',
		'http://10.0.0.1',
		'http://0.0.0.0',
		'http://[::2]',
	])('refuses plain http to another machine: %s', (typed) => {
		expect(() => baseUrlFrom(typed)).toThrow('plain http');
	});

	test('takes plain http anywhere where the credential allows it', () => {
		expect(baseUrlFrom('http://10.0.0.1/api', true)).toBe('http://10.0.0.1/api');
	});

	test.each([
		undefined,
		null,
		'',
		42,
		{},
		'api.example.com',
		'/billing',
		'https://',
		'ftp://example.com',
		'file:///etc/passwd',
		'javascript:alert(1)',
	])('refuses %j, which is no URL', (typed) => {
		expect(() => baseUrlFrom(typed, true)).toThrow('is not a valid URL');
	});

	test.each([
		'https://user@api.example.com',
		'https://user:word@api.example.com',
		'https://api.example.com@evil.example',
		'https://api.example.com?x=1',
		'https://api.example.com/#x',
	])('refuses %s, which holds more than host and path', (typed) => {
		expect(() => baseUrlFrom(typed)).toThrow('may only contain a host and a path');
	});

	test('does not repeat a password in its words', () => {
		expect.assertions(1);
		try {
			baseUrlFrom('https://user:hunter2@api.example.com');
		} catch (error) {
			expect(JSON.stringify([(error as ReadFailure).message, error])).not.toContain('hunter2');
		}
	});
});

describe('isSameOrigin', () => {
	const base = 'https://api.example.com/core/v2';

	test.each([
		'https://api.example.com/other',
		'https://API.EXAMPLE.COM/',
		'https://api.example.com:443/x',
		'/elsewhere',
		'relative',
		'?page=2',
	])('%s is', (url) => {
		expect(isSameOrigin(url, base)).toBe(true);
	});

	test.each([
		'http://api.example.com/',
		'https://api.example.com:8443/',
		'https://api.example.com.evil.example/',
		'https://evil.example/https://api.example.com/',
		'https://api.example.com@evil.example/',
		'//evil.example/x',
		'/\\evil.example/x',
		'\\\\evil.example',
		'https:\\\\evil.example',
		'data:text/plain,x',
		'http://[broken',
	])('%s is not', (url) => {
		expect(isSameOrigin(url, base)).toBe(false);
	});
});

describe('path', () => {
	test('leaves what is fixed alone', () => {
		expect(path`/v3/account/invoice`).toBe('/v3/account/invoice');
	});

	test.each([
		['a b', 'a%20b'],
		['a?b=c&d', 'a%3Fb%3Dc%26d'],
		['a#b', 'a%23b'],
		['100%', '100%25'],
		['a/b', 'a%2Fb'],
		['2024/0005', '2024%2F0005'],
		['/a//b/', '%2Fa%2F%2Fb%2F'],
		['ACC 2/ü', 'ACC%202%2F%C3%BC'],
		['a\\b', 'a%5Cb'],
		['M%C3%84', 'M%25C3%2584'],
		['.a/b.', '.a%2Fb.'],
		['..;', '..%3B'],
		['Ä€😀', '%C3%84%E2%82%AC%F0%9F%98%80'],
		['...', '...'],
	])('encodes %j as one segment', (value, segment) => {
		expect(path`/invoice/${value}/pdf`).toBe(`/invoice/${segment}/pdf`);
	});

	test.each([
		'',
		' ',
		'.',
		'..',
		'../x',
		'x/..',
		'a/../b',
		'a/./b',
		'a\\..\\b',
		'a/ .. /b',
		'/',
		'//',
		'%2e%2e',
		'%2E.',
		'%252e%252e',
		'a%2f..%2Fb',
		'a/%2e%2e/%zz',
		'%5c..',
		'a\nb',
		'a\0',
		'a%00',
		'\u007f',
		'a\ud83d',
	])('refuses %j', (value) => {
		expect(() => path`/invoice/${value}`).toThrow(ReadFailure);
	});

	test('no value leaves its segment or the host', () => {
		const value = fc.oneof(
			fc.string({ unit: 'binary', maxLength: 12 }),
			fc
				.array(fc.constantFrom('.', '..', '/', '\\', '%', '2e', '2f', '?', '#', '@', ':', ';', 'a'))
				.map((parts) => parts.join('')),
		);
		fc.assert(
			fc.property(value, (text) => {
				let built: string;
				try {
					built = path`/a/${text}/c`;
				} catch (error) {
					return error instanceof ReadFailure;
				}
				const url = new URL(`https://api.example.com${built}`);
				const [, a, middle, c, ...rest] = url.pathname.split('/');
				return (
					url.host === 'api.example.com' &&
					url.search === '' &&
					url.hash === '' &&
					a === 'a' &&
					decodeURIComponent(middle) === text &&
					c === 'c' &&
					rest.length === 0
				);
			}),
			{ seed: 1, numRuns: 5000 },
		);
	});
});

describe('spells', () => {
	test.each([
		'month-to-date',
		'Month-To-Date',
		'month%2Dto-date',
		'/month-to-date',
		'month-to-date/',
	])('%j', (value) => expect(canDecodeTo(value, 'month-to-date')).toBe(true));

	test.each(['INV-1', 'month-to-date-1', 'xmonth-to-date'])('not %j', (value) =>
		expect(canDecodeTo(value, 'month-to-date')).toBe(false),
	);
});

describe('queryString', () => {
	test.each([
		[undefined, ''],
		[{}, ''],
		[{ a: undefined }, ''],
		[{ a: 1, b: undefined, c: false }, '?a=1&c=false'],
		[{ a: '' }, '?a='],
		[{ order: 'date_created asc' }, '?order=date_created%20asc'],
		[{ a: 'x&limit=1', b: '+ #%' }, '?a=x%26limit%3D1&b=%2B%20%23%25'],
		[{ 'a&b': 'c' }, '?a%26b=c'],
	])('%j gives %j', (query, expected) => {
		expect(queryString(query)).toBe(expected);
	});

	test('whatever is put in comes out again, and nothing else', () => {
		const text = fc.string({ unit: 'grapheme', maxLength: 20 });
		fc.assert(
			fc.property(fc.dictionary(text, text, { maxKeys: 5 }), (query) => {
				const url = new URL(`https://api.example.com/x${queryString(query)}`);
				expect([...url.searchParams]).toEqual(Object.entries(query));
				expect(url.hash).toBe('');
			}),
			{ seed: 2, numRuns: 2000 },
		);
	});

	test('half an emoji in a filter is a failure of the input', () => {
		expect(() => queryString({ filter: 'a\ud83d' })).toThrow(ReadFailure);
	});
});
