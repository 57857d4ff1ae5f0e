import { normalizeInvoice, normalizeMonthToDate } from '../../nodes/Fastly/normalize';
import { type Json, all, byId, plain, vendorOfTest } from './vendor';

export const fastlyInvoice = {
	customer_id: 'cust1',
	invoice_id: 'INV-900100',
	invoice_posted_on: '2025-02-03T04:05:06Z',
	billing_start_date: '2025-01-01T00:00:00.000Z',
	billing_end_date: '2025-01-31T23:59:59.000Z',
	statement_number: 'INV-900100',
	payment_status: 'outstanding',
	currency_code: 'EUR',
	monthly_transaction_amount: 12.3,
	transaction_line_items: [
		{
			description: 'Bandwidth Europe',
			amount: 13.3,
			credit_coupon_code: null,
			rate: 1e-7,
			units: 133000000,
			product_name: 'CDN',
			product_group: 'Delivery',
			product_line: 'Network',
			region: 'Europe',
			usage_type: 'Bandwidth',
		},
		{
			description: 'Coupon',
			amount: -1,
			credit_coupon_code: 'WELCOME',
			ProductName: 'Credit',
			ProductGroup: 'Credits',
			ProductLine: 'None',
			Region: 'World',
			UsageType: 'Flat',
		},
	],
};

/** As a closed invoice was recorded. */
const fastlyRecorded = {
	customer_id: 'c1',
	invoice_id: 'INV-375119',
	invoice_posted_on: '2026-07-01T00:00:00Z',
	billing_start_date: '2026-07-01T00:00:00Z',
	billing_end_date: '2026-07-31T00:00:00Z',
	statement_number: 'INV-375119',
	currency_code: 'USD',
	monthly_transaction_amount: 6604.19,
	payment_status: 'outstanding',
	transaction_line_items: [
		{
			description: 'Requests',
			amount: 6604.19,
			credit_coupon_code: '',
			rate: 0.002,
			units: 3302095,
			product_group: 'Full Site Delivery',
		},
	],
};

const amounts = ['amount', 'monthly_transaction_amount', 'rate', 'units'];

const isUnpaid = ({ payment_status, monthly_transaction_amount }: Json): boolean =>
	payment_status !== 'paid' && monthly_transaction_amount >= 0;

