/** Amounts as they are returned: a number only where it prints as the exact decimal. */
import fc from 'fast-check';
import { AmountWriter } from '../../../nodes/shared/invoice/amounts';
import { decimalFromNumber, equal, sum } from '../../../nodes/shared/invoice/decimal';
import { decimals } from '../../invoices';

const written = (amount: string | null) => {
	const amounts = new AmountWriter('number');
	return { amount: amounts.write(amount), hasText: amounts.hasText };
};

describe('an amount as a number', () => {
	test.each([
		['0', 0],
		['10.50', 10.5],
		['-0.05', -0.05],
		['6604.19', 6604.19],
		['0.0000001', 1e-7],
		['0.10', 0.1],
		['9007199254740993.0', '9007199254740993.0'],
		['9007199254740992', 9007199254740992],
		['1000000000000000000000', 1e21],
		['123456789012345678.91', '123456789012345678.91'],
		['-123456789012345678.91', '-123456789012345678.91'],
		['0.1234567890123456789', '0.1234567890123456789'],
		['0.30000000000000004', 0.30000000000000004],
		['0.300000000000000044', '0.300000000000000044'],
		[`1${'0'.repeat(399)}`, `1${'0'.repeat(399)}`],
		[`0.${'0'.repeat(397)}1`, `0.${'0'.repeat(397)}1`],
	])('%s is %j', (amount, expected) => {
		expect(written(amount)).toEqual({
			amount: expected,
			hasText: typeof expected === 'string',
		});
	});

	test('is null where there is none', () => {
		expect(written(null)).toEqual({ amount: null, hasText: false });
	});

	test('prints as the exact decimal, or else stays text and says so', () => {
		fc.assert(
			fc.property(decimals, (amount) => {
				const result = written(amount);
				const asJson = JSON.parse(JSON.stringify(result.amount)) as number | string;
				expect(asJson).toBe(result.amount);
				if (typeof asJson === 'number') {
					expect(equal(decimalFromNumber(asJson)!, amount)).toBe(true);
					expect(Object.is(asJson, -0)).toBe(false);
				} else expect(asJson).toBe(amount);
				expect(result.hasText).toBe(typeof asJson === 'string');
			}),
			{ seed: 1, numRuns: 2000 },
		);
	});

	test('is one for every amount in cents up to ten trillion', () => {
		fc.assert(
			fc.property(fc.bigInt({ min: -(10n ** 15n) + 1n, max: 10n ** 15n - 1n }), (cents) => {
				const digits = String(cents < 0n ? -cents : cents).padStart(3, '0');
				const amount = `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
				expect(written(amount)).toEqual({ amount: Number(amount), hasText: false });
			}),
			{ seed: 1, numRuns: 2000 },
		);
	});

	test('can be added by n8n: the sum, to the cent, is the exact one', () => {
		const cents = fc.integer({ min: -10_000_000, max: 10_000_000 });
		fc.assert(
			fc.property(fc.array(cents, { minLength: 1, maxLength: 3000 }), (each) => {
				const amounts = each.map((one) => decimalFromNumber(one / 100)!);
				const numbers = amounts.map((amount) => written(amount).amount as number);
				const total = numbers.reduce((all, one) => all + one, 0);
				expect(Math.round(total * 100) - each.reduce((all, one) => all + one, 0)).toBe(0);
				expect(equal(sum(amounts), decimalFromNumber(Math.round(total * 100) / 100)!)).toBe(true);
			}),
			{ seed: 1, numRuns: 50 },
		);
	});
});

test('an amount as text is the exact decimal', () => {
	fc.assert(
		fc.property(decimals, (amount) => {
			const amounts = new AmountWriter('text');
			expect([amounts.write(amount), amounts.hasText]).toEqual([amount, false]);
		}),
		{ seed: 1 },
	);
	expect(new AmountWriter('text').write(null)).toBeNull();
});
