/** Every operation of every vendor in n8n's own engine, against the sandbox, on a good day. */
import { createEngine } from './engine';
import {
	type Json,
	LISTS,
	OPERATIONS,
	type OperationOfTest,
	PAGED,
	PDFS,
	VENDORS,
	type VendorOfTest,
	byId,
	expectWhole,
	fileAt,
	jsonOf,
	listOf,
	locator,
	rows,
	setUp,
	sha256,
	vendorRows,
} from './support';

const stage = setUp();

describe('every operation', () => {
	it.each(rows(OPERATIONS))('%s gives what the vendor has', async (_, operation) => {
		const result = await stage.perform(operation);
		expectWhole(result, operation.expected(stage.sandbox));
	});

	it.each(rows(OPERATIONS))('%s takes the requests it needs', async (_, operation) => {
		await stage.perform(operation);
		expect(stage.requests).toHaveLength(operation.requests);
	});

	it.each(rows(OPERATIONS))('%s only reads', async (_, operation) => {
		await stage.perform(operation);
		expect(new Set(stage.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
	});

	it.each(rows(OPERATIONS))('%s pairs its items with the input', async (_, operation) => {
		const input = [{ json: {} }, { json: {} }];
		const { items } = await stage.perform(operation, {}, { input });
		const count = operation.expected(stage.sandbox).length;
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([
			...Array(count).fill({ item: 0 }),
			...Array(count).fill({ item: 1 }),
		]);
	});
});

describe('get many', () => {
	it.each(vendorRows(PAGED))('%s reads over many pages', async (_, vendor) => {
		const operation = listOf(vendor);
		expectWhole(
			await stage.perform(operation, { pageSize: 10 }),
			operation.expected(stage.sandbox),
		);
		const requests = vendor.paging!.requestsFor(vendor.list(stage.sandbox).length);
		expect(requests).toBeGreaterThan(2);
		expect(stage.requests.length).toBeGreaterThanOrEqual(requests);
	});

	it.each(vendorRows(PAGED))('%s asks for pages of the size chosen', async (_, vendor) => {
		await stage.perform(listOf(vendor), { pageSize: 12 });
		const sizes = stage.requests.map(({ query, headers }) => {
			const range = /results=(\d+)/.exec(String(headers['ranged-data']));
			return Number(query[vendor.paging?.sizeParameter ?? ''] ?? range?.[1]);
		});
		expect(sizes[0]).toBe(12);
		expect(Math.max(...sizes)).toBe(vendor.paging?.largestFor(12));
	});

	it.each(vendorRows(PAGED.filter(({ paging }) => paging?.sizeParameter)))(
		'%s asks for no larger page than the vendor gives',
		async (_, vendor) => {
			await stage.perform(listOf(vendor), { pageSize: 5000 });
			const { sizeParameter = '', largest } = vendor.paging!;
			expect(stage.queries(sizeParameter)).toContain(String(largest));
		},
	);

	it.each(vendorRows())('%s returns no more than the limit, the first ones', async (_, vendor) => {
		const parameters = { operation: 'getAll', limit: 7 };
		expectWhole(await stage.run(vendor, parameters), vendor.list(stage.sandbox).slice(0, 7));
	});

	it.each(vendorRows())('%s asks for no more than the limit', async (_, vendor) => {
		await stage.run(vendor, { operation: 'getAll', limit: 7 });
		expect(stage.requests).toHaveLength(1);
		const [{ query, headers }] = stage.requests;
		if (!vendor.paging) return;
		const { sizeParameter = '' } = vendor.paging;
		expect(query[sizeParameter] ?? headers['ranged-data']).toMatch(/^(start=0,results=)?7$/);
	});

	it.each(vendorRows(PAGED))('%s stops after the page that fills the limit', async (_, vendor) => {
		const parameters = { operation: 'getAll', limit: 25, options: { pageSize: 10 } };
		expectWhole(await stage.run(vendor, parameters), vendor.list(stage.sandbox).slice(0, 25));
		expect(stage.requests).toHaveLength(vendor.paging!.requestsFor(25));
	});

	it.each(vendorRows(PAGED))('%s has a limit of 50 when none is set', async (_, vendor) => {
		const { items } = await stage.run(vendor, { operation: 'getAll' });
		expect(items).toHaveLength(50);
	});

	it.each(vendorRows())('%s takes a limit beyond the end for all', async (_, vendor) => {
		const parameters = { operation: 'getAll', limit: 5000 };
		expectWhole(await stage.run(vendor, parameters), vendor.list(stage.sandbox));
	});

	it.each(vendorRows())('%s gives nothing for a list without records', async (_, vendor) => {
		vendor.records(await stage.ownSandbox()).length = 0;
		expectWhole(await stage.perform(listOf(vendor)), []);
	});

	it.each(vendorRows(PAGED))('%s reads a list of exactly one page', async (_, vendor) => {
		vendor.records(await stage.ownSandbox()).length = 10;
		expectWhole(await stage.perform(listOf(vendor), { pageSize: 10 }), vendor.list(stage.sandbox));
	});
});

describe('the order of get many', () => {
	const dates = VENDORS.flatMap(
		(vendor): Array<[string, VendorOfTest, string]> =>
			vendor.orderedBy ? [[vendor.name, vendor, vendor.orderedBy]] : [],
	);

	it.each(dates)('%s is newest first when all is read', async (_, vendor, field) => {
		const days = jsonOf(await stage.perform(listOf(vendor))).map((record) =>
			record[field].slice(0, 10),
		);
		expect(days).toEqual([...days].sort().reverse());
		expect(new Set(days).size).toBeGreaterThan(10);
	});

	it.each(dates)('%s is newest first up to a limit', async (_, vendor, field) => {
		const all = vendor.list(stage.sandbox).map((record) => record[field].slice(0, 10));
		const [newest] = all.sort().reverse();
		const [first] = jsonOf(await stage.run(vendor, { operation: 'getAll', limit: 1 }));
		expect(first[field].slice(0, 10)).toBe(newest);
	});
});

it.each(
	VENDORS.flatMap(
		(vendor): Array<[string, VendorOfTest, Json]> =>
			vendor.emptyFilters ? [[vendor.name, vendor, vendor.emptyFilters]] : [],
	),
)('%s: empty filters are none', async (_, vendor, filters) => {
	const parameters = { operation: 'getAll', returnAll: true, filters };
	expectWhole(await stage.run(vendor, parameters), vendor.list(stage.sandbox));
});

describe('get many unpaid', () => {
	const unpaid = LISTS.filter(({ isUnpaid }) => isUnpaid);

	it.each(rows(unpaid))('%s leaves out some and keeps some', async (_, operation) => {
		const { vendor } = operation;
		const { length } = operation.expected(stage.sandbox);
		expect(length).toBeGreaterThan(0);
		expect(length).toBeLessThan(vendor.list(stage.sandbox).length);
	});

	it.each(rows(unpaid))('%s fills the limit with unpaid ones', async (_, operation) => {
		const parameters = { ...operation.parameters(stage.sandbox), returnAll: false, limit: 3 };
		const expected = operation.expected(stage.sandbox).slice(0, 3);
		expectWhole(await stage.run(operation.vendor, parameters), expected);
	});

	it.each(rows(unpaid.filter(({ vendor }) => vendor.paging)))(
		'%s reads over many pages',
		async (_, operation) => {
			expectWhole(
				await stage.perform(operation, { pageSize: 10 }),
				operation.expected(stage.sandbox),
			);
			expect(stage.requests.length).toBeGreaterThan(3);
		},
	);
});

describe('get', () => {
	/** Each way to say which invoice is meant, and the list to choose from. */
	const ways = VENDORS.flatMap((vendor) => [
		...vendor.ways.map((way) => ({ ...way, vendor, name: `${vendor.name} by ${way.mode}` })),
		{ ...vendor.ways[0], vendor, mode: 'list', name: `${vendor.name} from the list` },
	]);

	it.each(ways)('$name', async ({ vendor, mode, find }) => {
		const { value, records } = find(stage.sandbox);
		const parameters = { operation: 'get', ...byId(value, mode) };
		expectWhole(await stage.run(vendor, parameters), records);
	});

	it.each(ways)('$name, what an earlier node returned as text', async ({ vendor, mode, find }) => {
		const { value, records } = find(stage.sandbox);
		const input = [{ json: { of: String(value) } }];
		const parameters = { operation: 'get', ...byId('={{ $json.of }}', mode) };
		expectWhole(await stage.run(vendor, parameters, { input }), records);
	});

	it.each(ways.filter(({ isNumeric, mode }) => isNumeric && mode !== 'list'))(
		'$name, as a number',
		async ({ vendor, mode, find }) => {
			const { value, records } = find(stage.sandbox);
			const input = [{ json: { of: Number(value) } }];
			const parameters = { operation: 'get', ...byId('={{ $json.of }}', mode) };
			expectWhole(await stage.run(vendor, parameters, { input }), records);
		},
	);

	it.each(vendorRows())('%s: an expression in place of the locator', async (_, vendor) => {
		const { value, records } = vendor.ways[0].find(stage.sandbox);
		const input = [{ json: { of: String(value) } }];
		const parameters = { operation: 'get', invoiceId: '={{ $json.of }}' };
		expectWhole(await stage.run(vendor, parameters, { input }), records);
	});

	it.each(vendorRows())('%s: each item of its own list', async (_, vendor) => {
		const listed = jsonOf(await stage.run(vendor, { operation: 'getAll', limit: 4 }));
		const input = listed.map((json) => ({ json }));
		const { mode } = vendor.ways[0];
		const parameters = { operation: 'get', ...byId(`={{ $json.${vendor.id} }}`, mode) };
		const { items, error } = await stage.run(vendor, parameters, { input });
		expect(error?.message).toBeUndefined();
		const found = input.map((_item, item) =>
			items
				.filter(({ pairedItem }) => (pairedItem as Json).item === item)
				.map(({ json }) => String(vendor.idOf(json))),
		);
		expect(found.map((ids) => [...new Set(ids)])).toEqual(
			listed.map((record) => [String(vendor.idOf(record))]),
		);
	});
});

describe('several input items', () => {
	it.each(vendorRows())('%s: none gives none', async (_, vendor) => {
		const { items, error } = await stage.perform(listOf(vendor), {}, { input: [] });
		expect({ items, error }).toEqual({ items: [], error: undefined });
	});
});

describe('download PDF', () => {
	/** The file that an operation asks for, as the vendor sends it. */
	const fileOf = async ({ vendor, parameters }: OperationOfTest): Promise<Buffer> => {
		const { baseUrl, [vendor.secret]: secret } = stage.sandbox.credentials[vendor.credential];
		const path = vendor.pdfPath!(parameters(stage.sandbox).invoiceId.value);
		const file = await fileAt(`${baseUrl}${path}`, vendor.headers(secret));
		expect(file.subarray(0, 5).toString()).toBe('%PDF-');
		return file;
	};

	it.each(rows(PDFS))('%s stores the bytes that the vendor sends', async (_, operation) => {
		const { items, binaryBuffer } = await stage.perform(operation);
		const file = await fileOf(operation);
		expect(file.equals(await binaryBuffer(items[0], 'data'))).toBe(true);
	});

	it.each(rows(PDFS))('%s tells size and hash of the file', async (_, operation) => {
		const [{ fileSize, sha256: hash }] = jsonOf(await stage.perform(operation));
		const file = await fileOf(operation);
		expect({ fileSize, hash }).toEqual({ fileSize: file.length, hash: sha256(file) });
	});

	it.each(rows(PDFS))('%s names and types the file', async (_, operation) => {
		const { items } = await stage.perform(operation);
		const [{ fileName }] = operation.expected(stage.sandbox);
		expect(items[0].binary?.data).toMatchObject({
			fileName,
			fileExtension: 'pdf',
			mimeType: 'application/pdf',
		});
	});

	it.each(rows(PDFS))('%s puts the file into the field chosen', async (_, operation) => {
		const parameters = { ...operation.parameters(stage.sandbox), binaryPropertyName: 'invoice' };
		const { items } = await stage.run(operation.vendor, parameters);
		expect(Object.keys(items[0].binary ?? {})).toEqual(['invoice']);
	});

	it.each(
		[
			['March.pdf', 'March.pdf'],
			['March', 'March.pdf'],
			['Rechnung März/2024: "A"', 'Rechnung März_2024_ _A_.pdf'],
			['../../etc/passwd', '_.._etc_passwd.pdf'],
			['={{ $json.name }}.PDF', '株式会社.pdf'],
			['CON', '_CON.pdf'],
			['', ''],
		].flatMap(([fileName, expected]) =>
			PDFS.map((operation) => [operation.name, fileName, expected, operation] as const),
		),
	)('%s names the file "%s" as wanted, safely', async (_, fileName, expected, operation) => {
		const input = [{ json: { name: '株式会社' } }];
		const { items } = await stage.perform(operation, { fileName }, { input });
		expect(items[0].json.fileName).toContain(expected || `${operation.vendor.type}-`);
		expect(items[0].binary?.data.fileName).toBe(items[0].json.fileName);
	});

	it.each(rows(PDFS))('%s keeps the file out of the item with filesystem', async (_, operation) => {
		const { items } = await stage.perform(operation);
		expect(items[0].binary?.data.id).toMatch(/^filesystem-v2:/);
	});

	describe('with files kept in memory', () => {
		beforeAll(async () => await createEngine({ binaryMode: 'default' }));
		afterAll(async () => await createEngine());

		it.each(rows(PDFS))('%s stores the bytes that the vendor sends', async (_, operation) => {
			const { items, binaryBuffer } = await stage.perform(operation);
			expect(items[0].binary?.data.id).toBeUndefined();
			const file = await fileOf(operation);
			expect(file.equals(await binaryBuffer(items[0], 'data'))).toBe(true);
		});
	});
});

describe.each(rows(PDFS))('%s, of what Get Many has returned', (_, { vendor }) => {
	const parameters = { operation: 'downloadPdf', invoiceId: locator('id', '={{ $json.id }}') };
	const listed = async () => {
		const three = { operation: 'getAll', returnAll: false, limit: 3, output: 'full' };
		const items = jsonOf(await stage.run(vendor, three));
		stage.sandbox.clearRequests();
		return items;
	};
	const download = async (items: Json[]) =>
		jsonOf(await stage.run(vendor, parameters, { input: items.map((json) => ({ json })) }));
	const asked = () => stage.sandbox.requests.length;

	it('asks for the file only, and gives the same', async () => {
		const items = await listed();
		const files = await download(items);
		expect(asked()).toBe(3);
		expect(files.map(({ invoiceNumber }) => invoiceNumber)).toEqual(
			items.map(({ invoiceNumber }) => invoiceNumber),
		);
		const bare = await download(items.map(({ id }) => ({ id })));
		expect(files).toEqual(bare.map((file, index) => ({ ...items[index], ...file })));
	});

	it.each([
		['of another vendor', { dedupeKey: 'another:-:1' }],
		['without a number', { invoiceNumber: null }],
		['with a number that is none', { invoiceNumber: 5 }],
		['without a key', { dedupeKey: undefined }],
	])('asks for the number of an item %s', async (__, change) => {
		const [item] = await listed();
		const [file] = await download([{ ...item, ...change }]);
		expect(asked()).toBe(2);
		expect(file).toMatchObject({ provider: vendor.type, invoiceNumber: item.invoiceNumber });
	});
});

describe('credential test', () => {
	it.each(vendorRows())('%s: passes with the right secret', async (_, { credential }) => {
		const data = stage.sandbox.credentials[credential];
		const { status } = await stage.engine.testCredential(credential, data);
		expect(status).toBe('OK');
		expect(stage.sandbox.requests.length).toBeGreaterThan(0);
	});

	it.each(vendorRows())('%s: fails with a wrong secret', async (_, { credential, secret }) => {
		const data = { ...stage.sandbox.credentials[credential], [secret]: 'wrong' };
		const { status } = await stage.engine.testCredential(credential, data);
		expect(status).toBe('Error');
	});

	it.each(vendorRows(VENDORS.filter(({ refused }) => refused.powerless)))(
		'%s: fails without the permission',
		async (_, { credential }) => {
			const data = stage.sandbox.powerlessCredentials[credential];
			expect(await stage.engine.testCredential(credential, data)).toEqual({
				status: 'Error',
				message: 'Authentication failed (HTTP 403). Check the secret and that it may read invoices',
			});
		},
	);

	it.each(vendorRows())('%s: fails where a web page answers', async (_, { type, credential }) => {
		stage.sandbox.addFault({ vendor: type, kind: 'html', times: Infinity });
		const data = stage.sandbox.credentials[credential];
		const { status } = await stage.engine.testCredential(credential, data);
		expect(status).toBe('Error');
	});

	it.each(vendorRows())('%s: follows no redirect to another host', async (_, vendor) => {
		stage.sandbox.addFault({ vendor: vendor.type, kind: 'redirect', times: Infinity });
		const data = stage.sandbox.credentials[vendor.credential];
		const { status } = await stage.engine.testCredential(vendor.credential, data);
		expect(status).toBe('Error');
	});

	it.each(vendorRows())('%s: does not mind a slash at the end', async (_, { credential }) => {
		const data = stage.sandbox.credentials[credential];
		const { status } = await stage.engine.testCredential(credential, {
			...data,
			baseUrl: `${data.baseUrl}/`,
		});
		expect(status).toBe('OK');
	});
});

describe('searchable list', () => {
	const search = async (vendor: VendorOfTest, filter?: string) =>
		await stage.engine.searchList({
			type: vendor.type,
			method: 'searchInvoices',
			credentials: stage.credentialsOf(vendor),
			parameters: { operation: 'get', ...vendor.parameters },
			filter,
		});
	const idsOf = (vendor: VendorOfTest) => [...new Set(vendor.list(stage.sandbox).map(vendor.idOf))];

	it.each(vendorRows())('%s offers each invoice once, newest first', async (_, vendor) => {
		const { results } = await search(vendor);
		expect(results.map(({ value }) => value)).toEqual(idsOf(vendor));
	});

	it.each(vendorRows())('%s offers what fits the text typed', async (_, vendor) => {
		const { results } = await search(vendor);
		const part = String(results[3].name).slice(0, 10).toLowerCase();
		const found = await search(vendor, ` ${part} `);
		expect(found.results).toEqual(
			results.filter(({ name }) => String(name).toLowerCase().includes(part)),
		);
		expect(found.results.length).toBeGreaterThan(0);
		expect(found.results.length).toBeLessThan(results.length);
	});

	it.each(vendorRows())('%s offers nothing where nothing fits', async (_, vendor) => {
		expect((await search(vendor, 'no such invoice')).results).toEqual([]);
	});

	it.each(vendorRows())('%s offers values that Get takes', async (_, vendor) => {
		const { results } = await search(vendor);
		const invoiceId = locator('list', results[5].value);
		const { error, items } = await stage.run(vendor, {
			operation: 'get',
			invoiceId,
		});
		expect(error?.message).toBeUndefined();
		expect(String(vendor.idOf(items[0].json))).toBe(results[5].value);
	});

	it.each(vendorRows())('%s says what is wrong', async (_, vendor) => {
		const credentials = stage.credentialsOf(vendor, { [vendor.secret]: 'wrong' });
		const searching = stage.engine.searchList({
			type: vendor.type,
			method: 'searchInvoices',
			credentials,
			parameters: vendor.parameters,
		});
		await expect(searching).rejects.toMatchObject({
			message: expect.stringMatching(/40[13]|client authentication failed/i),
		});
	});
});

describe('as the tool of an agent', () => {
	const limit = "={{ $fromAI('limit', 'How many', 'number') }}";

	it.each(vendorRows())('%s reads what the model asks for', async (_, vendor) => {
		const { response } = await stage.engine.runTool({
			type: vendor.type,
			credentials: stage.credentialsOf(vendor),
			parameters: {
				resource: 'invoice',
				operation: 'getAll',
				output: 'raw',
				limit,
				...vendor.parameters,
			},
			input: { limit: 2 },
		});
		expect(response).toEqual(vendor.list(stage.sandbox).slice(0, 2));
	});

	it.each(rows(PDFS))('%s tells the model about the file', async (_, { vendor, ...operation }) => {
		const { response } = await stage.engine.runTool({
			type: vendor.type,
			credentials: stage.credentialsOf(vendor),
			parameters: { resource: 'invoice', ...operation.parameters(stage.sandbox) },
		});
		expect(response).toEqual(operation.expected(stage.sandbox));
	});
});

describe('the credential', () => {
	it.each(vendorRows())('%s may have a slash at the end of its base URL', async (_, vendor) => {
		const { baseUrl } = stage.sandbox.credentials[vendor.credential];
		const credentials = stage.credentialsOf(vendor, { baseUrl: `${baseUrl}/` });
		const operation = listOf(vendor);
		const result = await stage.perform(operation, {}, { credentials });
		expectWhole(result, operation.expected(stage.sandbox));
	});
});
