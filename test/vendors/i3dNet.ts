import { normalizeDetail, normalizeListed } from '../../nodes/I3dNet/normalize';
import { numbered } from '../bench/readers';
import { type Json, all, byId, pdfItem, plain, vendorOfTest } from './vendor';

export const i3dNetListed = {
	id: '4711',
	creationDate: 1735776000,
	dueDate: 1738454400,
	invoiceNumber: '2025-0042',
	invoiceHash: 'h',
	description: 'Servers',
	currency: 'EUR',
	currencySign: '€',
	amountIncVAT: '12100',
	amountExclVAT: '10000',
	paymentStatus: 0,
	paymentDate: 0,
	isCredit: 0,
	remainingAmount: '7100',
	totalPaidAmount: '5000',
};

export const i3dNetDetail = {
	id: 4711,
	creationDate: '2025-01-02 10:00:00',
	dueDate: '2025-02-02 10:00:00',
	invoiceNumber: '2025-0042',
	invoiceHash: 'h',
	clientNumber: 'C-1',
	paymentTerm: 30,
	currency: 'Euro',
	currencySign: '€',
	vatPercentage: 21,
	vatAmount: '2100',
	amountIncVat: '12100',
	amountExclVat: '10000',
	paymentStatus: 1,
	paymentDate: 1737000000,
	isCredit: 0,
	items: [
		{
			orderId: '5',
			description: 'Server',
			periodFrom: 1735776000,
			periodTo: '2025-01-31',
			remarks: 'r',
			quantity: 2,
			setupCosts: '0',
			unitPrice: '5000',
			vatPercentage: 21,
			vatAmount: '2100',
			amountIncVat: '12100',
			amountExclVat: '10000',
		},
	],
	clientDetails: {},
	companyDetails: {},
};

const isUnpaid = ({ isCredit, remainingAmount }: Json): boolean =>
	isCredit === 0 && Number(remainingAmount) !== 0;

const CURRENCIES: Record<string, string> = {
	Euro: 'EUR',
	'US Dollar': 'USD',
	'Pound Sterling': 'GBP',
	'Japanese Yen': 'JPY',
};

const isDigits = ({ invoiceNumber }: Json): boolean => /^\d+$/.test(invoiceNumber);

