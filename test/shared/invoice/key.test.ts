import fc from 'fast-check';
import { buildInvoice } from '../../../nodes/shared/invoice/build';
import { canonicalJson, contentJson, hashOf } from '../../../nodes/shared/invoice/key';

/** The rule read literally: names sorted within every object, and nothing that is undefined. */
function reference(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(reference).join(',')}]`;
	if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
	const fields = Object.entries(value).filter(([, content]) => content !== undefined);
	fields.sort(([a], [b]) => (a < b ? -1 : 1));
	return `{${fields.map(([name, content]) => `${JSON.stringify(name)}:${reference(content)}`).join(',')}}`;
}

const text = fc.option(fc.string({ unit: 'binary' }));
const amount = fc.option(fc.constantFrom('0', '-0.50', '12.00', '-7', '99999999999999999999.5'));
const name = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 5 }),
	fc.constantFrom('10', '9', '1a', '__proto__', 'toJSON', 'constructor', 'orderId', 'Region'),
);
const content = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(undefined, NaN, -0, 1e21));
const attributes = fc.oneof(
	fc.dictionary(fc.string({ minLength: 1, maxLength: 4 }), fc.oneof(fc.string(), fc.double())),
	fc.array(fc.tuple(name, content)).map((fields) => Object.fromEntries(fields)),
);
const line = fc.record({
	id: text,
	description: text,
	quantity: amount,
	unitAmount: amount,
	amount,
	region: text,
	attributes,
});
const draft = fc.record({
	provider: fc.constantFrom('fastly', 'carrierX'),
	id: text,
	accountId: text,
	currency: fc.option(fc.constantFrom('EUR', 'JPY')),
	totalAmount: amount,
	dueOfAccount: fc.boolean(),
	accountBalance: fc.option(fc.record({ previous: amount, forward: amount, due: amount })),
	lineItems: fc.array(line, { maxLength: 3 }),
	taxItems: fc.array(fc.record({ type: text, jurisdiction: text, rate: amount, amount }), {
		maxLength: 2,
	}),
	payments: fc.array(fc.record({ date: text, amount, method: text }), { maxLength: 2 }),
	derivedFields: fc.array(fc.constantFrom('subTotal', 'totalAmount'), { maxLength: 2 }),
});
const context = {
	accountId: null,
	currency: null,
	timeZone: 'UTC',
	supplierName: 'A supplier',
	includeRaw: true,
	today: '2025-06-15',
};

describe('the text that is hashed', () => {
	it('is the canonical JSON of all but the hash and the raw record', () => {
		fc.assert(
			fc.property(draft, fc.jsonValue(), (parts, raw) => {
				const invoice = buildInvoice(parts, new Set(['TEXT_INVALID']), context, raw);
				const content = { ...invoice, contentHash: undefined, raw: undefined };
				expect(contentJson(invoice)).toBe(reference(content));
			}),
			{ seed: 1, numRuns: 3000 },
		);
	});
});

describe('canonicalJson', () => {
	it('has sorted names at every depth', () => {
		fc.assert(
			fc.property(fc.oneof(content, attributes), (value) => {
				expect(canonicalJson(value)).toBe(reference(value));
			}),
			{ seed: 2, numRuns: 3000 },
		);
	});

	it('has numbers among other names where they sort as text', () => {
		expect(canonicalJson({ 9: [{ b: 1, a: 2 }], 10: null, a: undefined })).toBe(
			'{"10":null,"9":[{"a":2,"b":1}]}',
		);
	});
});

describe('the hash', () => {
	// SHA-256 of "null".
	const HASH = '74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b';

	it('is the SHA-256 of the canonical JSON', () => {
		expect(hashOf(null)).toBe(HASH);
	});

	it('is the same on a Node that has no hash in one call', () => {
		jest.isolateModules(() => {
			jest.doMock('crypto', () => ({
				...jest.requireActual<object>('crypto'),
				hash: undefined,
			}));
			const { hashOf: hashOfOlder } = jest.requireActual<
				typeof import('../../../nodes/shared/invoice/key')
			>('../../../nodes/shared/invoice/key');
			expect(hashOfOlder(null)).toBe(HASH);
			expect(hashOfOlder({ b: 'ü', a: [1] })).toBe(hashOf({ b: 'ü', a: [1] }));
		});
	});
});
