/**
 * Bad input: each gives a clear sentence that names the item, and costs no other item its result
 * when the node continues on fail. The sentences are what users read: they are written out here, and
 * with each vendor where it has its own.
 */
import {
	withProblem,
	type Asked,
	type Case,
	EMPTY,
	OF_ITEM,
	cannotBe,
	describeBadInput,
	failWith,
	ofInvoice,
	ofList,
	pairsOf,
	saidBy,
} from './badInput';
import {
	OPERATIONS,
	PAGED,
	PDFS,
	VENDORS,
	type VendorOfTest,
	byId,
	locator,
	setUp,
	vendorRows,
} from './support';

const stage = setUp();

const ofOne = OPERATIONS.filter(({ kind }) => kind === 'get' || kind === 'pdf');
const gets = ofOne.filter(({ kind }) => kind === 'get').map(ofInvoice);
const whatOf = { get: '', pdf: ' of a file' };
const HINTS = {
	own: 'Check the ID or number, and that the credential has access to its account',
	http: 'Check the ID. If it is right, check the base URL in the credential',
};

/** The ways of a vendor beside the one that its operation takes. */
const furtherWays = VENDORS.flatMap((vendor) =>
	vendor.ways.slice(1).map(({ mode, find }): Asked & { mode: string } => ({
		mode,
		vendor,
		parameters: () => ({
			operation: 'get',
			invoiceId: locator(mode, OF_ITEM),
			...vendor.parameters,
		}),
		good: (sandbox) => find(sandbox).value,
		expected: (sandbox) => find(sandbox).records,
	})),
);

const notFound = ({ vendor: { notFound } }: { vendor: VendorOfTest }) => ({
	bad: () => notFound.value,
	message: notFound.message,
	description: notFound.httpCode === undefined ? HINTS.own : HINTS.http,
	httpCode: notFound.httpCode,
});

const CASES: Case[] = [
	// An id that the vendor does not know.
	...ofOne.map((operation) => ({
		...ofInvoice(operation),
		name: `an invoice that is not there${whatOf[operation.kind]}`,
		...notFound(operation),
	})),
	...furtherWays.map((way) => ({
		...way,
		name: `an invoice that is not there, by ${way.mode}`,
		...notFound(way),
		message: way.vendor.notFound.message.replace('invoice ', `invoice ${way.mode} `),
	})),
	// No id.
	...ofOne.flatMap((operation) =>
		['', '  ', null].map((value) => ({
			...ofInvoice(operation),
			name: `an empty id (${JSON.stringify(value)})${whatOf[operation.kind]}`,
			bad: () => value,
			...EMPTY,
		})),
	),
	// An id that leads elsewhere, where it becomes part of the address.
	...ofOne
		.filter(({ vendor }) => vendor.ways[0].mode === 'id')
		.flatMap((operation) =>
			['../1', '..', '.', '1/../2', '%2e%2e', '1\\..\\2'].map((value) => ({
				...ofInvoice(operation),
				name: `the id ${value}${whatOf[operation.kind]}`,
				...cannotBe(value),
			})),
		),
	// Limits.
	...VENDORS.flatMap((vendor) =>
		[0, -1, 1.5, 'many'].map((value) => ({
			...ofList(vendor, { limit: OF_ITEM }, 2),
			name: `a limit of ${value}`,
			bad: () => value,
			message: '"Limit" must be a whole number of 1 or more',
			description: `Its value is ${JSON.stringify(value)}`,
		})),
	),
	...PAGED.map((vendor) => ({
		...ofList(vendor, { options: { pageSize: OF_ITEM } }, 10),
		name: 'a page size of 0',
		bad: () => 0,
		message: '"Page Size" must be a whole number of 10 or more',
		description: 'Its value is 0',
	})),
	...VENDORS.map((vendor) => ({
		...ofList(vendor, { options: { timeout: OF_ITEM } }, 10),
		name: 'a timeout of 0',
		bad: () => 0,
		message: '"Timeout" must be a whole number from 1 to 3,600',
		description: 'Its value is 0',
	})),
	// Dates.
	...VENDORS.flatMap((vendor) =>
		(vendor.dateFilter ? [vendor.dateFilter] : []).flatMap(({ name, label }) =>
			['soon', '2024-02-30', '2024-13-01', '01.02.2024', '20240102'].map((value) => ({
				...ofList(vendor, { filters: { [name]: OF_ITEM } }, '2020-01-01'),
				name: `the date ${value}`,
				bad: () => value,
				message: `"${value}" in "${label}" is not a valid date`,
				description: 'Use the format YYYY-MM-DD, e.g. 2025-01-31',
			})),
		),
	),
	// What the vendor sends.
	...gets.map((way) => ({
		...way,
		name: 'a web page with 200',
		faults: [{ kind: 'html', after: 1, times: 2 }],
		message: `${way.vendor.name} returned a web page instead of JSON`,
		description: 'Check the base URL in the credential',
	})),
	...gets.map((way) => ({
		...way,
		name: 'a redirect to another host',
		faults: [{ kind: 'redirect', after: 1 }],
		message: `${way.vendor.name} redirected the request to another host (FOREIGN). The redirect was not followed`,
		description: 'The secret is sent only to the host in the credential. Check the base URL there',
	})),
	...PDFS.map(ofInvoice).map((way) => ({
		...way,
		name: 'a file that is no PDF',
		faults: [{ kind: 'notPdf', after: 1 }],
		message: `${way.vendor.name} returned a file that is not a PDF`,
		description: `Check in the ${way.vendor.name} portal whether this invoice has a PDF`,
	})),
	...PDFS.map(ofInvoice).map(
		(way): Case => ({
			...way,
			name: 'a file that is too large',
			parameters: (sandbox) => ({ ...way.parameters(sandbox), options: { maxFileSize: 1 } }),
			faults: [{ kind: 'bigPdf', bytes: 1_000_001, after: 1 }],
			message: `The PDF from ${way.vendor.name} is larger than 1 MB`,
			description: 'If this is expected, increase "Max File Size (MB)" in the options',
		}),
	),
];

