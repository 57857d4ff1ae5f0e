import fc from 'fast-check';
import { blotted } from '../../../nodes/shared/http/blot';
import { base64 } from '../../support';

const SECRET = 'q"7\\x/Zp+2=Wm&9';

describe('a secret is blotted out', () => {
	test.each([
		['as it is', SECRET],
		['in JSON', JSON.stringify(SECRET).slice(1, -1)],
		['in JSON in JSON', JSON.stringify(JSON.stringify(SECRET)).slice(3, -3)],
		['in an address', encodeURIComponent(SECRET)],
		['in small letters', SECRET.toLowerCase()],
		['in capitals', SECRET.toUpperCase()],
		['cut at its end', SECRET.slice(0, 8)],
		['cut at its beginning', SECRET.slice(-8)],
	])('%s', (_, shown) => {
		expect(blotted(`The key ${shown} is not known`, [SECRET])).toBe('The key *** is not known');
	});

	test.each(['', 'u', 'me', 'me:', 'user:'])('in base64, behind "%s"', (before) => {
		const shown = blotted(base64(`${before}${SECRET}`), [SECRET]);
		expect(shown).toMatch(/^.{0,8}\*\*\*.{0,7}$/);
	});

	test('with the word before it, and without it', () => {
		const header = `Bearer ${SECRET}`;
		expect(blotted(`${header}, ${SECRET}`, [header])).toBe('***, ***');
	});

	test('with blanks in it', () => {
		expect(blotted('no such my old pass!', ['my old pass'])).toBe('no such ***!');
	});

	test('twice in a row', () => {
		expect(blotted(`<${SECRET}${SECRET}>`, [SECRET])).toBe('<***>');
	});
});

describe('other words are left alone', () => {
	test.each(['', 'Bearer token is due', 'q"7\\x/Z', '*** and **'])('%j', (words) => {
		expect(blotted(words, [`Bearer ${SECRET}`, ''])).toBe(words);
	});

	test('also where half a character is in the secret', () => {
		expect(blotted('bad request', ['half \ud83d of it'])).toBe('bad request');
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
				const shown = blotted(parts.join(hidden.slice(from)), [hidden]).toLowerCase();
				for (let at = 0; at + 8 <= hidden.length; at++) {
					if (shown.includes(hidden.slice(at, at + 8).toLowerCase())) return false;
				}
				return true;
			},
		),
		{ seed: 1, numRuns: 2000 },
	);
});
