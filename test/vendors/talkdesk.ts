import { normalizeLines } from '../../nodes/Talkdesk/normalize';
import { numbered } from '../bench/readers';
import { type Json, type Sandbox, all, byId, plain, vendorOfTest } from './vendor';

/** Two lines of one invoice. */
export const talkdeskLines = [
	{
		id: 'b2',
		account_id: 'acc1',
		number: 'INV77',
		invoice_line_number: '2',
		date: '2025-03-01T00:00:00.000Z',
		due_date: '2025-03-31T00:00:00.000Z',
		currency: 'usd',
		total_invoice_amount: 121,
		total_tax_amount: 21,
		product_id: 'P-2',
		product_name: 'Minutes',
		description: '02/01/2025 - 02/28/2025',
		quantity: 30,
		rate: 1.5,
		amount: 45,
		note: 'extra',
	},
	{
		id: 'a1',
		account_id: 'acc1',
		number: 'INV77',
		invoice_line_number: 1,
		date: '2025-03-01',
		due_date: '2025-03-31',
		currency: 'USD',
		total_invoice_amount: 121,
		total_tax_amount: 21,
		product_id: 'P-1',
		product_name: 'Seats',
		description: '02/01/2025 - 02/28/2025',
		quantity: 11,
		rate: 5,
		amount: 55,
	},
];

export const talkdeskDocumented = {
	id: '8f3e',
	account_id: '5ea7',
	number: 'INV13098292',
	invoice_line_number: 5,
	date: '2024-08-31',
	due_date: '2024-10-10',
	currency: 'USD',
	total_invoice_amount: 161.5,
	product_id: 'TD-LIC',
	quantity: 10,
	rate: 5,
	amount: 50,
	total_tax_amount: 10,
};

/** The lines of the invoice that stands in the middle. */
export function talkdeskInvoice({ data }: Sandbox): Json[] {
	const { number } = data.talkdesk[Math.floor(data.talkdesk.length / 2)];
	return plain(data.talkdesk.filter((line: Json) => line.number === number));
}

