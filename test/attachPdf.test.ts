/** Invoices that are returned with their PDFs, and PDFs that are added to what came in. */
/* eslint-disable @n8n/community-nodes/no-restricted-globals -- this is no node */
import { setUpStops, slow, expectStopped } from './cancel';
import { newOn } from './onlyNew';
import {
	type Json,
	PDFS,
	type Rest,
	type Result,
	type VendorOfTest,
	byId,
	fileAt,
	jsonOf,
	listOf,
	plain,
	setUp,
	sha256,
	vendorRows,
} from './support';

const stage = setUp();
const { run } = newOn(stage);
const table = vendorRows(PDFS.map(({ vendor }) => vendor));
const always = { times: Infinity };
const onError = 'continueRegularOutput' as const;
const attached = { options: { attachPdf: true } };

beforeEach(async () => {
	await stage.ownSandbox(1, { i3dNet: 40, carrierX: 40 });
	stage.engine.processedItems.forget();
});

const idsOf = (vendor: VendorOfTest): string[] => vendor.list(stage.sandbox).map(vendor.idOf);
const getMany = async (vendor: VendorOfTest, parameters: Json = {}, rest: Rest = {}) =>
	await stage.read(vendor, 'getAll', { ...attached, ...parameters }, rest);
const filesAsked = () => stage.requests.filter(({ path }) => path.includes('pdf')).length;
const spoil = (vendor: VendorOfTest, id: string, fault: Json) =>
	stage.sandbox.addFault({
		vendor: vendor.type,
		kind: 'status',
		path: vendor.pdfPath!(id),
		...always,
		...fault,
	});

async function hashes({ items, binaryBuffer }: Result, property = 'data'): Promise<string[]> {
	return await Promise.all(items.map(async (item) => sha256(await binaryBuffer(item, property))));
}

async function served(vendor: VendorOfTest, ids: string[]): Promise<string[]> {
	const data = stage.sandbox.credentials[vendor.credential];
	const headers = vendor.headers(String(data[vendor.secret]));
	return await Promise.all(
		ids.map(async (id) =>
			sha256(await fileAt(`${String(data.baseUrl)}${vendor.pdfPath!(id)}`, headers)),
		),
	);
}

