/** How records of i3D.net become invoices. */
import { normalizeMerged } from '../../nodes/I3dNet/merge';
import { normalizeDetail, normalizeListed } from '../../nodes/I3dNet/normalize';
import { context } from '../invoices';
import { EMPTY_LINE, expectFields, nothing } from '../mapping';
import { i3dNetDetail, i3dNetListed } from './i3dNet';

describe('from a list', () => {
	expectFields(normalizeListed(i3dNetListed, context), {
		...nothing,
		provider: 'i3dNet',
		dedupeKey: 'i3dNet:-:4711',
		id: '4711',
		invoiceNumber: '2025-0042',
		type: 'invoice',
		status: 'partiallyPaid',
		sourceStatus: '0',
		description: 'Servers',
		issueDate: '2025-01-02',
		dueDate: '2025-02-02',
		currency: 'EUR',
		subTotal: '100.00',
		taxAmount: '21.00',
		totalAmount: '121.00',
		signedTotal: '121.00',
		amountPaid: '50.00',
		amountDue: '71.00',
		hasPdf: true,
		derivedFields: ['taxAmount'],
		lineItems: [],
		linesComplete: false,
		notes: ['LINES_NOT_LISTED'],
	});

	const listed = (fields: object, timeZone = 'UTC') =>
		normalizeListed({ ...i3dNetListed, ...fields }, { ...context, timeZone });

	it.each([
		['5', '0.05'],
		['-5', '-0.05'],
		['0', '0.00'],
		['12100', '121.00'],
		[12100, '121.00'],
		['99999999999999999999', '999999999999999999.99'],
	])('%p cents are %s', (amountIncVAT, total) => {
		expect(listed({ amountIncVAT }).totalAmount).toBe(total);
	});

	it.each(['12.1', '1e4', '', ' 5', '+5', '0x10', 12.5, true, {}, '5,00'])(
		'%p are no cents',
		(amountIncVAT) => {
			const invoice = listed({ amountIncVAT });
			expect(invoice.totalAmount).toBeNull();
			expect(invoice.warnings.includes('AMOUNT_INVALID')).toBe(amountIncVAT !== '');
		},
	);

	it('takes what is paid and due as whole units where these make the total', () => {
		const invoice = listed({ remainingAmount: '71', totalPaidAmount: '50' });
		expect(invoice).toMatchObject({ amountPaid: '50', amountDue: '71', status: 'partiallyPaid' });
		expect(invoice.warnings).toEqual([]);
	});

	it('takes whole units with a point', () => {
		const invoice = listed({ remainingAmount: '71.00', totalPaidAmount: '50.00' });
		expect(invoice).toMatchObject({ amountPaid: '50.00', amountDue: '71.00', warnings: [] });
	});

	it('says when the unit of what is paid and due cannot be told', () => {
		const invoice = listed({ remainingAmount: '71', totalPaidAmount: '51' });
		expect(invoice).toMatchObject({ amountPaid: null, amountDue: null, status: 'unknown' });
		expect(invoice.warnings).toEqual(['UNIT_UNVERIFIED']);
	});

	it.each([
		['negative amounts', '-12100', '-10000'],
		['positive amounts', '12100', '10000'],
	])('a credit note with %s counts against the sum once', (_, amountIncVAT, amountExclVAT) => {
		expect(listed({ isCredit: 1, amountIncVAT, amountExclVAT })).toMatchObject({
			type: 'creditNote',
			totalAmount: '121.00',
			subTotal: '100.00',
			taxAmount: '21.00',
			signedTotal: '-121.00',
		});
	});

	it.each(['JPY', 'Japanese Yen', 'yen', 'KWD', 'clf'])(
		'cents of %s are not proven',
		(currency) => {
			const invoice = listed({ currency, amountIncVAT: '-1230000', isCredit: 'true' });
			expect(invoice).toMatchObject({
				type: 'creditNote',
				subTotal: null,
				taxAmount: null,
				totalAmount: null,
				signedTotal: null,
				amountPaid: null,
				amountDue: null,
				status: 'unknown',
				warnings: ['TEXT_INVALID', 'UNIT_UNVERIFIED'],
			});
		},
	);

	it.each([
		[1, '12100', 'creditNote', []],
		['1', '12100', 'creditNote', []],
		[true, '12100', 'creditNote', []],
		[0, '-12100', 'invoice', []],
		[false, '12100', 'invoice', []],
		[null, '-12100', 'creditNote', []],
		['true', '12100', 'invoice', ['TEXT_INVALID']],
		['true', '-12100', 'creditNote', ['TEXT_INVALID']],
		[2, '-12100', 'creditNote', ['TEXT_INVALID']],
		[{}, '12100', 'invoice', ['TEXT_INVALID']],
	])('isCredit %j over %s cents is the type %s', (isCredit, amountIncVAT, type, warnings) => {
		const unknown = { remainingAmount: null, totalPaidAmount: null };
		const invoice = listed({ isCredit, amountIncVAT, ...unknown });
		expect(invoice).toMatchObject({ type, warnings });
	});

	it.each([
		['0001-01-01', null],
		['1989-12-31', null],
		['1990-01-01', '1990-01-01'],
		['2100-12-31', '2100-12-31'],
		['2101-01-01', null],
		[1735776000000, null],
		[1, null],
		[1.5, null],
		[{}, null],
	])('a date of %j is %j', (creationDate, date) => {
		const invoice = listed({ creationDate });
		expect(invoice.issueDate).toBe(date);
		expect(invoice.warnings.includes('DATE_INVALID')).toBe(date === null);
	});

	it('without an id, the computed one depends neither on the zone nor on payment', () => {
		const idOf = (fields: object, timeZone = 'UTC') => listed({ id: null, ...fields }, timeZone).id;
		const late = { creationDate: 1735772400 };
		expect(idOf(late, 'Asia/Tokyo')).toBe(idOf({ ...late, remainingAmount: '0', dueDate: 0 }));
		expect(idOf({ creationDate: 1735772401 })).not.toBe(idOf(late));
	});

	it('makes dates in the zone that was chosen', () => {
		const late = { creationDate: 1735772400 };
		expect(listed(late).issueDate).toBe('2025-01-01');
		expect(listed(late, 'Europe/Amsterdam').issueDate).toBe('2025-01-02');
		expect(listed(late, 'America/New_York').issueDate).toBe('2025-01-01');
	});

	it.each([0, -1, null, undefined, '0'])('a payment date of %p is none', (paymentDate) => {
		const invoice = listed({ paymentDate });
		expect(invoice.paidDate).toBeNull();
		expect(invoice.warnings).toEqual([]);
	});

	it.each([
		['eur', 'EUR'],
		['US Dollar', 'USD'],
		[' Euro ', 'EUR'],
		['yen', 'JPY'],
		['Dollar', null],
		['constructor', null],
		['__proto__', null],
		['€', null],
	])('the currency "%s" is %s', (currency, code) => {
		expect(listed({ currency }).currency).toBe(code);
	});
});

