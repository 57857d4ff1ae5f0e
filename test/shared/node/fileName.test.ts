import fc from 'fast-check';
import { safeFileName } from '../../../nodes/shared/node/fileName';

const RESERVED = /^(con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)/i;

const names = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 200 }),
	fc.string({ unit: 'grapheme', maxLength: 200 }),
	fc
		.array(
			fc.constantFrom(
				...['.', '..', '/', '\\', ' ', ':', '*', '"', '<', '|', '\0', '\n', '\u202e', '.pdf'],
				...[
					'CON',
					'nul',
					'com1',
					'COM²',
					'CONIN$',
					'con ',
					'a',
					'ä',
					'a\u0308',
					'😀',
					'👩‍👩‍👧',
					'x'.repeat(60),
				],
			),
			{ maxLength: 12 },
		)
		.map((parts) => parts.join('')),
);

function always(rule: (fileName: string) => boolean, seed: number): void {
	fc.assert(
		fc.property(names, (name) => rule(safeFileName(name))),
		{ seed, numRuns: 3000 },
	);
}

describe('safeFileName, whatever the name is', () => {
	test('has something before its ending, and ends in .pdf', () => {
		always((fileName) => /[^]\.pdf$/.test(fileName), 1);
	});

	test('holds no separator, control character or mark of direction', () => {
		always((fileName) => !/[/\\:*?"<>|\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(fileName), 2);
	});

	test('fits the 255 bytes of a file system', () => {
		always((fileName) => Buffer.byteLength(fileName) <= 255, 3);
	});

	test('has no dot or space at its ends', () => {
		always((fileName) => !/^[. ]|[. ]\.pdf$/.test(fileName), 4);
	});

	test('is no name that Windows keeps for itself', () => {
		always((fileName) => !RESERVED.test(fileName), 5);
	});

	test('cuts no character in half', () => {
		always((fileName) => !/\p{Surrogate}/u.test(fileName), 6);
	});
});

describe('safeFileName', () => {
	test.each([
		['talkdesk-INV-1', 'talkdesk-INV-1.pdf'],
		['invoice.pdf', 'invoice.pdf'],
		['invoice.PDF', 'invoice.pdf'],
		['2024.01', '2024.01.pdf'],
		['../../etc/passwd', '_.._etc_passwd.pdf'],
		['C:\\x', 'C__x.pdf'],
		['', '_.pdf'],
		['.pdf', '_.pdf'],
		['. .', '_.pdf'],
		['con', '_con.pdf'],
		['NUL.txt', '_NUL.txt.pdf'],
		['LPT9', '_LPT9.pdf'],
		['COM¹', '_COM¹.pdf'],
		['lpt³.x', '_lpt³.x.pdf'],
		['CONIN$', '_CONIN$.pdf'],
		['conout$.txt', '_conout$.txt.pdf'],
		['CLOCK$', '_CLOCK$.pdf'],
		['con .txt', '_con .txt.pdf'],
		['com0', '_com0.pdf'],
		['console', 'console.pdf'],
		['com10', 'com10.pdf'],
		['Ünïcode 請求書', 'Ünïcode 請求書.pdf'],
		['a\u0308', 'ä.pdf'],
		['gpj\u202efdp', 'gpj_fdp.pdf'],
	])('%j gives %j', (name, expected) => {
		expect(safeFileName(name)).toBe(expected);
	});

	test('a reserved name behind a cut or a trailing space is seen', () => {
		expect(safeFileName(' aux . ')).toBe('_aux.pdf');
	});

	test('a long row of endings takes no long time', () => {
		const begin = Date.now();
		expect(safeFileName(`${'.pdf'.repeat(30_000)}x`)).toMatch(/^pdf/);
		expect(Date.now() - begin).toBeLessThan(2000);
	});

	test('a long name that Windows keeps for itself is cut too', () => {
		const fileName = safeFileName(`com1.${'x'.repeat(300)}`);
		expect(fileName).toMatch(/^_com1\.x+\.pdf$/);
		expect(fileName.length).toBeLessThan(220);
	});

	test.each([
		['x'.repeat(300), /^x{200}\.pdf$/],
		['請'.repeat(300), /^請{66}\.pdf$/],
		[`${'x'.repeat(198)}😀`, /^x{198}\.pdf$/],
		[`${'x'.repeat(196)}😀😀`, /^x{196}😀\.pdf$/u],
	])('a long name is cut at a whole character', (name, expected) => {
		expect(safeFileName(name)).toMatch(expected);
	});
});

test('no mark in a file name turns its direction', () => {
	expect(safeFileName('fdp.\u061c2026')).toBe('fdp._2026.pdf');
});