describe.each(table)('Attach PDF, %s', (_name, vendor) => {
	const formats = [
		['simplified', { output: 'simplified' }],
		['full', { output: 'full' }],
		['selectedFields', { output: 'selectedFields', fields: ['invoiceNumber', 'warnings'] }],
	] as const;

	it.each(formats)('a list, %s: each invoice with its file', async (_, output) => {
		const result = await getMany(vendor, output);
		const without = await getMany(vendor, { ...output, options: {} });
		expect(without.items.every(({ binary }) => binary === undefined)).toBe(true);
		expect(jsonOf(result)).toEqual(jsonOf(without));
		expect(await hashes(result)).toEqual(await served(vendor, idsOf(vendor)));
		expect(new Set(result.items.map(({ binary }) => binary!.data.fileName)).size).toBe(40);
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual(
			result.items.map(() => ({ item: 0 })),
		);
	});

	it('Get, with the file in the named field, under the given name', async () => {
		const id = idsOf(vendor)[4];
		const options = {
			attachPdf: true,
			fileName: '=bill {{ 4 }}',
			binaryPropertyName: 'bill',
		};
		const named = { ...byId(id), options };
		const result = await stage.read(vendor, 'get', named);
		expect(jsonOf(result)).toMatchObject([{ id, warnings: expect.any(Array) }]);
		expect(result.items[0].binary).toMatchObject({ bill: { fileName: 'bill 4.pdf' } });
		expect(await hashes(result, 'bill')).toEqual(await served(vendor, [id]));
	});

	it.each(['..', 'a/../b', 'a\u0000b', null])(
		'an invoice whose ID is %j is returned without its file, and nothing is asked for it',
		async (id) => {
			const records: Json[] = stage.sandbox.data[vendor.type];
			Object.assign(records[4], vendor.type === 'i3dNet' ? { id } : { invoice_sid: id });
			const { items, error } = await getMany(vendor);
			expect(error?.message).toBeUndefined();
			const without = items.filter(({ binary }) => binary === undefined);
			expect(items).toHaveLength(40);
			expect(without.map(({ json }) => plain(json).warnings)).toEqual([
				expect.arrayContaining(['PDF_MISSING']),
			]);
			expect(filesAsked()).toBe(39);
		},
	);

	it.each(['raw', 'lineItems'])('%s have none', async (output) => {
		const { items, error } = await getMany(vendor, { output, returnAll: false, limit: 3 });
		expect(error?.message).toBeUndefined();
		expect(items.every(({ binary }) => binary === undefined)).toBe(true);
		expect(filesAsked()).toBe(0);
	});

	it('no more than the Limit is asked for', async () => {
		expect((await getMany(vendor, { returnAll: false, limit: 3 })).items).toHaveLength(3);
		expect(filesAsked()).toBe(3);
	});

	it('of several items: in order, each with its own item', async () => {
		const [a, b, c] = idsOf(vendor);
		const input = [c, a, b].map((id) => ({ json: { id } }));
		const result = await stage.read(
			vendor,
			'get',
			{ ...byId('={{ $json.id }}'), ...attached },
			{ input },
		);
		expect(await hashes(result)).toEqual(await served(vendor, [c, a, b]));
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 1, 2].map((item) => ({ item })),
		);
	});

	it.each([1, 4])('%i at once, and no more', async (parallelRequests) => {
		let inFlight = 0;
		let most = 0;
		const reply = () => {
			most = Math.max(most, ++inFlight);
			return {
				status: 200,
				headers: { 'content-type': 'application/pdf' },
				pieces: async function* () {
					await new Promise((resolve) => setTimeout(resolve, 20));
					inFlight--;
					yield Buffer.from('%PDF-1.7\n%%EOF\n');
				},
				chunked: true,
			};
		};
		stage.sandbox.addFault({ vendor: vendor.type, kind: 'reply', reply, path: 'pdf', ...always });
		const options = { attachPdf: true, parallelRequests };
		const { items } = await getMany(vendor, { options }, { input: [{}, {}] });
		expect(items).toHaveLength(80);
		expect(most).toBeLessThanOrEqual(parallelRequests);
		expect(most > 1).toBe(parallelRequests > 1);
	});

	describe('a file that cannot be had', () => {
		it.each([
			['404', { status: 404 }],
			['403', { status: 403 }],
			['no PDF', { kind: 'notPdf' }],
			['too large', { kind: 'bigPdf', bytes: 1_000_001 }],
		])('for good (%s): the invoice comes without', async (_, fault) => {
			const id = idsOf(vendor)[2];
			spoil(vendor, id, fault);
			const options = { attachPdf: true, maxFileSize: 1 };
			const result = await getMany(vendor, { output: 'simplified', options });
			expect(result.items).toHaveLength(40);
			expect(result.items.filter(({ binary }) => binary === undefined)).toEqual([result.items[2]]);
			expect(result.items[2].json).toMatchObject({
				invoiceId: id,
				warnings: expect.stringContaining('PDF_MISSING'),
			});
			expect(jsonOf(result).filter(({ warnings }) => warnings?.includes('PDF'))).toHaveLength(1);
			expect(result.logs).toContainEqual(
				expect.objectContaining({ level: 'warn', message: expect.stringContaining('invoice "') }),
			);
		});

		it.each([
			['500', { status: 500 }],
			['401', { status: 401 }],
			['429', { kind: 'throttle' }],
			['a connection that breaks off', { kind: 'reset' }],
		])('now (%s): the item fails, and says which invoice', async (_, fault) => {
			spoil(vendor, idsOf(vendor)[2], fault);
			const [{ invoiceNumber }] = jsonOf(await stage.read(vendor, 'get', byId(idsOf(vendor)[2])));
			const options = { attachPdf: true, maxRetries: 1 };
			const { items, error } = await getMany(vendor, { options });
			expect(items).toEqual([]);
			expect(error.message).toContain(`(invoice "${invoiceNumber}")`);
			expect(error.context.itemIndex).toBe(0);
			const both = [0, 2].map((index) => ({ json: { id: idsOf(vendor)[index] } }));
			const parameters = { ...byId('={{ $json.id }}'), options };
			const continued = await stage.read(vendor, 'get', parameters, { input: both, onError });
			expect(continued.items.map(({ json }) => 'error' in json)).toEqual([false, true]);
		});

		it('a file without its end says so', async () => {
			const reply = () => ({
				status: 200,
				headers: { 'content-type': 'application/pdf' },
				body: Buffer.from('%PDF-1.7\n'),
			});
			spoil(vendor, idsOf(vendor)[2], { kind: 'reply', reply });
			const result = await getMany(vendor);
			expect(result.items[2].json.warnings).toContain('PDF_END_MISSING');
			expect(result.items[2].binary).toHaveProperty('data');
		});

		it('an option that is not valid fails before anything is asked for', async () => {
			const options = { attachPdf: true, maxFileSize: 0 };
			const { error } = await getMany(vendor, { options });
			expect(error.message).toBe('"Max File Size (MB)" must be a whole number of 1 or more');
			expect(stage.requests).toEqual([]);
		});
	});

	describe('New Since the Last Run', () => {
		it('only what is returned has its file fetched', async () => {
			await run(vendor, { onlyNew: 'new' });
			expect((await run(vendor, attached)).items).toEqual([]);
			expect(filesAsked()).toBe(0);
		});

		it.each([
			['500', { status: 500 }],
			['404', { status: 404 }],
			['a reset', { kind: 'reset' }],
		])('%s loses no invoice that n8n has recorded', async (_, fault) => {
			spoil(vendor, idsOf(vendor)[2], fault);
			const options = { attachPdf: true, maxRetries: 0 };
			const result = await run(vendor, { options });
			expect(result.error?.message).toBeUndefined();
			expect(result.items).toHaveLength(40);
			const without = result.items.filter(({ binary }) => binary === undefined);
			expect(without.map(({ json }) => [json.id, json.warnings])).toEqual([
				[idsOf(vendor)[2], expect.arrayContaining(['PDF_MISSING'])],
			]);
			expect((await run(vendor, { options })).items).toEqual([]);
		});

		it('an option that is not valid fails before n8n records anything', async () => {
			const options = { attachPdf: true, maxFileSize: 0 };
			expect((await run(vendor, { options })).error.message).toBe(
				'"Max File Size (MB)" must be a whole number of 1 or more',
			);
			expect((await run(vendor, attached)).items).toHaveLength(40);
		});

		it('a manual execution has the files, and an item that fails costs the others nothing', async () => {
			const manual = { mode: 'manual' as const, onError };
			const property = { attachPdf: true, binaryPropertyName: '={{ $json.property }}' };
			const input = ['first', 'second'].map((name) => ({ json: { property: name } }));
			const { items } = await run(vendor, { options: property }, { ...manual, input });
			expect(items.map(({ binary }) => Object.keys(binary!))).toEqual(
				items.map((_, index) => [index < 40 ? 'first' : 'second']),
			);
			const options = { attachPdf: true, maxRetries: '={{ $json.retries }}' };
			const [id] = idsOf(vendor);
			spoil(vendor, id, { status: 500, times: 1 });
			const retries = [0, 3].map((times) => ({ json: { retries: times } }));
			const failed = await run(
				vendor,
				{ options: { ...options, parallelRequests: 1 } },
				{
					...manual,
					input: retries,
				},
			);
			expect(failed.items.map(({ json }) => 'error' in json)).toEqual(
				Array.from({ length: 41 }, (_, index) => index === 0),
			);
		});
	});
});

