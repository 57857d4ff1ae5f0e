import fc from 'fast-check';
import { redact, secretsInHeader, secretsInPath } from '../../../nodes/shared/http/redact';
import { base64 } from '../../support';

const SECRET = 'q"7\\x/Zp+2=Wm&9';

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');
const eachByte = (write: (byte: number) => string): string =>
	[...Buffer.from(SECRET)].map(write).join('');

describe('a secret is redacted', () => {
	test.each([
		['as it is', SECRET],
		['in JSON', JSON.stringify(SECRET).slice(1, -1)],
		['in JSON in JSON', JSON.stringify(JSON.stringify(SECRET)).slice(3, -3)],
		['in an address', encodeURIComponent(SECRET)],
		['in small letters', SECRET.toLowerCase()],
		['in capitals', SECRET.toUpperCase()],
		['in hexadecimal', Buffer.from(SECRET).toString('hex')],
		['in hexadecimal, parted', Buffer.from(SECRET).toString('hex').match(/../g)!.join(' ')],
		['in an address, each byte', eachByte((byte) => `%${hex(byte)}`)],
		['in an address, twice', encodeURIComponent(eachByte((byte) => `%${hex(byte)}`))],
		['in JSON, each character', eachByte((byte) => `\\u00${hex(byte)}`)],
		['in JavaScript, each character', eachByte((byte) => `\\x${hex(byte).toUpperCase()}`)],
		['in HTML, each character', eachByte((byte) => `&#${byte};`)],
		['in HTML, each character in hexadecimal', eachByte((byte) => `&#x${hex(byte)};`)],
		['in HTML', SECRET.replace(/&/g, '&amp;').replace(/"/g, '&quot;')],
		['cut at its end', SECRET.slice(0, 8)],
		['cut at its beginning', SECRET.slice(-8)],
	])('%s', (_, shown) => {
		expect(redact(`The key ${shown} is not known`, [SECRET])).toBe('The key *** is not known');
	});

	test.each(['', 'u', 'me', 'me:', 'user:'])('in base64, behind "%s"', (before) => {
		const shown = redact(base64(`${before}${SECRET}`), [SECRET]);
		expect(shown).toMatch(/^.{0,8}\*\*\*.{0,7}$/);
	});

	test('with the word before it, and without it', () => {
		const header = `Bearer ${SECRET}`;
		expect(redact(`${header}, ${SECRET}`, [header])).toBe('***, ***');
	});

	test('with blanks in it', () => {
		expect(redact('no such my old pass!', ['my old pass'])).toBe('no such ***!');
	});

	test.each([
		['as a form sends it', 'my+old+pass'],
		['as an address sends it', 'my%20old%20pass'],
		['as HTML', 'my&#32;old&#x20;pass'],
	])('with blanks in it, %s', (_, shown) => {
		expect(redact(`no such ${shown}!`, ['my old pass'])).toBe('no such ***!');
	});

	test.each([encodeURIComponent('pässwörd€😀'), '\\u0070\\u00e4ssw\\u00f6rd\\u20AC\\ud83d\\ude00'])(
		'with letters of several bytes: %s',
		(shown) => {
			expect(redact(`no such ${shown}!`, ['pässwörd€😀'])).toBe('no such ***!');
		},
	);

	test('short as it is, where it stands by itself', () => {
		expect(redact('x1: no x1y, "X1"', ['x1'])).toBe('***: no x1y, "***"');
	});

	test('twice in a row', () => {
		expect(redact(`<${SECRET}${SECRET}>`, [SECRET])).toBe('<***>');
	});
});

describe('other words are left alone', () => {
	test.each(['', 'Bearer token is due', 'q"7\\x/Z', '*** and **'])('%j', (words) => {
		expect(redact(words, [`Bearer ${SECRET}`, ''])).toBe(words);
	});

	test('also where half a character is in the secret', () => {
		expect(redact('bad request', ['half \ud83d of it'])).toBe('bad request');
	});
});

describe('what is secret in a header', () => {
	test.each([
		['Bearer ab12cd', ['ab12cd']],
		['ab12cd', ['ab12cd']],
		['Token token="s3cr3t"', ['s3cr3t']],
		['Token token="s3cr3t",realm=bills', ['s3cr3t', 'bills']],
		['ApiKey s3cr3t; tenant=acme', ['s3cr3t', 'acme']],
		['Bearer QUJD==', ['QUJD']],
		[`Basic ${base64('user:p4ss')}`, ['user:p4ss', 'p4ss']],
		[`basic ${base64('user:with:colon')}`, ['with:colon']],
	])('%s', (value, secrets) => {
		expect(secretsInHeader(value)).toEqual(expect.arrayContaining([value, ...secrets]));
	});

	test('no scheme and no name is one', () => {
		expect(secretsInHeader('Token token="s3cr3t"')).not.toContain('Token');
		expect(redact('A bearer token is due', secretsInHeader('Bearer ab12cd'))).toBe(
			'A bearer token is due',
		);
	});
});

test('no piece of eight characters is left, wherever it stands', () => {
	const secret = fc.string({ minLength: 8, maxLength: 30, unit: fc.constantFrom(...'abXY01/+"') });
	fc.assert(
		fc.property(
			fc.array(fc.string({ maxLength: 12 })),
			secret,
			fc.nat(20),
			(parts, hidden, from) => {
				const shown = redact(parts.join(hidden.slice(from)), [hidden]).toLowerCase();
				for (let at = 0; at + 8 <= hidden.length; at++) {
					if (shown.includes(hidden.slice(at, at + 8).toLowerCase())) return false;
				}
				return true;
			},
		),
		{ seed: 1, numRuns: 2000 },
	);
});

describe('what is secret in a header or a path is redacted, however it is written', () => {
	const basic = (text: string, charset: BufferEncoding = 'utf8') =>
		`Basic ${Buffer.from(text, charset).toString('base64')}`;

	test.each([
		['a key in place of a user', basic('ab12cd:'), 'the key ab12cd is invalid'],
		['a password in Latin-1', basic('user:p\u00e4ss', 'latin1'), 'the key p\u00e4ss is invalid'],
		['parted by a colon', 'ApiKey client:abc123', 'the key abc123 is invalid'],
		['parted by a stroke', 'ApiKey client|abc123', 'the key abc123 is invalid'],
		['wrapped', 'Bearer abcdefghijkl', 'the key abcdefg\nhij\tkl is invalid'],
		['percent-encoded in Latin-1', 'Bearer a1\u00e4b2', 'the key a1%E4b2 is invalid'],
	])('%s', (_, header, words) => {
		expect(redact(words, secretsInHeader(header))).toBe('the key *** is invalid');
	});

	test.each([
		['/apikey0123456789/{accountId}', 'apikey0123456789'],
		['/my0123invoices/{accountId}', 'my0123invoices'],
	])('a key in the path %s', (path, key) => {
		expect(redact(`No ${key} found`, secretsInPath(path))).toBe('No *** found');
	});

	test.each([
		['/billing-info/{accountId}.json', 'accountId of the billing-info'],
		['/bills/{accountId}?v=1&format=json', 'line 1 is not JSON (v1)'],
	])('no key in the path %s', (path, words) => {
		expect(redact(words, secretsInPath(path))).toBe(words);
	});
});