describe('got by id or number', () => {
	expectFields(normalizeDetail(i3dNetDetail, context), {
		...nothing,
		provider: 'i3dNet',
		dedupeKey: 'i3dNet:-:4711',
		id: '4711',
		invoiceNumber: '2025-0042',
		type: 'invoice',
		status: 'paid',
		sourceStatus: '1',
		accountId: 'C-1',
		issueDate: '2025-01-02',
		dueDate: '2025-02-02',
		paidDate: '2025-01-16',
		currency: 'EUR',
		subTotal: '100.00',
		taxAmount: '21.00',
		totalAmount: '121.00',
		signedTotal: '121.00',
		hasPdf: true,
		taxItems: [{ type: 'VAT', jurisdiction: null, rate: '21', amount: '21.00' }],
		lineItems: [
			{
				...EMPTY_LINE,
				lineNumber: 1,
				description: 'Server',
				quantity: '2',
				unitAmount: '50.00',
				amount: '100.00',
				periodStart: '2025-01-02',
				periodEnd: '2025-01-31',
				attributes: {
					orderId: '5',
					remarks: 'r',
					setupCosts: '0.00',
					vatPercentage: 21,
					vatAmount: '21.00',
					amountIncVat: '121.00',
				},
			},
		],
	});

	it('has the key that it has in the list', () => {
		expect(normalizeDetail(i3dNetDetail, context).dedupeKey).toBe(
			normalizeListed(i3dNetListed, context).dedupeKey,
		);
	});

	it('without a payment date, whether it is paid is unknown', () => {
		expect(normalizeDetail({ ...i3dNetDetail, paymentDate: 0 }, context).status).toBe('unknown');
	});

	it('says when tax and net do not make the total', () => {
		const invoice = normalizeDetail({ ...i3dNetDetail, vatAmount: '2101' }, context);
		expect(invoice.warnings).toContain('TOTALS_DISAGREE');
	});

	it('amounts of lines without a field of their own have the sign of the others', () => {
		const items = [{ amountExclVat: '-10000', vatAmount: '-2100', setupCosts: 'x' }];
		const credit = { isCredit: 1, amountIncVat: '-12100', amountExclVat: '-10000', items };
		const invoice = normalizeDetail({ ...i3dNetDetail, ...credit, vatAmount: '-2100' }, context);
		expect(invoice.lineItems[0]).toMatchObject({
			amount: '100.00',
			attributes: { vatAmount: '21.00', setupCosts: null },
		});
		expect(invoice.warnings).toEqual(['AMOUNT_INVALID']);
	});

	it('cents of yen are not proven in lines either', () => {
		const { lineItems, warnings } = normalizeDetail({ ...i3dNetDetail, currency: 'JPY' }, context);
		expect(lineItems[0]).toMatchObject({ amount: null, attributes: { vatAmount: null } });
		expect(warnings).toEqual(['UNIT_UNVERIFIED']);
	});
});