describe.each(table)('Download PDF keeps what came in, %s', (_name, vendor) => {
	const download = { operation: 'downloadPdf', ...byId('={{ $json.invoiceId ?? $json.id }}') };

	it.each(['simplified', 'full'])('%s, with its number, and its files', async (output) => {
		const [invoice] = jsonOf(await getMany(vendor, { output, options: {} }));
		const file = { data: Buffer.from('a note').toString('base64'), mimeType: 'text/plain' };
		const input = [{ json: { ...invoice, note: 'paid by card' }, binary: { note: file } }];
		stage.sandbox.clearRequests();
		const { items, error } = await stage.run(vendor, download, { input });
		expect(error?.message).toBeUndefined();
		// The number is known: nothing but the file is asked for.
		expect(stage.requests).toHaveLength(1);
		const [{ json, binary }] = items;
		expect(json).toMatchObject({
			...invoice,
			note: 'paid by card',
			provider: vendor.type,
			invoiceId: invoice.invoiceId ?? invoice.id,
			sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
			// Those of the file.
			warnings: [],
		});
		expect(Object.keys(binary!).sort()).toEqual(['data', 'note']);
		expect(binary!.data.fileName).toContain(String(invoice.invoiceNumber).replace('/', '_'));
	});

	it('a table that puts its row number into `id` costs no request', async () => {
		const [invoice] = jsonOf(await getMany(vendor, { output: 'simplified', options: {} }));
		stage.sandbox.clearRequests();
		const { items } = await stage.run(vendor, download, {
			input: [{ json: { ...invoice, id: 7 } }],
		});
		expect(items[0].json).toMatchObject({ id: 7, invoiceNumber: invoice.invoiceNumber });
		expect(stage.requests).toHaveLength(1);
	});
});

describe('a stopped execution', () => {
	const stops = setUpStops();

	it.each(table)('%s: ends at once while files are on their way', async (_, vendor) => {
		stops.sandbox.addFault({ ...slow, vendor: vendor.type, path: 'pdf' });
		const { parameters, ...list } = listOf(vendor);
		const operation = {
			...list,
			parameters: (of: typeof stops.sandbox) => ({ ...parameters(of), output: 'simplified' }),
		};
		const listRequests = list.requests;
		expectStopped(await stops.stopped(operation, listRequests + 4, { attachPdf: true }));
	});
});
