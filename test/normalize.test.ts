/** Normalizers, whatever a record holds. */
import fc from 'fast-check';
import { sum } from '../nodes/shared/invoice/decimal';
import { context, expectValid, normalizers } from './invoices';

/** What may stand in a field although it should not. */
const absurd = fc.oneof(
	fc.constantFrom(undefined, null, '', ' ', '-0', 'NaN', '1e999', '0x1F', true, false, [], {}, [
		null,
	]),
	fc.constantFrom(0, -0, 1e-7, 1e21, 1.7976931348623157e308, 5e-324, NaN, Infinity, -Infinity),
	fc.constantFrom('2025-02-30', '0000-00-00', '31/12/2025', '9999999999999999', '\ud800', 'EURO'),
	fc.constantFrom('-12.50', '007', '1,5', '１２', '12\n', '9'.repeat(500)),
	fc.jsonValue({ maxDepth: 2 }),
	fc.double(),
	fc.string({ unit: 'binary' }),
);

/** A record of which some fields, also within its lines, hold something absurd. */
function spoiled(record: object): fc.Arbitrary<object> {
	const names = Object.keys(record);
	const changes = fc.dictionary(fc.constantFrom(...names), absurd, { maxKeys: 4 });
	const lists = names.filter((name) => Array.isArray(record[name]) && record[name].length > 0);
	if (lists.length === 0) return changes.map((fields) => ({ ...record, ...fields }));
	const lineChange = fc.tuple(
		fc
			.constantFrom(...lists)
			.chain((list) =>
				fc.tuple(
					fc.constant(list),
					fc.dictionary(fc.constantFrom(...Object.keys(record[list][0])), absurd, { maxKeys: 3 }),
				),
			),
		changes,
	);
	return lineChange.map(([[list, fields], rest]) => ({
		...record,
		[list]: [{ ...record[list][0], ...fields }, ...record[list].slice(1)],
		...rest,
	}));
}

describe.each(normalizers)('$name', ({ record, normalize }) => {
	it('gives a valid item for every record, however spoiled', () => {
		fc.assert(
			fc.property(spoiled(record), (odd) => expectValid(normalize(odd, context))),
			{ numRuns: 3000, seed: 1 },
		);
	});

	it('gives a valid item for a record with any one field missing, null or of another type', () => {
		for (const name of Object.keys(record)) {
			for (const value of [undefined, null, '', 0, 'x', true, [], {}, [1], NaN]) {
				expectValid(normalize({ ...record, [name]: value }, context));
			}
		}
	});

	it('gives a valid item for an empty record', () => expectValid(normalize({}, context)));

	it('does not change the record', () => {
		const before = JSON.stringify(record);
		normalize(record, { ...context, includeRaw: true });
		expect(JSON.stringify(record)).toBe(before);
	});

	it('gives the record itself as raw on request only, without a change of the hash', () => {
		const plain = normalize(record, context);
		const withRaw = normalize(record, { ...context, includeRaw: true });
		expect(plain).not.toHaveProperty('raw');
		expect(JSON.stringify(withRaw.raw)).toContain(JSON.stringify(record));
		expect(withRaw.contentHash).toBe(plain.contentHash);
	});

	it('the key does not depend on what changes', () => {
		const paid = { paid: true, status: 'x', paymentDate: 1737000000, amount: 1, due_amount: '1' };
		const { dedupeKey } = normalize(record, context);
		expect(normalize({ ...record, ...paid }, context).dedupeKey).toBe(dedupeKey);
	});
});

describe('odd records cost only themselves', () => {
	const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

	it.each(normalizers)('$name: nested 5,000 and 100,000 deep', ({ record, normalize }) => {
		for (const levels of [5000, 100_000]) {
			const odd = { ...record, oddity: deep(levels) };
			expectValid(normalize(odd, context));
		}
	});
});

it('the sum of signed totals does not depend on order', () => {
	const amount = fc.tuple(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.nat(6)).map(([units, scale]) => {
		const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
		const point = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
		return units < 0n ? `-${point}` : point;
	});
	fc.assert(
		fc.property(fc.array(amount), (amounts) => {
			expect(sum([...amounts].reverse())).toBe(sum(amounts));
		}),
		{ numRuns: 2000, seed: 1 },
	);
});