describe('without lines', () => {
	it.each([null, undefined, {}, 'none'])('items %j: says so', (items) => {
		const invoice = normalizeDetail({ ...i3dNetDetail, items }, context);
		expect(invoice).toMatchObject({ lineItems: [], linesComplete: false });
		expect(invoice.warnings).toContain('LINES_MISSING');
		expect(invoice.notes).toContain('LINES_NOT_LISTED');
	});

	it('an empty list makes no total', () => {
		const { linesComplete, warnings } = normalizeDetail({ ...i3dNetDetail, items: [] }, context);
		expect({ linesComplete, warnings }).toEqual({
			linesComplete: true,
			warnings: ['LINE_SUM_MISMATCH'],
		});
	});

	it('a total of zero needs none', () => {
		const zero = { amountIncVat: '0', amountExclVat: '0', vatAmount: '0', items: [] };
		const { linesComplete, warnings } = normalizeDetail({ ...i3dNetDetail, ...zero }, context);
		expect({ linesComplete, warnings }).toEqual({ linesComplete: true, warnings: [] });
	});
});

describe('signs of a credit note', () => {
	const lines = (sign: string) => [
		{
			quantity: 1,
			unitPrice: `${sign}6000`,
			amountExclVat: `${sign}6000`,
			vatAmount: `${sign}1260`,
		},
		{
			quantity: 1,
			unitPrice: `${sign}4000`,
			amountExclVat: `${sign}4000`,
			vatAmount: `${sign}840`,
		},
	];
	const detail = (sign: string, signOfLines: string) => ({
		...i3dNetDetail,
		isCredit: 1,
		amountIncVat: `${sign}12100`,
		amountExclVat: `${sign}10000`,
		vatAmount: `${sign}2100`,
		items: lines(signOfLines),
	});
	const listed = (sign: string) => ({
		...i3dNetListed,
		isCredit: 1,
		amountIncVAT: `${sign}12100`,
		amountExclVAT: `${sign}10000`,
		remainingAmount: `${sign}12100`,
		totalPaidAmount: '0',
	});
	const right = {
		type: 'creditNote',
		signedTotal: '-121.00',
		taxItems: [{ amount: '21.00' }],
		lineItems: [
			{ amount: '60.00', unitAmount: '60.00', attributes: { vatAmount: '12.60' } },
			{ amount: '40.00', unitAmount: '40.00', attributes: { vatAmount: '8.40' } },
		],
		warnings: [],
	};
	const signs = ['', '-'];
	const pairs = signs.flatMap((a) => signs.map((b) => [a, b]));

	it.each(pairs)('totals "%s", lines "%s"', (totals, ofLines) => {
		expect(normalizeDetail(detail(totals, ofLines), context)).toMatchObject(right);
	});

	const triples = pairs.flatMap((pair) => signs.map((sign) => [...pair, sign]));
	it.each(triples)('listed "%s", totals "%s", lines "%s"', (list, totals, ofLines) => {
		const merged = normalizeMerged(listed(list), detail(totals, ofLines), context);
		expect(merged).toMatchObject({ ...right, amountDue: '121.00' });
		expect(merged.contentHash).toBe(normalizeListed(listed(list), context).contentHash);
	});

	it('that do not add up either way stay as the vendor sends them', () => {
		const items = [{ amountExclVat: '5000' }];
		const { lineItems, warnings } = normalizeDetail({ ...detail('-', ''), items }, context);
		expect(lineItems[0].amount).toBe('-50.00');
		expect(warnings).toEqual(['LINE_SUM_MISMATCH']);
	});
});

