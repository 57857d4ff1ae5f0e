/** What is returned of invoices, by the choice in "Output" and the options that belong to it. */
import Ajv2020 from 'ajv/dist/2020';
import type { Invoice } from '../nodes/shared/invoice/invoice';
import simplifiedSchema from '../nodes/shared/invoice/simplified.schema.json';
import { expectValid } from './invoices';
import { sums } from './ledger';
import {
	type Json,
	OPERATIONS,
	type OperationOfTest,
	VENDORS,
	expectClear,
	jsonOf,
	listOf,
	operationOf,
	rows,
	setUp,
	vendorRows,
} from './support';

const stage = setUp();

/** The operations that return invoices. */
const INVOICES = OPERATIONS.filter(({ kind, answer }) => kind !== 'pdf' && answer === undefined);

const COLUMNS = [
	'invoiceNumber supplierName issueDate dueDate status type currency signedTotal amountDue',
	'accountId invoiceId dedupeKey warnings',
]
	.join(' ')
	.split(' ');

/** Runs an operation whose output nobody has chosen, with these parameters beside its own. */
async function run({ vendor, parameters }: OperationOfTest, more: Json = {}) {
	return await stage.engine.runNode({
		type: vendor.type,
		parameters: { resource: 'invoice', ...parameters(stage.sandbox), ...more },
		credentials: stage.credentialsOf(vendor),
	});
}

async function itemsOf<T = Json>(operation: OperationOfTest, more: Json = {}): Promise<T[]> {
	const result = await run(operation, more);
	if (result.error) throw new Error(result.error.message);
	return jsonOf(result) as T[];
}

/** Reads the invoices with exact amounts. */
const exactly = async (operation: OperationOfTest, options: Json = {}): Promise<Invoice[]> =>
	await itemsOf(operation, { output: 'full', options: { amountsAs: 'text', ...options } });

const negated = (amount: string): string =>
	/^-/.test(amount) ? amount.slice(1) : /[1-9]/.test(amount) ? `-${amount}` : amount;

/** Returns an amount with the sign of its invoice. */
const signed = ({ type }: Pick<Invoice, 'type'>, amount: string | null): string | null =>
	amount !== null && type === 'creditNote' ? negated(amount) : amount;

/** Returns an amount as n8n's own nodes take it. */
const asNumber = (amount: string | null): number | null =>
	amount === null ? null : Number(amount);

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(simplifiedSchema);

describe('the output "Simplified"', () => {
	it.each(rows(INVOICES))('%s: is the default, and what the schema says', async (_, operation) => {
		const items = await itemsOf(operation);
		expect(items.length).toBeGreaterThan(0);
		for (const item of items) {
			expect(Object.keys(item)).toEqual(COLUMNS);
			expect({ item, errors: validate(item) ? null : validate.errors }).toEqual({
				item,
				errors: null,
			});
		}
		expect(new Set(items.map(({ dedupeKey }) => dedupeKey)).size).toBe(items.length);
		expect(await itemsOf(operation, { output: 'simplified' })).toEqual(items);
	});

	it.each(rows(INVOICES))('%s: says what the full invoice says', async (_, operation) => {
		const invoices = await exactly(operation);
		const expected = invoices.map((invoice) => ({
			...Object.fromEntries(
				COLUMNS.filter((name) => name in invoice).map((name) => [name, invoice[name as 'id']]),
			),
			amountDue: signed(invoice, invoice.amountDue),
			invoiceId: invoice.id,
			warnings: invoice.warnings.join(',') || null,
		}));
		expect(await itemsOf(operation, { options: { amountsAs: 'text' } })).toEqual(expected);
		expect(await itemsOf(operation)).toEqual(
			expected.map((row, index) => ({
				...row,
				signedTotal: asNumber(invoices[index].signedTotal),
				amountDue: asNumber(row.amountDue),
			})),
		);
	});

	it.each(vendorRows())('%s: n8n adds it up to the cent', async (_, vendor) => {
		const items = await itemsOf(listOf(vendor), { options: { currency: 'USD' } });
		const totals: Record<string, number> = {};
		for (const { currency, signedTotal } of items) {
			totals[currency] = (totals[currency] ?? 0) + (signedTotal ?? 0);
		}
		expect(items.some(({ signedTotal }) => signedTotal < 0)).toBe(true);
		const add = (amounts: unknown[]) =>
			decimalOf(sums(amounts.map((amount) => ['', String(amount)])).get('') ?? 0n);
		const records = new Map(
			vendor.records(stage.sandbox).map((record) => [vendor.idOf(record), record]),
		);
		const stated = [...records.values()].map((record) => vendor.total(record, add, 'USD'));
		const exact = sums(
			stated.map(({ currency, total }): [unknown, string] => [currency, total ?? '0']),
		);
		const inCents = (value: number) => Math.round(value * 100);
		expect(Object.keys(totals).sort()).toEqual([...exact.keys()].map(String).sort());
		for (const [currency, units] of exact) {
			expect(inCents(totals[String(currency)])).toBe(inCents(Number(decimalOf(units))));
		}
	});

	it.each(vendorRows(VENDORS.filter(({ type }) => type === 'i3dNet')))(
		'%s: takes no request more than the list',
		async (_, vendor) => {
			await itemsOf(listOf(vendor));
			expect(stage.requests).toHaveLength(listOf(vendor).requests);
		},
	);
});

