/**
 * What makes another `contentHash` and what does not, for the records of every vendor: it is about
 * what the vendor says, not about how it is spelled, in which order it comes or what the user chose.
 */
import fc from 'fast-check';
import { buildInvoice, withWarning } from '../../../nodes/shared/invoice/build';
import { contentJson } from '../../../nodes/shared/invoice/content';
import type { InvoiceContext } from '../../../nodes/shared/invoice/invoice';
import { context, normalizers } from '../../invoices';

type Json = Record<string, unknown>;

/** Every list within a record that holds lines, taxes or payments. */
const listsIn = (record: Json) => Object.keys(record).filter((name) => Array.isArray(record[name]));

/** Returns a copy in which every object of the record, lines included, is changed. */
function inEach(record: Json, change: (fields: Json) => Json): Json {
	const lists = listsIn(record).map((name) => [
		name,
		(record[name] as Json[]).map((line) => change(line)),
	]);
	return { ...change(record), ...Object.fromEntries(lists) };
}

/** Spells an amount as a number, or as text with more or fewer zeros at its end. */
const spelled = (value: unknown, form: number): unknown => {
	const number = Number(value);
	if (form === 0) return number;
	if (/e/.test(String(number))) return value;
	const text = String(number);
	return form === 1 ? text : `${text}${text.includes('.') ? '' : '.'}${'0'.repeat(form - 1)}`;
};

const about: fc.Arbitrary<InvoiceContext> = fc.record({
	accountId: fc.constant(null),
	currency: fc.constantFrom(null, 'CHF', 'JPY'),
	timeZone: fc.constantFrom('UTC', 'Asia/Tokyo', 'America/Los_Angeles'),
	supplierName: fc.constantFrom('The Vendor', 'Another'),
	includeRaw: fc.boolean(),
	withLines: fc.constant(true),
	withContentHash: fc.constant(true),
	today: fc.constant(context.today),
});

describe.each(normalizers)('$name: the content is the same', ({ record, normalize, amounts }) => {
	const original = record as Json;
	const hashOf = (changed: Json, chosen = context) => normalize(changed, chosen).contentHash;
	const hash = hashOf(original);

	it('whatever the user chose', () => {
		fc.assert(
			fc.property(about, (chosen) => expect(hashOf(original, chosen)).toBe(hash)),
			{ seed: 1 },
		);
	});

	it('however amounts are spelled', () => {
		fc.assert(
			fc.property(fc.array(fc.nat(4), { minLength: 40, maxLength: 40 }), (forms) => {
				let next = 0;
				const changed = inEach(original, (fields) =>
					Object.fromEntries(
						Object.entries(fields).map(([name, value]) => [
							name,
							amounts.includes(name) ? spelled(value, forms[next++ % forms.length]) : value,
						]),
					),
				);
				expect(hashOf(changed)).toBe(hash);
			}),
			{ seed: 1 },
		);
	});

	it('in whatever order fields and lines come', () => {
		const shuffled = fc.tuple(
			fc.shuffledSubarray(Object.keys(original), { minLength: Object.keys(original).length }),
			...listsIn(original).map((name) => {
				const list = original[name] as Json[];
				return fc.shuffledSubarray(list, { minLength: list.length });
			}),
		);
		fc.assert(
			fc.property(shuffled, ([names, ...lists]) => {
				const changed = Object.fromEntries(names.map((name) => [name, original[name]]));
				listsIn(original).forEach((name, index) => (changed[name] = lists[index]));
				expect(hashOf(changed)).toBe(hash);
			}),
			{ seed: 1 },
		);
	});

	it('whether what is absent is left out, null or empty', () => {
		const absent = [undefined, null, ''];
		for (const value of absent) {
			expect(hashOf(inEach(original, (fields) => ({ ...fields, never_sent: value })))).toBe(hash);
		}
		for (const name of Object.keys(original)) {
			const [left, none, empty] = absent.map((value) => hashOf({ ...original, [name]: value }));
			expect({ name, none, empty }).toEqual({ name, none: left, empty: left });
		}
	});

	it('whatever is in doubt', () => {
		const invoice = normalize(original, context);
		expect(withWarning(invoice, 'LIST_INCOMPLETE').contentHash).toBe(hash);
	});
});

