/**
 * What vendors really send, through the built nodes in n8n's engine: the facts of recorded and
 * documented answers, and answers that are not what was asked for.
 */
import {
	problemIn,
	type Json,
	VENDORS,
	type VendorOfTest,
	byId,
	listOf,
	setUp,
	vendorRows,
} from './support';

const stage = setUp();

/** What each request of Get is answered with. */
const oneOf = ({ answers }: VendorOfTest, record: unknown) => {
	const one: NonNullable<typeof answers.one> = answers.one ?? ((found) => answers.list([found]));
	return (request: Parameters<typeof one>[1]) => one(record, request);
};

describe('a recorded answer through every operation', () => {
	const asText = { options: { amountsAs: 'text' } };
	type Documented = NonNullable<VendorOfTest['answers']['documented']>;
	const documented = VENDORS.flatMap((vendor): Array<[string, VendorOfTest, Documented]> => {
		const { documented: facts } = vendor.answers;
		return facts ? [[vendor.name, vendor, facts]] : [];
	});

	it.each(documented)('%s: get and get many', async (_, vendor, { record, ...facts }) => {
		stage.answer(vendor, vendor.answers.list([record]));
		const [listed] = await stage.invoices(vendor, 'getAll', asText);
		expect(listed).toMatchObject(facts.expected);
		stage.answer(vendor, oneOf(vendor, record));
		const invoiceId = { ...asText, ...facts.invoiceId };
		expect(await stage.invoices(vendor, 'get', invoiceId)).toEqual([listed]);
	});

	it.each(documented.filter(([, , { paid }]) => paid))(
		'%s: get many unpaid',
		async (_, vendor, { record, expected, paid }) => {
			const another = { ...record, ...paid, [vendor.id]: 'another' };
			stage.answer(vendor, vendor.answers.list([record, another]));
			const unpaid = await stage.invoices(vendor, 'getUnpaid', asText);
			expect(unpaid).toHaveLength(1);
			expect(unpaid[0]).toMatchObject(expected);
		},
	);

	it.each(documented)('%s: the searchable list', async (_, vendor, { record }) => {
		const odd = [{}, { date: 5, billing_start_date: {} }];
		stage.answer(vendor, vendor.answers.list([record, ...odd]));
		const { results } = await stage.engine.searchList({
			type: vendor.type,
			method: 'searchInvoices',
			credentials: stage.credentialsOf(vendor),
			parameters: vendor.parameters,
		});
		expect(results).toHaveLength(1);
	});
});

describe('an empty list', () => {
	const forms = VENDORS.flatMap((vendor) =>
		vendor.answers.empty.map((body): [string, string, VendorOfTest, unknown] => [
			vendor.name,
			JSON.stringify(body),
			vendor,
			body,
		]),
	);

	it.each(forms)('%s: %s', async (_, _form, vendor, body) => {
		stage.answer(vendor, body);
		expect(await stage.invoices(vendor, 'getAll')).toEqual([]);
		const poll = await stage.engine.poll({
			type: `${vendor.type}Trigger`,
			parameters: vendor.parameters,
			credentials: stage.credentialsOf(vendor),
			staticData: {},
		});
		expect(poll.items).toEqual([]);
		if (vendor.answers.isTestedWithAnother) return;
		const data = stage.sandbox.credentials[vendor.credential];
		const outcome = await stage.engine.testCredential(vendor.credential, data);
		expect(outcome.status).toBe('OK');
	});

	const refusals = VENDORS.flatMap((vendor) =>
		vendor.answers.refusals.map(({ body, words }): [string, string, VendorOfTest, unknown] => [
			vendor.name,
			words,
			vendor,
			body,
		]),
	);

	it.each(refusals)('%s: an error beside it is an error: %s', async (name, words, vendor, body) => {
		stage.answer(vendor, body);
		const { ids, message } = await stage.ids(vendor, 'getAll');
		expect(ids).toEqual([]);
		expect(message).toBe(`${name} returned an error instead of the list: ${words}`);
	});
});

describe('an answer that is not what was asked for', () => {
	const wrong = VENDORS.flatMap((vendor) =>
		vendor.answers.wrong.map((each) => ({ ...each, vendor, name: vendor.name })),
	);

	it.each(wrong)('$name: $what', async ({ vendor, invoiceId, body, message }) => {
		stage.answer(vendor, body);
		const said = problemIn({ message });
		expect(await stage.ids(vendor, 'get', invoiceId)).toEqual({ ids: [], message: said });
		if (!vendor.pdfPath) return;
		// Nor is a file taken for that of the invoice.
		stage.sandbox.clearFaults();
		stage.sandbox.addFault({ vendor: vendor.type, kind: 'status', status: 200, body });
		const file = await stage.run(vendor, { operation: 'downloadPdf', ...invoiceId });
		expect(problemIn(file.error)).toBe(said);
	});
});

describe('records that are odd', () => {
	const DEPTH = 5000;
	const odd = VENDORS.flatMap((vendor) =>
		vendor.answers.odd.map((record): [string, Json, VendorOfTest] => [vendor.name, record, vendor]),
	);

	/** Writes a record with a field that JSON.stringify cannot write. */
	const deepJson = (record: Json): string =>
		JSON.stringify(record).replace('"@@"', '['.repeat(DEPTH) + ']'.repeat(DEPTH));

	it.each(odd)('%s: one that is nested deep costs only itself (%#)', async (_, record, vendor) => {
		const records = [{ DEEP: 1 }, { [vendor.key]: 'ok', [vendor.id]: 'ok' }];
		const reply = (request: { headers: Json }) => {
			const start = vendor.paging?.startOf?.(request) ?? 0;
			const body = JSON.stringify(vendor.answers.list(records.slice(start)));
			return {
				status: 200,
				headers: { 'content-type': 'application/json' },
				body: Buffer.from(body.replace('{"DEEP":1}', deepJson(record))),
			};
		};
		stage.spoil(listOf(vendor), { kind: 'reply', times: Infinity, reply });
		expect(await stage.invoices(vendor, 'getAll')).toHaveLength(2);
	});
});

it.each(vendorRows())('%s: an error that names an invoice is no invoice', async (_, vendor) => {
	const invoiceId = byId('5', vendor.ways[0].mode);
	stage.answer(vendor, { [vendor.id]: '5', ...vendor.answers.error('Not today') });
	const { ids, message } = await stage.ids(vendor, 'get', invoiceId);
	expect(ids).toEqual([]);
	expect(message).toMatch(/Not today/);
});