/** Returns units of 10^-12 as a decimal. */
function decimalOf(units: bigint): string {
	const digits = (units < 0n ? -units : units).toString().padStart(13, '0');
	return `${units < 0n ? '-' : ''}${digits.slice(0, -12)}.${digits.slice(-12)}`;
}

describe('the output "Full"', () => {
	it.each(rows(INVOICES))('%s: is what the JSON Schema says', async (_, operation) => {
		const [numbers, texts] = [
			await itemsOf(operation, { output: 'full' }),
			await exactly(operation),
		];
		for (const item of [...numbers, ...texts]) expectValid(item);
		for (const [index, { signedTotal, dedupeKey, contentHash }] of numbers.entries()) {
			expect(signedTotal).toBe(asNumber(texts[index].signedTotal));
			expect({ dedupeKey, contentHash }).toEqual({
				dedupeKey: texts[index].dedupeKey,
				contentHash: texts[index].contentHash,
			});
		}
		const first = COLUMNS.map((name) => (name === 'invoiceId' ? 'id' : name));
		const last = ['derivedFields', 'schemaVersion', 'provider', 'contentHash'];
		for (const item of numbers) {
			expect(Object.keys(item).slice(0, first.length)).toEqual(first);
			expect(Object.keys(item).slice(-last.length)).toEqual(last);
		}
	});
});

const LINE_COLUMNS = [
	'invoiceNumber supplierName issueDate status type currency lineNumber description itemCode itemName',
	'category chargeCategory quantity unitOfMeasurement unitAmount amount region periodStart periodEnd',
	'accountId invoiceId dedupeKey warnings',
]
	.join(' ')
	.split(' ');

describe('the output "Line Items"', () => {
	const numbers = ['quantity', 'unitAmount', 'amount'];

	it.each(rows(INVOICES))('%s has an item a line, and loses no invoice', async (_, operation) => {
		const invoices = await exactly(operation, { includeLines: true });
		const lines = await itemsOf(operation, { output: 'lineItems', options: { amountsAs: 'text' } });
		const expected = invoices.flatMap((invoice) => {
			const { lineItems } = invoice;
			const each = lineItems.length === 0 ? [{ lineNumber: null, amount: null }] : lineItems;
			return each.map((line) => ({
				...line,
				...('unitAmount' in line && { unitAmount: signed(invoice, line.unitAmount) }),
				amount: signed(invoice, line.amount),
				invoiceId: invoice.id,
				dedupeKey: invoice.dedupeKey,
				accountId: invoice.accountId,
			}));
		});
		expect(lines).toHaveLength(expected.length);
		for (const [index, line] of lines.entries()) {
			expect(Object.keys(line).slice(0, LINE_COLUMNS.length)).toEqual(LINE_COLUMNS);
			const columns = Object.entries(expected[index]).filter(([name]) =>
				LINE_COLUMNS.includes(name),
			);
			expect(line).toMatchObject(Object.fromEntries(columns));
			for (const value of Object.values(line))
				expect(value === null || typeof value !== 'object').toBe(true);
		}
		const inNumbers = await itemsOf(operation, { output: 'lineItems' });
		for (const [index, line] of inNumbers.entries()) {
			for (const name of numbers) expect(line[name]).toBe(asNumber(lines[index][name]));
		}
	});
});