export const talkdesk = vendorOfTest({
	name: 'Talkdesk',
	type: 'talkdesk',
	folder: 'Talkdesk',
	credential: 'talkdeskOAuth2Api',
	secret: 'clientSecret',
	header: 'authorization',
	hasTokens: true,
	parameters: {},
	records: ({ data }) => data.talkdesk,
	key: 'id',
	id: 'number',
	newest: 'last',
	isTurned: true,
	orderedBy: 'date',
	statesTotal: true,
	paging: {
		by: 'page',
		sizeParameter: 'per_page',
		recordsPerInvoice: 2,
		ask: (size, page) => ({ query: `?order_by=date:asc&per_page=${size}&page=${page + 1}` }),
	},
	operations: [
		{
			name: 'get many',
			kind: 'list',
			parameters: () => all('getAll'),
			expected: ({ data }) => plain([...data.talkdesk].reverse()),
		},
		{
			name: 'get',
			kind: 'get',
			parameters: (sandbox) => ({
				operation: 'get',
				...byId(talkdeskInvoice(sandbox)[0].number, 'number'),
			}),
			expected: talkdeskInvoice,
		},
		{
			name: 'get many accounts',
			kind: 'list',
			path: '/accounts',
			parameters: () => all('getAll', { resource: 'account' }),
			expected: ({ data }) => plain(data.talkdeskAccounts),
			isShort: true,
			answer: (records) => ({ total: records.length, _embedded: { accounts: records } }),
		},
	],
	ways: [
		{
			mode: 'number',
			find: (sandbox) => {
				const records = talkdeskInvoice(sandbox);
				return { value: records[0].number, records };
			},
		},
	],
	notFound: { value: 'INV-NONE', message: 'Talkdesk has no invoice "INV-NONE"' },
	options: {},
	dateFilter: { name: 'dateFrom', label: 'Dated From' },
	emptyFilters: { accountId: '', dateFrom: '', query: ' ' },
	change: (line) => (line.description = `changed ${line.description}`),
	refused: {},
	accountCredential: (baseUrl, secret) => ({
		grantType: 'clientCredentials',
		region: 'custom',
		baseUrl,
		tokenUrl: `${baseUrl}/oauth/token`,
		clientId: `={{ ${secret}.split(":")[0] }}`,
		clientSecret: `={{ ${secret}.split(":")[1] }}`,
		scope: '',
	}),
	accountAnswer: (account) => ({
		total: 1,
		_links: { first: { href: '' }, last: { href: '' }, self: { href: '' } },
		_embedded: {
			invoices: [{ id: `line-${account}`, account_id: account, number: `T-${account}` }],
		},
	}),
	answers: {
		list: (records) => ({ total: records.length, _embedded: { invoices: records } }),
		error: (words) => ({
			message: words,
			description: words,
			fields: [{ name: 'header', description: words }],
		}),
		empty: [
			{ total: 0, count: 0, _links: {} },
			{ total: 0, _embedded: {} },
			{ total: 0, page: 1, per_page: 50, total_pages: 0, _embedded: { invoices: [] } },
		],
		refusals: [
			{
				body: { total: 0, _embedded: { invoices: [] }, code: '71', message: 'Try later' },
				words: 'Try later',
			},
			{ body: { code: '71', message: 'Try later' }, words: 'Try later' },
		],
		wrong: [
			{
				what: 'another number',
				invoiceId: byId('INV1', 'number'),
				body: { total: 1, _embedded: { invoices: [talkdeskDocumented] } },
				message: 'Talkdesk returned "INV13098292" instead of invoice "INV1"',
			},
		],
		documented: {
			record: talkdeskDocumented,
			invoiceId: byId('INV13098292', 'number'),
			expected: {
				totalAmount: '161.5',
				subTotal: '151.5',
				lineItems: [{ lineNumber: 5, amount: '50' }],
			},
		},
		odd: [
			{ ...talkdeskDocumented, extra: '@@' },
			{ ...talkdeskDocumented, id: undefined, number: undefined, extra: '@@' },
		],
	},
	normalizers: [
		{
			name: 'Talkdesk',
			record: talkdeskLines[0],
			normalize: (line, context) => normalizeLines([line], context)[0],
			immaterial: [],
			amounts: ['amount', 'quantity', 'rate', 'total_invoice_amount', 'total_tax_amount'],
			others: { currency: 'SEK' },
		},
	],
	http: {
		path: '/express/invoices',
		query: { order_by: 'date:asc', per_page: '250' },
		each: { type: 'qs', name: 'page', value: '={{ $pageCount + 1 }}' },
		done: '={{ $response.body.page >= $response.body.total_pages }}',
		records: '_embedded.invoices',
		rows: {
			sharedBy: 'number',
			fields: {
				invoiceNumber: '={{ $json.number }}',
				supplierName: 'Talkdesk',
				issueDate: '={{ $json.date.slice(0, 10) }}',
				dueDate: '={{ $json.due_date?.slice(0, 10) ?? null }}',
				status: 'unknown',
				type: "={{ $json.total_invoice_amount < 0 ? 'creditNote' : 'invoice' }}",
				currency: '={{ $json.currency }}',
				signedTotal: '={{ $json.total_invoice_amount }}',
				accountId: "={{ $json.account_id ?? $json['account ID'] }}",
				invoiceId: '={{ $json.number }}',
				dedupeKey:
					"={{ 'talkdesk:' + ($json.account_id ?? $json['account ID']) + ':' + $json.number }}",
			},
		},
		targets: { raw: 0.3, code: 0.25 },
	},
	paths: /^\/express\/invoices$/,
	read: numbered(async (get, page) => {
		const params = { order_by: 'date:asc', page: page + 1, per_page: 250 };
		const body = await get('/express/invoices', { params });
		return { records: body._embedded.invoices, pages: body.total_pages };
	}, 250),
	normalizing: [
		{
			name: 'Talkdesk',
			function: 'normalizeLines',
			records: ({ data }) => data.talkdesk,
			lineNumber: 'invoice_line_number',
		},
	],
	onScreen: {
		trade: 'contact center',
		offers: ['Get many accounts', 'Get invoice', 'Get many invoices'],
		region: 'Custom',
		typed: ['baseUrl', 'tokenUrl', 'clientId', 'clientSecret'],
		refusal: 'Client authentication failed',
		numbers: ({ data }) => [
			...new Set<string>(data.talkdesk.map(({ number }: Json) => number).reverse()),
		],
		pictures: ['get'],
	},
	total: (line, add) => ({
		currency: line.currency.toUpperCase(),
		total: add([line.total_invoice_amount]),
	}),
});