export const i3dNet = vendorOfTest({
	name: 'i3D.net',
	type: 'i3dNet',
	folder: 'I3dNet',
	credential: 'i3dNetApi',
	secret: 'privateToken',
	header: 'private-token',
	parameters: {},
	records: ({ data }) => data.i3dNet,
	key: 'id',
	id: 'id',
	newest: 'first',
	statesTotal: false,
	paging: {
		by: 'range',
		ask: (size, page) => ({
			headers: { 'RANGED-DATA': `start=${page * size},results=${size}` },
		}),
		startOf: ({ headers }) => Number(/start=(\d+)/.exec(headers['ranged-data'])?.[1] ?? 0),
	},
	operations: [
		{
			name: 'get many',
			kind: 'list',
			parameters: () => all('getAll'),
			expected: ({ data }) => plain(data.i3dNet),
			// The list, an empty answer behind it and one a page further, and the list as it was.
			requests: 4,
		},
		{
			name: 'get',
			kind: 'get',
			parameters: ({ data }) => ({ operation: 'get', ...byId(data.i3dNet[4].id) }),
			expected: ({ data }) => [plain(data.i3dNetDetails[data.i3dNet[4].id])],
		},
		{
			name: 'get many unpaid',
			kind: 'list',
			isUnpaid: true,
			parameters: () => all('getUnpaid'),
			expected: ({ data }) => plain(data.i3dNet.filter(isUnpaid)),
			// As above.
			requests: 4,
		},
		{
			name: 'download PDF',
			kind: 'pdf',
			path: '/pdf',
			parameters: ({ data }) => ({ operation: 'downloadPdf', ...byId(data.i3dNet[6].id) }),
			expected: ({ data }) => {
				const { id, invoiceNumber } = data.i3dNet[6];
				return [pdfItem('i3dNet', id, invoiceNumber, invoiceNumber)];
			},
			requests: 2,
		},
	],
	ways: [
		{
			mode: 'id',
			find: ({ data }) => {
				const { id } = data.i3dNet[33];
				return { value: id, records: [data.i3dNetDetails[id]] };
			},
			isNumeric: true,
		},
		{
			mode: 'number',
			find: ({ data }) => {
				const { id, invoiceNumber } = data.i3dNet.find(isDigits);
				return { value: invoiceNumber, records: [data.i3dNetDetails[id]] };
			},
			isNumeric: true,
		},
	],
	notFound: {
		value: '1',
		message:
			'i3D.net has no invoice "1" (404): There is no such invoice; invoiceId: There is no such invoice',
		httpCode: '404',
	},
	options: { timeZone: true },
	emptyFilters: { description: '' },
	isUnpaid,
	change: (record) => (record.description = `changed ${record.description}`),
	pay: (record) =>
		Object.assign(record, { remainingAmount: '0', totalPaidAmount: record.amountIncVAT }),
	otherContent: { description: 'another' },
	// The list, what is empty behind it, and the list again.
	refused: { wrong: '403: Invalid credentials' },
	accountCredential: (baseUrl, secret) => ({ baseUrl, privateToken: `={{ ${secret} }}` }),
	accountAnswer: (account) => [{ id: account, invoiceNumber: `T-${account}` }],
	answers: {
		isTestedWithAnother: true,
		list: (records) => records,
		error: (words) => ({
			errorMessage: words,
			errors: [{ property: words, message: words }],
		}),
		empty: [[]],
		refusals: [{ body: { errorCode: 1, errorMessage: 'Not now', errors: [] }, words: 'Not now' }],
		wrong: [
			{
				what: 'none',
				invoiceId: byId(123),
				body: [],
				message: 'i3D.net has no invoice "123"',
			},
			{
				what: 'another invoice',
				invoiceId: byId(123),
				body: [{ id: 999 }],
				message: 'i3D.net returned "999" instead of invoice "123"',
			},
			{
				what: 'another number',
				invoiceId: byId('2024/5', 'number'),
				body: [{ id: 9, invoiceNumber: '2024/6' }],
				message: 'i3D.net returned "2024/6" instead of invoice number "2024/5"',
			},
			{
				what: 'an id that is not exact',
				invoiceId: byId('9007199254740993'),
				body: [{ id: 2 ** 53 }],
				message: '"id" in i3D.net\'s response is too large to be exact: 9007199254740992',
			},
		],
		odd: [{ invoiceNumber: 'A', extra: '@@' }],
	},
	normalizers: [
		{
			name: 'i3D.net, list',
			record: i3dNetListed,
			normalize: normalizeListed,
			immaterial: ['currencySign', 'invoiceHash'],
			amounts: [],
			others: { currency: 'SEK', isCredit: 1 },
		},
		{
			name: 'i3D.net, detail',
			record: i3dNetDetail,
			normalize: normalizeDetail,
			immaterial: [
				'clientDetails',
				'clientNumber',
				'companyDetails',
				'currencySign',
				'invoiceHash',
				'items',
				'paymentTerm',
				'vatPercentage',
			],
			amounts: ['quantity', 'vatPercentage'],
			others: { currency: 'SEK', isCredit: 1 },
		},
	],
	pdfPath: (id) => `/v3/account/invoice/${id}/pdf`,
	renumber: ({ data }, { id }, number) => (data.i3dNetDetails[id].invoiceNumber = number),
	paths: /^\/v3\/account\/invoice\/(number\/)?[^/]+(\/pdf)?$/,
	http: {
		path: '/v3/account/invoice',
		each: {
			type: 'headers',
			name: 'RANGED-DATA',
			value: '=start={{ $pageCount * 100 }},results=100',
		},
		done: '={{ $response.body.length < 100 }}',
		detailPath: (id) => `/v3/account/invoice/${id}`,
		rows: {
			fields: {
				invoiceNumber: '={{ $json.invoiceNumber }}',
				supplierName: 'i3D.net',
				issueDate:
					"={{ DateTime.fromSeconds($json.creationDate, { zone: 'Europe/Amsterdam' }).toISODate() }}",
				dueDate:
					"={{ DateTime.fromSeconds($json.dueDate, { zone: 'Europe/Amsterdam' }).toISODate() }}",
				status:
					"={{ $json.remainingAmount === '0' ? 'paid' : $json.totalPaidAmount === '0' ? 'open' : 'partiallyPaid' }}",
				type: "={{ $json.isCredit ? 'creditNote' : 'invoice' }}",
				currency:
					"={{ ({ Euro: 'EUR', 'US Dollar': 'USD', 'Pound Sterling': 'GBP' })[$json.currency] ?? $json.currency }}",
				signedTotal: '={{ (($json.isCredit ? -1 : 1) * Math.abs($json.amountIncVAT)) / 100 }}',
				// It comes in cents or in whole units: what is paid and what is due make the total.
				amountDue:
					'={{ (($json.isCredit ? -1 : 1) * Math.abs($json.remainingAmount)) / (Number($json.remainingAmount) + Number($json.totalPaidAmount) === Number($json.amountIncVAT) ? 100 : 1) }}',
				invoiceId: '={{ $json.id }}',
				dedupeKey: "={{ 'i3dNet:-:' + $json.id }}",
			},
		},
		targets: { raw: 0.3, code: 0.25 },
	},
	read: numbered(async (get, page) => {
		const headers = { 'RANGED-DATA': `start=${page * 100},results=100` };
		return { records: await get('/v3/account/invoice', { headers }) };
	}, 100),
	normalizing: [
		{
			name: 'i3D.net, detail',
			function: 'normalizeDetail',
			records: ({ data }) => Object.values(data.i3dNetDetails),
			lines: 'items',
		},
		{
			name: 'i3D.net, list (no lines)',
			function: 'normalizeListed',
			records: ({ data }) => data.i3dNet,
		},
	],
	onScreen: {
		trade: 'game servers',
		offers: [
			'On invoice paid',
			'Download invoice PDF',
			'Get invoice',
			'Get many invoices',
			'Get many unpaid invoices',
		],
		typed: ['baseUrl', 'privateToken'],
		refusal: 'Authentication failed (HTTP 403). Check the secret and that it may read invoices',
		numbers: ({ data }) => data.i3dNet.map(({ invoiceNumber }: Json) => invoiceNumber),
		pictures: ['table'],
	},
	// It counts in cents, and writes the amount of a credit with or without its sign. What it counts
	// in a currency without cents, nobody knows.
	total: ({ amountIncVAT, isCredit, currency, currencySign }) => {
		const cents = BigInt(amountIncVAT);
		const size = cents < 0n ? -cents : cents;
		const digits = String(size).padStart(3, '0');
		const sign = isCredit === 1 && size ? '-' : '';
		return {
			currency: CURRENCIES[currency] ?? currency,
			total: currencySign === '¥' ? null : `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`,
		};
	},
});
