import { normalizeInvoice } from '../../nodes/CarrierX/normalize';
import { numbered } from '../bench/readers';
import { type Json, STRANGE_UUID, all, byId, pdfItem, plain, vendorOfTest } from './vendor';

export const carrierXInvoice = {
	amount: '10.50',
	amount_due: '99.25',
	amount_tax: '2.10',
	balance_forward: '88.75',
	balance_previous: '-5.00',
	date_billing_period_start: '2025-01-20T00:00:00.000Z',
	date_billing_period_end: '2025-02-19T23:59:59.000Z',
	date_charge_expected: '2025-02-19T23:59:59.000Z',
	date_charged: '2025-02-20T08:00:00.000Z',
	date_created: '2025-01-19T23:30:01.000Z',
	date_issued: '2025-02-18T10:00:00.000Z',
	display_id: '012',
	invoice_sid: 'sid-1',
	partner_sid: 'partner-1',
	paid: false,
	status: 'open',
	invoice_items: [
		{
			amount: '10.00',
			country_code: 'USA',
			date_billing_period_start: '2025-01-20T00:00:00.000Z',
			date_billing_period_end: '2025-02-19T23:59:59.000Z',
			direction: 'inbound',
			type: 'toll',
			usage: 600,
		},
		{ amount: 0.5, country_code: 'CAN', type: 'sms', usage: 2 },
	],
	pay_items: [{ amount: '3.25', date_created: '2025-02-10T00:00:00Z', type: 'card' }],
	tax_items: [{ amount: '2.10', jurisdiction: 'federal', type: 'usf' }],
};

/** As the vendor documents a bill. */
const carrierXDocumented = {
	amount: '0.38',
	amount_due: '0',
	amount_tax: '0.32',
	balance_forward: '-0.45',
	balance_previous: '-351.91',
	date_billing_period_end: '2025-01-19T23:59:59.000Z',
	date_billing_period_start: '2024-12-20T00:00:00.000Z',
	date_charged: null,
	date_created: '2024-12-19T23:30:01.000Z',
	date_issued: null,
	display_id: '004',
	invoice_items: [{ amount: '0.37' }, { amount: '0.01' }, { amount: '0' }],
	invoice_sid: 'sid-4',
	paid: false,
	partner_sid: 'p1',
	pay_items: [],
	status: 'open',
	tax_items: [{ amount: '0.32', jurisdiction: 'federal', type: 'usf' }],
};

const isUnpaid = ({ paid, amount }: Json): boolean => !paid && Number(amount) >= 0;