describe('both records', () => {
	const merged = (listed: object, detail: object) =>
		normalizeMerged({ ...i3dNetListed, ...listed }, { ...i3dNetDetail, ...detail }, context);

	it('agree', () => {
		expect(merged({}, {}).warnings).toEqual([]);
	});

	it.each([
		['amount', { amountIncVat: '99900', vatAmount: '89900' }],
		['currency', { currency: 'USD' }],
		['kind', { isCredit: 1 }],
	])('that state another %s say so', (_, detail) => {
		expect(merged({}, detail).warnings).toContain('TOTALS_DISAGREE');
	});

	it('the currency of the listed one is that of the lines', () => {
		const { lineItems, warnings } = merged({ currency: 'JPY' }, { currency: null });
		expect(lineItems[0].amount).toBeNull();
		expect(warnings).toEqual(['UNIT_UNVERIFIED']);
	});

	it('what is not taken of the other one is no reason for a warning', () => {
		const invoice = merged({}, { creationDate: '02-01-2025', dueDate: 'soon', paymentDate: {} });
		expect(invoice).toMatchObject({ issueDate: '2025-01-02', warnings: [] });
	});
});

it('a day that another zone makes another day is the same moment', () => {
	const zoned = (timeZone: string) => normalizeListed(i3dNetListed, { ...context, timeZone });
	const [here, there] = [zoned('UTC'), zoned('America/Los_Angeles')];
	expect(here.issueDate).not.toBe(there.issueDate);
	expect(here.contentHash).toBe(there.contentHash);
	const later = { ...i3dNetListed, creationDate: i3dNetListed.creationDate + 1 };
	expect(normalizeListed(later, context).contentHash).not.toBe(here.contentHash);
});

it('lines that were fetched change nothing', () => {
	const { contentHash } = normalizeDetail(i3dNetDetail, context);
	expect(normalizeDetail({ ...i3dNetDetail, items: [] }, context).contentHash).toBe(contentHash);
});