describeBadInput(stage, CASES);

describe('the credential', () => {
	const plainHttp = 'http://billing.invalid';
	const hint = 'Use https. Plain http is allowed only for localhost';
	const plainHttpIn = (host: string) =>
		`The base URL in the credential uses plain http to ${host}, which would send the secret in plain text`;

	const hints = {
		'401': 'Check the secret in the credential. It may have expired or been revoked',
		'403': 'Check that the secret in the credential has access to invoices',
	};
	const refusals = { '401': 'rejected the credential', '403': 'denied access' };
	const wrongSecret = (vendor: VendorOfTest) => ({ [vendor.secret]: 'a-secret-of-no-use' });
	const refusing = (kind: 'wrong' | 'powerless') =>
		VENDORS.flatMap((vendor): Array<[string, VendorOfTest, string, '401' | '403']> => {
			const words = vendor.refused[kind];
			if (words === undefined) return [];
			const status = words.slice(0, 3) as keyof typeof refusals;
			const message = `${vendor.name} ${refusals[status]} (${status})${words.slice(3)}`;
			return [[vendor.name, vendor, message, status]];
		});

	it.each(refusing('wrong'))('%s: a wrong secret', async (_, vendor, message, httpCode) => {
		expect(saidBy(await failWith(stage, vendor, wrongSecret(vendor)))).toEqual({
			message,
			description: hints[httpCode],
			httpCode,
			itemIndex: 0,
		});
	});

	it.each(refusing('wrong'))(
		'%s: a wrong secret, each item says so',
		async (_, vendor, message) => {
			const { items } = await failWith(stage, vendor, wrongSecret(vendor), 'continueRegularOutput');
			const said = items.map(({ json }) => withProblem(json));
			expect(said).toEqual([{ error: message }, { error: message }]);
			expect(pairsOf(items)).toEqual([0, 1]);
		},
	);

	it.each(refusing('powerless'))(
		'%s: a secret without the permission',
		async (_, vendor, message, httpCode) => {
			const powerless = stage.sandbox.powerlessCredentials[vendor.credential];
			expect(saidBy(await failWith(stage, vendor, powerless))).toEqual({
				message,
				description: hints[httpCode],
				httpCode,
				itemIndex: 0,
			});
		},
	);

	it.each(vendorRows())('%s: a base URL with plain http', async (_, vendor) => {
		expect(saidBy(await failWith(stage, vendor, { baseUrl: plainHttp }))).toEqual({
			message: plainHttpIn('billing.invalid'),
			description: hint,
			httpCode: undefined,
			itemIndex: 0,
		});
		expect(stage.sandbox.requests).toEqual([]);
	});

	it.each(vendorRows(VENDORS.filter(({ hasTokens }) => !hasTokens)))(
		'%s: the test says what is wrong with plain http',
		async (_, { credential }) => {
			const data = { ...stage.sandbox.credentials[credential], baseUrl: plainHttp };
			expect(await stage.engine.testCredential(credential, data)).toEqual({
				status: 'Error',
				message: `${plainHttpIn('billing.invalid')}. ${hint}`,
			});
		},
	);

	it.each(
		['', 'billing', 'ftp://127.0.0.1', 'javascript:alert(1)'].flatMap((baseUrl) =>
			VENDORS.map((vendor): [string, string, VendorOfTest] => [vendor.name, baseUrl, vendor]),
		),
	)('%s: the base URL "%s"', async (_, baseUrl, vendor) => {
		expect(saidBy(await failWith(stage, vendor, { baseUrl }))).toEqual({
			message: 'The base URL in the credential is not a valid URL',
			description: 'Enter a full URL, e.g. https://api.example.com',
			httpCode: undefined,
			itemIndex: 0,
		});
	});

	it.each(
		['https://user:pass@127.0.0.1', 'http://127.0.0.1/?a=b', 'http://127.0.0.1/#a'].flatMap(
			(baseUrl) =>
				VENDORS.map((vendor): [string, string, VendorOfTest] => [vendor.name, baseUrl, vendor]),
		),
	)('%s: the base URL %s', async (_, baseUrl, vendor) => {
		const { error } = await failWith(stage, vendor, { baseUrl });
		expect(error.message).toBe('The base URL in the credential may only contain a host and a path');
		expect(error.description).toBe('Remove the user name, password, "?", or "#" from the base URL');
	});

	it.each(vendorRows())('%s: nobody listens there', async (_, vendor) => {
		expect(saidBy(await failWith(stage, vendor, { baseUrl: 'http://127.0.0.1:1' }))).toEqual({
			message: `Could not reach ${vendor.name}: nothing is listening at 127.0.0.1:1. Tried 6 times.`,
			description: 'Check the base URL in the credential, and that n8n can reach this host',
			httpCode: undefined,
			// Whichever gave up first.
			itemIndex: expect.any(Number) as number,
		});
	});
});

describe('an id that is part of the address', () => {
	const addressed = VENDORS.filter(({ ways }) => ways[0].mode === 'id');
	const odd = ['1?a=b', '1#a', '1/2', '1%2F2'].flatMap((id) =>
		addressed.map((vendor): [string, string, VendorOfTest] => [vendor.name, id, vendor]),
	);

	it.each(odd)('%s: the id %s stays in its segment', async (_, id, vendor) => {
		await stage.run(vendor, { operation: 'get', ...byId(id) });
		const address = `${vendor.http.path}/${encodeURIComponent(id)}`;
		const paths = stage.requests.map((request) => request.path);
		expect(paths).not.toEqual([]);
		// Behind it stands nothing, or what the vendor has of that invoice.
		for (const path of paths) expect(`${path}/`).toContain(`${address}/`);
	});

	it.each(vendorRows(addressed))(
		'%s: one that nobody typed is asked for by n8n',
		async (_, vendor) => {
			const { error } = await stage.run(vendor, { operation: 'get', ...byId('') });
			expect(error.message).toMatch(/Invoice/);
			expect(stage.sandbox.requests).toEqual([]);
		},
	);
});