describe('the output "Selected Fields"', () => {
	const fields = ['warnings', 'lineItems', 'contentHash', 'signedTotal'];

	it.each(vendorRows())('%s: has the chosen fields and the ID, in order', async (_, vendor) => {
		const invoices = await itemsOf(listOf(vendor), { output: 'full' });
		const expected = invoices.map(({ signedTotal, id, warnings, lineItems, contentHash }) => ({
			...{ signedTotal, id, warnings, lineItems, contentHash },
		}));
		const items = await itemsOf(listOf(vendor), { output: 'selectedFields', fields });
		expect(items).toEqual(expected);
		for (const item of items) expect(Object.keys(item)).toEqual(Object.keys(expected[0]));
		for (const field of fields) {
			const alone = await itemsOf(listOf(vendor), { output: 'selectedFields', fields: [field] });
			expect(alone).toEqual(
				expected.map((item) => ({ id: item.id, [field]: item[field as 'id'] })),
			);
		}
	});

	it.each(vendorRows())('%s: may have the raw record', async (_, vendor) => {
		const chosen = { output: 'selectedFields', fields: ['raw'], returnAll: false, limit: 1 };
		const [item] = await itemsOf(listOf(vendor), chosen);
		expect(Object.keys(item).sort()).toEqual(['id', 'raw']);
		expect(vendor.idOf([item.raw].flat()[0])).toBe(item.id);
	});

	it.each(vendorRows())('%s: may come as a text, from an agent', async (_, vendor) => {
		const chosen = { output: 'selectedFields', fields: '={{ "dueDate, status" }}' };
		const [item] = await itemsOf(listOf(vendor), { ...chosen, returnAll: false, limit: 1 });
		expect(Object.keys(item)).toEqual(['dueDate', 'status', 'id']);
	});
});

describe.each(['0.1234567890123456789', '123456789012345678.91'])(
	'an amount that no number can hold, %s,',
	(amount) => {
		const carrierX = VENDORS.find(({ type }) => type === 'carrierX')!;
		const [line, other] = [{ amount }, { amount: '0.00', usage: 5 }];
		const record = { invoice_sid: 's1', amount, amount_tax: '0.00', invoice_items: [line, other] };
		const code = 'AMOUNT_NOT_A_NUMBER';
		const read = async (parameters: Json) => {
			stage.answer(carrierX, carrierX.answers.list([record]));
			return await itemsOf(listOf(carrierX), parameters);
		};
		/** The same number, with the digits that the vendor wrote. */
		const isExact = (value: unknown) => expect(value).toMatch(new RegExp(`^${amount}0*$`));

		it('stays text in every output, with a warning', async () => {
			const [row] = await read({ output: 'simplified' });
			isExact(row.signedTotal);
			expect(row.warnings.split(',')).toContain(code);
			const [invoice] = await read({ output: 'full' });
			isExact(invoice.totalAmount);
			expect(invoice.lineItems).toMatchObject([{ amount }, { amount: 0, quantity: 5 }]);
			expect(invoice.warnings).toContain(code);
			expectValid(invoice);
			const lines = await read({ output: 'lineItems' });
			expect(lines.map(({ amount: value }) => value)).toEqual([amount, 0]);
			expect(lines.map(({ warnings }) => warnings?.includes(code) ?? false)).toEqual([true, false]);
		});

		it('is a reason for a warning where its field is selected', async () => {
			const select = async (fields: string[]) =>
				(await read({ output: 'selectedFields', fields: [...fields, 'warnings'] }))[0].warnings;
			expect(await select(['signedTotal'])).toContain(code);
			expect(await select(['lineItems'])).toContain(code);
			expect(await select(['taxAmount', 'dedupeKey'])).not.toContain(code);
		});

		it('is as exact as ever, and no reason for a warning, as text', async () => {
			const options = { amountsAs: 'text' };
			const [row] = await read({ output: 'simplified', options });
			isExact(row.signedTotal);
			expect(row.warnings ?? '').not.toContain(code);
			const [invoice] = await read({ output: 'full', options });
			const [asNumbers] = await read({ output: 'full' });
			expect(asNumbers.contentHash).toBe(invoice.contentHash);
			expect(asNumbers.dedupeKey).toBe(invoice.dedupeKey);
			expect(invoice.warnings).not.toContain(code);
		});
	},
);