export const fastly = vendorOfTest({
	name: 'Fastly',
	type: 'fastly',
	folder: 'Fastly',
	credential: 'fastlyApi',
	secret: 'apiToken',
	header: 'fastly-key',
	parameters: {},
	records: ({ data }) => data.fastly,
	key: 'invoice_id',
	id: 'invoice_id',
	account: 'customer_id',
	newest: 'first',
	orderedBy: 'billing_start_date',
	lines: 'transaction_line_items',
	statesTotal: true,
	paging: {
		by: 'cursor',
		sizeParameter: 'limit',
	},
	operations: [
		{
			name: 'get many',
			kind: 'list',
			parameters: () => all('getAll'),
			expected: ({ data }) => plain(data.fastly),
		},
		{
			name: 'get',
			kind: 'get',
			parameters: ({ data }) => ({ operation: 'get', ...byId(data.fastly[7].invoice_id) }),
			expected: ({ data }) => [plain(data.fastly[7])],
		},
		{
			name: 'get month to date',
			kind: 'estimate',
			parameters: () => ({ operation: 'getMonthToDate' }),
			expected: () => [
				{
					customer_id: expect.any(String),
					invoice_id: expect.stringMatching(/^\w+-\d+$/),
					billing_start_date: expect.stringMatching(/-01T00:00:00.000Z$/),
					billing_end_date: expect.any(String),
					statement_number: '',
					monthly_transaction_amount: expect.stringMatching(/^\d+(\.\d+)?$/),
					transaction_line_items: expect.any(Array),
				},
			],
		},
		{
			name: 'get many unpaid',
			kind: 'list',
			isUnpaid: true,
			parameters: () => all('getUnpaid'),
			expected: ({ data }) => plain(data.fastly.filter(isUnpaid)),
		},
	],
	ways: [
		{
			mode: 'id',
			find: ({ data }) => ({ value: data.fastly[33].invoice_id, records: [data.fastly[33]] }),
			isNumeric: true,
		},
	],
	notFound: {
		value: '99999999',
		message: 'Fastly has no invoice "99999999" (404): Nothing found',
		httpCode: '404',
	},
	// Of the month to date only.
	options: {},
	dateFilter: { name: 'billingStartDate', label: 'Billing Start Date' },
	emptyFilters: { billingStartDate: '', billingEndDate: '' },
	isUnpaid,
	change: (record) => (record.monthly_transaction_amount += 1),
	pay: (record) => (record.payment_status = 'paid'),
	otherContent: { statement_number: 'another' },
	refused: {
		wrong: '401: Not authenticated: The token is missing or wrong',
		powerless: '403: Not allowed: This token may not read invoices',
	},
	accountCredential: (baseUrl, secret) => ({ baseUrl, apiToken: `={{ ${secret} }}` }),
	accountAnswer: (account) => ({ data: [{ invoice_id: `T-${account}` }], meta: { total: 1 } }),
	answers: {
		list: (records) => ({ data: records, meta: { total: records.length } }),
		one: (record) => record,
		error: (words) => ({
			msg: words,
			detail: words,
			errors: [{ title: words, detail: words }],
		}),
		empty: [{ data: [], meta: { next_cursor: '', limit: 0, total: 0 } }],
		refusals: [
			{
				body: { data: [], meta: {}, errors: [{ title: 'No', detail: 'billing' }] },
				words: 'No: billing',
			},
			{ body: { data: [], msg: 'token expired' }, words: 'token expired' },
		],
		wrong: [
			{
				what: 'another object',
				invoiceId: byId('INV-1'),
				body: { ok: true },
				message: 'Fastly did not return invoice "INV-1"',
			},
			{
				what: 'words',
				invoiceId: byId('INV-1'),
				body: { msg: 'token expired' },
				message: 'Fastly did not return invoice "INV-1": token expired',
			},
			{
				what: 'another invoice',
				invoiceId: byId('INV-1'),
				body: fastlyRecorded,
				message: 'Fastly returned "INV-375119" instead of invoice "INV-1"',
			},
		],
		documented: {
			record: fastlyRecorded,
			invoiceId: byId('INV-375119'),
			expected: {
				id: 'INV-375119',
				dedupeKey: 'fastly:-:INV-375119',
				status: 'open',
				sourceStatus: 'outstanding',
				warnings: [],
			},
			paid: { payment_status: 'paid' },
		},
		odd: [{ ...fastlyRecorded, invoice_id: undefined, extra: '@@' }],
	},
	normalizers: [
		{
			name: 'Fastly',
			record: fastlyInvoice,
			normalize: normalizeInvoice,
			immaterial: ['customer_id', 'statement_number'],
			amounts,
			others: { currency_code: 'SEK' },
		},
		{
			name: 'Fastly, month to date',
			record: fastlyInvoice,
			normalize: normalizeMonthToDate,
			// Its id tells the moment of the request.
			immaterial: ['invoice_id', 'invoice_posted_on', 'payment_status', 'statement_number'],
			amounts,
			others: { currency_code: 'SEK' },
		},
	],
	http: {
		path: '/billing/v3/invoices',
		query: { limit: '200' },
		each: { type: 'qs', name: 'cursor', value: '={{ $response.body?.meta?.next_cursor }}' },
		done: '={{ !$response.body.meta.next_cursor }}',
		records: 'data',
		rows: {
			fields: {
				invoiceNumber: '={{ $json.invoice_id }}',
				supplierName: 'Fastly',
				issueDate: '={{ $json.invoice_posted_on?.slice(0, 10) ?? null }}',
				status:
					"={{ $json.payment_status === 'outstanding' ? 'open' : $json.payment_status ?? 'unknown' }}",
				type: "={{ $json.monthly_transaction_amount < 0 ? 'creditNote' : 'invoice' }}",
				currency: '={{ $json.currency_code.toUpperCase() }}',
				signedTotal: '={{ $json.monthly_transaction_amount }}',
				accountId: '={{ $json.customer_id }}',
				invoiceId: '={{ $json.invoice_id }}',
				dedupeKey: "={{ 'fastly:-:' + $json.invoice_id }}",
			},
		},
		targets: { raw: 0.9, code: 0.6 },
	},
	paths: /^\/billing\/v3\/invoices\/[^/]+$/,
	read: async (get) => {
		const pages: Json[][] = [];
		let cursor: string | undefined;
		do {
			const body = await get('/billing/v3/invoices', { params: { limit: 200, cursor } });
			pages.push(body.data);
			cursor = body.meta.next_cursor;
		} while (cursor);
		return pages.flat();
	},
	normalizing: [
		{
			name: 'Fastly',
			function: 'normalizeInvoice',
			records: ({ data }) => data.fastly,
			lines: 'transaction_line_items',
		},
	],
	onScreen: {
		trade: 'cdn',
		offers: [
			'On invoice paid',
			'Get invoice',
			'Get many invoices',
			'Get many unpaid invoices',
			'Get month-to-date charges',
		],
		typed: ['baseUrl', 'apiToken'],
		refusal: 'Authentication failed (HTTP 401). Check the secret and that it may read invoices',
		numbers: ({ data }) => data.fastly.map((record: Json) => record.invoice_id),
		pictures: ['credential'],
	},
	total: (record, add) => ({
		currency: record.currency_code.toUpperCase(),
		total: add([record.monthly_transaction_amount]),
	}),
});