export const carrierX = vendorOfTest({
	name: 'CarrierX',
	type: 'carrierX',
	folder: 'CarrierX',
	credential: 'carrierXApi',
	secret: 'accessToken',
	header: 'authorization',
	parameters: {},
	records: ({ data }) => data.carrierX,
	key: 'invoice_sid',
	id: 'invoice_sid',
	account: 'partner_sid',
	newest: 'last',
	isTurned: true,
	orderedBy: 'date_created',
	lines: 'invoice_items',
	statesTotal: true,
	paging: {
		by: 'offset',
		sizeParameter: 'limit',
		ask: (size, page) => ({
			query: `?order=date_created%20asc&limit=${size}&offset=${page * size}`,
		}),
	},
	operations: [
		{
			name: 'get many',
			kind: 'list',
			parameters: () => all('getAll'),
			expected: ({ data }) => plain([...data.carrierX].reverse()),
		},
		{
			name: 'get',
			kind: 'get',
			parameters: ({ data }) => ({ operation: 'get', ...byId(data.carrierX[11].invoice_sid) }),
			expected: ({ data }) => [plain(data.carrierX[11])],
		},
		{
			name: 'get many unpaid',
			kind: 'list',
			isUnpaid: true,
			parameters: () => all('getUnpaid'),
			expected: ({ data }) => plain([...data.carrierX].reverse().filter(isUnpaid)),
		},
		{
			name: 'download PDF',
			kind: 'pdf',
			path: '.pdf',
			parameters: ({ data }) => ({
				operation: 'downloadPdf',
				...byId(data.carrierX[5].invoice_sid),
			}),
			expected: ({ data }) => {
				const { invoice_sid, display_id } = data.carrierX[5];
				return [pdfItem('carrierX', invoice_sid, display_id, `${display_id}-${invoice_sid}`)];
			},
			requests: 2,
		},
	],
	ways: [
		{
			mode: 'id',
			find: ({ data }) => ({ value: data.carrierX[33].invoice_sid, records: [data.carrierX[33]] }),
		},
	],
	notFound: {
		value: STRANGE_UUID,
		message: `CarrierX has no invoice "${STRANGE_UUID}" (404): There is no such invoice`,
		httpCode: '404',
	},
	options: { currency: true },
	dateFilter: { name: 'createdFrom', label: 'Created From' },
	emptyFilters: { createdFrom: '', query: '' },
	isUnpaid,
	change: (record) => (record.display_id = `changed ${record.display_id}`),
	pay: (record) => (record.paid = true),
	otherContent: { status: 'another' },
	refused: {
		wrong: '401: The token is missing or wrong',
		powerless: '403: The token has no scope for invoices',
	},
	accountCredential: (baseUrl, secret) => ({ baseUrl, accessToken: `={{ ${secret} }}` }),
	accountAnswer: (account) => ({
		items: [{ invoice_sid: `T-${account}` }],
		total: 1,
		has_more: false,
	}),
	answers: {
		list: (records) => ({ items: records, total: records.length, has_more: false }),
		one: (record) => record,
		error: (words) => ({ errors: [{ message: words }], message: words }),
		empty: [{ count: 0, has_more: false, items: [], limit: 10, offset: 0, total: 0 }],
		refusals: [{ body: { items: [], total: 0, errors: ['quota'] }, words: 'quota' }],
		wrong: [
			{
				what: 'words',
				invoiceId: byId('s1'),
				body: { errors: ['no'] },
				message: 'CarrierX did not return invoice "s1": no',
			},
			{
				what: 'a list',
				invoiceId: byId('s1'),
				body: { items: [] },
				message: 'CarrierX did not return invoice "s1"',
			},
			{
				what: 'another invoice',
				invoiceId: byId('s1'),
				body: carrierXDocumented,
				message: 'CarrierX returned "sid-4" instead of invoice "s1"',
			},
		],
		documented: {
			record: carrierXDocumented,
			invoiceId: byId('sid-4'),
			expected: {
				status: 'open',
				subTotal: '0.38',
				totalAmount: '0.70',
				amountDue: null,
				accountBalance: { due: '0', previous: '-351.91' },
				notes: ['CURRENCY_NOT_STATED', 'ISSUE_DATE_MISSING'],
				warnings: [],
			},
			paid: { paid: true },
		},
		odd: [{ ...carrierXDocumented, invoice_sid: undefined, invoice_items: [{ extra: '@@' }] }],
	},
	normalizers: [
		{
			name: 'CarrierX',
			record: carrierXInvoice,
			normalize: normalizeInvoice,
			immaterial: ['date_charge_expected', 'date_created', 'partner_sid'],
			amounts: [
				'amount',
				'amount_due',
				'amount_tax',
				'balance_forward',
				'balance_previous',
				'usage',
			],
		},
	],
	pdfPath: (id) => `/billing/invoices/${id}.pdf`,
	renumber: (_, record, number) => (record.display_id = number),
	paths: /^\/billing\/invoices\/[^/]+$/,
	http: {
		path: '/billing/invoices',
		query: { order: 'date_created asc', limit: '1000' },
		each: { type: 'qs', name: 'offset', value: '={{ $pageCount * 1000 }}' },
		done: '={{ !$response.body.has_more }}',
		records: 'items',
		rows: {
			fields: {
				invoiceNumber: '={{ $json.display_id }}',
				supplierName: 'CarrierX',
				issueDate: '={{ $json.date_issued?.slice(0, 10) ?? null }}',
				status: "={{ $json.paid ? 'paid' : $json.status }}",
				type: "={{ $json.amount < 0 ? 'creditNote' : 'invoice' }}",
				// The amount before tax, where the items prove that it is that.
				signedTotal:
					'={{ Math.abs($json.invoice_items.reduce((sum, item) => sum + Number(item.amount), 0) - $json.amount) < 0.00005 ? Math.round((Number($json.amount) + Number($json.amount_tax)) * 10000) / 10000 : null }}',
				accountId: '={{ $json.partner_sid }}',
				invoiceId: '={{ $json.invoice_sid }}',
				dedupeKey: "={{ 'carrierX:-:' + $json.invoice_sid }}",
			},
		},
		targets: { raw: 0.9, code: 0.6 },
	},
	read: numbered(async (get, page) => {
		const params = { order: 'date_created asc', limit: 1000, offset: page * 1000 };
		const body = await get('/billing/invoices', { params });
		return { records: body.items, pages: Math.ceil(body.total / 1000) };
	}, 1000),
	normalizing: [
		{
			name: 'CarrierX',
			function: 'normalizeInvoice',
			records: ({ data }) => data.carrierX,
			lines: 'invoice_items',
		},
	],
	onScreen: {
		trade: 'voip',
		offers: [
			'On invoice paid',
			'Download invoice PDF',
			'Get invoice',
			'Get many invoices',
			'Get many unpaid invoices',
		],
		typed: ['baseUrl', 'accessToken'],
		refusal: 'Authentication failed (HTTP 401). Check the secret and that it may read invoices',
		numbers: ({ data }) => data.carrierX.map((record: Json) => record.display_id).reverse(),
		pictures: ['pdf', 'trigger'],
	},
	// Amount and tax, where the items make the amount; otherwise nobody knows.
	total: ({ amount, amount_tax: tax, invoice_items: items }, add, usual) => {
		const made = add(items.map((item: Json) => item.amount));
		return { currency: usual, total: made === add([amount]) ? add([amount, tax]) : null };
	},
});
