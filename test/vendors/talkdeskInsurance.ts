import { normalizeInvoice } from '../../nodes/TalkdeskInsurance/normalize';
import { type Json, type Sandbox, all, byId, plain, vendorOfTest } from './vendor';

/** An account that has to be encoded to stand in a path. */
export const ACCOUNT = 'Müller & Söhne 7';

export const insuranceInvoice = {
	amount: '100.10',
	due_amount: '60.10',
	paid_amount: '40.00',
	invoice_bill_date: '2025-01-15',
	invoice_due_date: '2025-02-15',
	invoice_number: 'B-1',
	status: 'Partially paid',
	invoice_items_details: [
		{
			amount: '100.10',
			category: 'Premium',
			description: 'Household',
			installment_number: 3,
			paid_amount: '40.00',
			policy_number: 'POL-9',
			product: 'Home',
		},
	],
};

const insuranceDocumented = {
	invoice_number: '1000000001',
	invoice_bill_date: '2023-07-01',
	invoice_due_date: '2023-07-22',
	status: 'Due',
	amount: '3700.00 usd',
	paid_amount: '1000.00 usd',
	due_amount: '2700.00 usd',
	custom_fields: [{ key: 'claim_custom_fields', value: '000000' }],
};

const isUnpaid = ({ amount, due_amount }: Json): boolean =>
	parseFloat(amount) >= 0 && parseFloat(due_amount) > 0;

const PATH = `/BillingInfoAPI/accountinvoices/${encodeURIComponent(ACCOUNT)}`;

const records = ({ data }: Sandbox, { accountId = ACCOUNT }: Json = {}): Json[] =>
	data.talkdeskInsurance[accountId];

export const talkdeskInsurance = vendorOfTest({
	name: 'Talkdesk Insurance',
	type: 'talkdeskInsurance',
	folder: 'TalkdeskInsurance',
	credential: 'talkdeskInsuranceApi',
	secret: 'headerValue',
	header: 'authorization',
	secretPrefix: 'Bearer ',
	parameters: { accountId: ACCOUNT },
	everyParameters: ({ insuranceAccounts }) =>
		insuranceAccounts.map((accountId: string) => ({ accountId })),
	records,
	key: 'invoice_number',
	id: 'invoice_number',
	newest: 'last',
	lines: 'invoice_items_details',
	statesTotal: true,
	size: 36,
	operations: [
		{
			name: 'get many',
			kind: 'list',
			parameters: () => all('getAll', { accountId: ACCOUNT }),
			expected: (sandbox) => plain(records(sandbox)),
		},
		{
			name: 'get',
			kind: 'get',
			parameters: (sandbox) => ({
				operation: 'get',
				accountId: ACCOUNT,
				...byId(records(sandbox)[3].invoice_number, 'number'),
			}),
			expected: (sandbox) => [plain(records(sandbox)[3])],
		},
		{
			name: 'get many unpaid',
			kind: 'list',
			isUnpaid: true,
			parameters: () => all('getUnpaid', { accountId: ACCOUNT }),
			expected: (sandbox) => plain(records(sandbox).filter(isUnpaid)),
		},
	],
	ways: [
		{
			mode: 'number',
			find: (sandbox) => {
				const record = records(sandbox)[2];
				return { value: record.invoice_number, records: [record] };
			},
		},
	],
	notFound: {
		value: 'B-NONE',
		message: `Talkdesk Insurance has no invoice "B-NONE" for this account (account "${ACCOUNT}")`,
	},
	options: { currency: true },
	isUnpaid,
	change: (record) => (record.status = `changed ${record.status}`),
	pay: (record) => Object.assign(record, { paid_amount: record.amount, due_amount: '0.00' }),
	otherContent: { status: 'another' },
	refused: { wrong: '401: You are not signed in' },
	accountCredential: (baseUrl, secret) => ({
		baseUrl,
		invoicesPath: '/invoices/{accountId}',
		headerName: 'Authorization',
		headerValue: `={{ "Bearer " + ${secret} }}`,
	}),
	accountAnswer: (account) => ({
		total: 1,
		_embedded: { invoices: [{ invoice_number: `T-${account}` }] },
	}),
	answers: {
		list: (list) => ({ total: list.length, _embedded: { invoices: list } }),
		error: (words) => ({ userMessage: words, developerMessage: words }),
		empty: [
			{ total: 0 },
			{ total: 0, _embedded: {} },
			{ total: 0, _embedded: { invoices: [] } },
			[],
		],
		refusals: [
			{
				body: { total: 0, errorCode: 'X', userMessage: 'Bridge is down' },
				words: 'Bridge is down',
			},
		],
		wrong: [],
		documented: {
			record: insuranceDocumented,
			invoiceId: byId('1000000001', 'number'),
			expected: {
				totalAmount: '3700.00',
				amountPaid: '1000.00',
				amountDue: '2700.00',
				currency: 'USD',
				status: 'partiallyPaid',
				customFields: [{ key: 'claim_custom_fields', value: '000000' }],
				warnings: [],
			},
			paid: { status: 'Paid', paid_amount: '3700.00 usd', due_amount: '0.00 usd' },
		},
		odd: [{ ...insuranceInvoice, invoice_number: undefined, extra: '@@' }],
	},
	normalizers: [
		{
			name: 'Talkdesk Insurance',
			record: insuranceInvoice,
			normalize: normalizeInvoice,
			immaterial: [],
			amounts: ['amount', 'due_amount', 'installment_number', 'paid_amount'],
		},
	],
	paths: /^\/BillingInfoAPI\/accountinvoices\/[^/]+$/,
	http: {
		path: PATH,
		records: '_embedded.invoices',
		rows: {
			fields: {
				invoiceNumber: '={{ $json.invoice_number }}',
				supplierName: 'Talkdesk Insurance',
				issueDate: '={{ $json.invoice_bill_date.slice(0, 10) }}',
				dueDate: '={{ $json.invoice_due_date?.slice(0, 10) ?? null }}',
				status:
					"={{ parseFloat($json.due_amount) === 0 ? 'paid' : parseFloat($json.paid_amount) === 0 ? 'open' : 'partiallyPaid' }}",
				type: "={{ parseFloat($json.amount) < 0 ? 'creditNote' : 'invoice' }}",
				currency: "={{ $json.amount.split(' ')[1]?.toUpperCase() ?? null }}",
				signedTotal: '={{ parseFloat($json.amount) }}',
				amountDue: '={{ parseFloat($json.due_amount) }}',
				accountId: ACCOUNT,
				invoiceId: '={{ $json.invoice_number }}',
				dedupeKey: `={{ 'talkdeskInsurance:${encodeURIComponent(ACCOUNT)}:' + $json.invoice_number }}`,
			},
		},
	},
	read: async (get) => (await get(PATH))._embedded.invoices,
	normalizing: [
		{
			name: 'Talkdesk Insurance',
			function: 'normalizeInvoice',
			records,
			lines: 'invoice_items_details',
		},
	],
	onScreen: {
		trade: 'insurance',
		offers: ['On invoice paid', 'Get invoice', 'Get many invoices', 'Get many unpaid invoices'],
		typed: ['baseUrl', 'testAccountId', 'headerValue'],
		refusal: 'Authentication failed (HTTP 401). Check the secret and that it may read invoices',
		numbers: (sandbox) => records(sandbox).map((invoice) => invoice.invoice_number),
	},
	// The currency is written behind some amounts.
	total: ({ amount }, add, usual) => {
		const [number, code = usual] = amount.split(' ');
		return { currency: code?.toUpperCase() ?? null, total: add([number]) };
	},
});