describe('a choice that is none', () => {
	const wrong: Array<[string, Json, string, string]> = [
		[
			'an output',
			{ output: 'invoices' },
			'"invoices" is not a valid value for "Output"',
			'Use one of these: simplified, full, lineItems, selectedFields, raw',
		],
		[
			'an output that every object has',
			{ output: 'constructor' },
			'"constructor" is not a valid value for "Output"',
			'Use one of these: simplified, full, lineItems, selectedFields, raw',
		],
		[
			'a form of amounts',
			{ options: { amountsAs: 'float' } },
			'"float" is not a valid value for "Amounts As"',
			'Use one of these: number, text',
		],
		[
			'no field',
			{ output: 'selectedFields', fields: [] },
			'"Fields" is empty',
			'Select the fields to return, or choose another value for "Output"',
		],
		[
			'a field',
			{ output: 'selectedFields', fields: ['id', 'total'] },
			'"total" is not a valid value for "Fields"',
			'Use one of these: invoiceNumber, ',
		],
	];

	it.each(
		wrong.flatMap(([what, ...rest]) =>
			VENDORS.map((vendor) => [vendor.name, what, vendor, ...rest] as const),
		),
	)('%s: %s', async (_, _what, vendor, parameters, message, hint) => {
		for (const operation of ['get many', 'get']) {
			stage.sandbox.clearRequests();
			const result = await run(operationOf(vendor, operation), parameters);
			expectClear(result, message);
			expect(result.error.description).toContain(hint);
			expect(stage.requests).toEqual([]);
		}
	});
});

describe('options', () => {
	const newest = { returnAll: false, limit: 1, output: 'full' };
	const having = (option: 'currency' | 'timeZone') =>
		vendorRows(VENDORS.filter(({ options }) => options[option]));

	it.each(vendorRows())('%s: Supplier Name and Include Raw Record come out', async (_, vendor) => {
		const options = { supplierName: 'Ünïted Carriers', includeRaw: true };
		const [invoice] = await itemsOf(listOf(vendor), { ...newest, options });
		expect(invoice.supplierName).toBe('Ünïted Carriers');
		const [record] = [invoice.raw as Json].flat();
		expect(vendor.idOf(record)).toBe(invoice.id);
		expectValid(invoice);
		const [row] = await itemsOf(listOf(vendor), { ...newest, output: 'simplified', options });
		expect(row).toMatchObject({ supplierName: 'Ünïted Carriers', invoiceId: invoice.id });
		expect(row).not.toHaveProperty('raw');
	});

	it.each(having('currency'))('%s: Currency comes out where none is stated', async (_, vendor) => {
		const options = { currency: 'chf' };
		const invoices = await itemsOf(listOf(vendor), { output: 'full', options });
		expect(invoices.map(({ currency }) => currency)).toContain('CHF');
		invoices.forEach(expectValid);
	});

	it.each([
		...having('currency').map(
			([name, vendor]) =>
				[name, vendor, { currency: 'Dollars' }, '"Dollars" is not a valid currency code'] as const,
		),
		...having('timeZone').map(
			([name, vendor]) =>
				[name, vendor, { timeZone: 'Mars/Base' }, '"Mars/Base" is not a valid time zone'] as const,
		),
	])('%s refuses a wrong one', async (_, vendor, options, message) => {
		await expect(itemsOf(listOf(vendor), { options })).rejects.toThrow(message);
	});

	it.each(vendorRows(VENDORS.filter(({ statesTotal }) => statesTotal)))(
		'%s: If List Is Incomplete: Continue returns what came, each with a warning',
		async (_, vendor) => {
			const whole = await itemsOf(listOf(vendor));
			stage.sandbox.addFault({ vendor: vendor.type, kind: 'total', delta: 3, times: Infinity });
			const options = { ifIncomplete: 'continue' };
			const invoices = await itemsOf(listOf(vendor), { output: 'full', options });
			expect(invoices).toHaveLength(whole.length);
			expect(invoices.every(({ warnings }) => warnings.includes('LIST_INCOMPLETE'))).toBe(true);
			invoices.forEach(expectValid);
			for (const { warnings } of await itemsOf(listOf(vendor), { options })) {
				expect(warnings.split(',')).toContain('LIST_INCOMPLETE');
			}
		},
	);
});