/** Another value of the same kind. */
function another(value: unknown): unknown {
	if (typeof value === 'boolean') return !value;
	if (Array.isArray(value)) return [];
	if (typeof value === 'number') return value + 100;
	const text = String(value);
	if (/^\d{4}-\d{2}-\d{2}/.test(text)) return text.replace(/^\d{4}/, '2024');
	if (/^-?\d+(?:\.\d+)?$/.test(text)) return String(Number(text) + 100);
	return `${text}x`;
}

describe.each(normalizers)(
	'$name: the content is another one',
	({ record, normalize, immaterial, others = {} }) => {
		const original = record as Json;
		const { contentHash } = normalize(original, context);

		it('when any field of the invoice is', () => {
			for (const name of Object.keys(original)) {
				const changed = {
					...original,
					[name]: name in others ? others[name] : another(original[name]),
				};
				const isSame = normalize(changed, context).contentHash === contentHash;
				const isUnused = immaterial.includes(name);
				expect({ name, isSame }).toEqual({ name, isSame: isUnused });
			}
		});

		it('when any field of a line, tax or payment is', () => {
			for (const list of listsIn(original)) {
				const [line, ...further] = original[list] as Json[];
				for (const name of Object.keys(line ?? {})) {
					const changed = {
						...line,
						[name]: line[name] === null ? 'x' : another(line[name]),
					};
					const isSame =
						normalize({ ...original, [list]: [changed, ...further] }, context).contentHash ===
						contentHash;
					const isUnused = immaterial.includes(list);
					expect({ list, name, isSame }).toEqual({ list, name, isSame: isUnused });
				}
			}
		});

		it('when a line vanishes or comes twice', () => {
			for (const list of listsIn(original)) {
				if (immaterial.includes(list)) continue;
				const lines = original[list] as Json[];
				for (const changed of [lines.slice(1), [...lines, lines[0]]]) {
					expect(normalize({ ...original, [list]: changed }, context).contentHash).not.toBe(
						contentHash,
					);
				}
			}
		});
	},
);

describe('a line', () => {
	const build = (...lineItems: Array<{ lineNumber?: number; description: string }>) =>
		buildInvoice({ provider: 'fastly', id: '1', lineItems }, new Set(), context, {});

	it('has the number of the vendor in its content, and none of ours', () => {
		const [a, b] = [{ description: 'a' }, { description: 'b' }];
		expect(build(a, b).contentHash).toBe(build(b, a).contentHash);
		expect(build(a, b).lineItems.map(({ description }) => description)).toEqual(['a', 'b']);
		const numbered = build({ ...a, lineNumber: 7 }, { ...b, lineNumber: 8 });
		const swapped = build({ ...a, lineNumber: 8 }, { ...b, lineNumber: 7 });
		expect(numbered.contentHash).not.toBe(swapped.contentHash);
		expect(numbered.contentHash).not.toBe(build(a, b).contentHash);
		const turned = build({ ...b, lineNumber: 8 }, { ...a, lineNumber: 7 });
		expect(turned.contentHash).toBe(numbered.contentHash);
	});

	it('may be nested as deep as a vendor sends it', () => {
		let deep: unknown = 'end';
		for (let depth = 0; depth < 5000; depth++) deep = { deeper: [deep] };
		const lineItems = [{ description: 'a', attributes: { deep } }];
		const invoice = buildInvoice(
			{ provider: 'fastly', id: '1', lineItems },
			new Set(),
			context,
			{},
		);
		expect(invoice.contentHash).toMatch(/^[0-9a-f]{64}$/);
	});
});

describe('the text that is hashed', () => {
	it('holds facts, sorted, and nothing of ours', () => {
		const invoice = buildInvoice(
			{
				provider: 'fastly',
				id: '1.10',
				totalAmount: '-2.50',
				hasPdf: true,
				derivedFields: ['totalAmount'],
				linesComplete: false,
				taxItems: [{ type: 'VAT', jurisdiction: null, rate: '21.0', amount: null }],
				lineItems: [{ amount: '2.50', attributes: { tags: ['1.0', 2, null], none: '' } }],
			},
			new Set(['TEXT_INVALID']),
			{ ...context, currency: 'EUR' },
			{},
		);
		expect(JSON.parse(contentJson(invoice, { facts: { currency: null } }))).toEqual({
			direction: 'payable',
			id: '1.10',
			lineItems: [{ amount: '-2.5', attributes: { tags: ['1', '2', null] } }],
			provider: 'fastly',
			status: 'unknown',
			taxItems: [{ rate: '21', type: 'VAT' }],
			totalAmount: '2.5',
			type: 'creditNote',
		});
		expect(invoice.currency).toBe('EUR');
	});
});
