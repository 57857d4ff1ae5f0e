import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { ReadFailure } from '../shared/errors';
import type { Connection } from '../shared/http/client';
import { firstText } from '../shared/http/failure';
import { baseUrlFrom, path } from '../shared/http/url';
import { compare, decimalFrom, isNegative, subtract } from '../shared/invoice/decimal';
import { recordKey } from '../shared/paging/page';
import { readAtOnce } from '../shared/paging/single';
import { choiceName } from '../shared/node/listSearch';
import { countIn, idFrom, locatorFrom, recordsIn } from '../shared/node/values';
import { type Call, type Reading, type Vendor, each, get, list } from '../shared/node/vendor';
import { normalizeInvoice } from './normalize';

/**
 * An invoice of a policyholder. The API is hosted by the insurer; Talkdesk publishes its contract.
 * https://docs.talkdesk.com/reference/get-account-invoices
 */
export interface TalkdeskInsuranceInvoice {
	/** Amounts are text, in currency units; no currency is stated anywhere. */
	amount?: string;
	due_amount?: string;
	paid_amount?: string;
	invoice_bill_date?: string;
	invoice_due_date?: string;
	invoice_number?: string;
	status?: string;
	invoice_items_details?: TalkdeskInsuranceItem[];
}

export interface TalkdeskInsuranceItem {
	amount?: string;
	category?: string;
	description?: string;
	installment_number?: number;
	paid_amount?: string;
	policy_number?: string;
	product?: string;
}

interface TalkdeskInsuranceAnswer {
	_embedded?: { invoices?: unknown };
	total?: number;
}

const ACCOUNT_PLACE = '{accountId}';

/** Any name in one path segment: spaces and umlauts are fine, slashes are not. */
const ACCOUNT = /^[^/\\\p{Cc}]{1,200}$/u;
const NUMBER = /^.{1,200}$/;

/** Gives the path of the invoices of an account; the credential says where the account stands in it. */
function invoicesPath({ credential, parameter }: Call): string {
	const account = idFrom(parameter('accountId', ''), 'Account ID', ACCOUNT);
	const template = String(credential.invoicesPath).trim();
	const parts = template.split(ACCOUNT_PLACE);
	if (!template.startsWith('/') || parts.length !== 2 || /\.\.|#|^\/\//.test(template)) {
		throw new ReadFailure('input', `"${template}" cannot be the invoices path of the credential`, {
			hint: `It starts with one slash and holds ${ACCOUNT_PLACE} once`,
		});
	}
	return parts.join(path`${account}`);
}

/** All invoices of the account in one answer: no paging is documented, but a total is. */
function invoices(call: Call): Reading<TalkdeskInsuranceInvoice> {
	const ask = async () => {
		const { _embedded, total }: TalkdeskInsuranceAnswer = await call.client.json({
			path: invoicesPath(call),
		});
		return {
			records: recordsIn<TalkdeskInsuranceInvoice>(
				_embedded?.invoices,
				talkdeskInsurance.name,
				'_embedded.invoices',
			),
			total: countIn(total),
		};
	};
	const keyOf = (record: TalkdeskInsuranceInvoice) => recordKey(record.invoice_number, record);
	return { pages: readAtOnce(ask, keyOf, call.onPage) };
}

/** There is no request for one invoice: it is looked for in the list. */
async function invoice(call: Call): Promise<TalkdeskInsuranceInvoice[]> {
	const { value } = locatorFrom(call.parameter('invoiceId', ''));
	const number = idFrom(value, 'Invoice', NUMBER);
	const found: TalkdeskInsuranceInvoice[] = [];
	for await (const page of invoices(call).pages) {
		found.push(...page.filter((record) => String(record.invoice_number) === number));
		if (found.length > 0) return found;
	}
	throw new ReadFailure('vendor', `The account has no invoice "${number}"`, {
		hint: 'Check the number and the account',
	});
}

/** Unpaid is what has something due, by the amounts. Where they say nothing, it is not left out. */
function isUnpaid({ amount, due_amount, paid_amount }: TalkdeskInsuranceInvoice): boolean {
	const [total, due, paid] = [amount, due_amount, paid_amount].map(decimalFrom);
	if (total !== null && isNegative(total)) return false;
	if (due !== null) return compare(due, '0') > 0;
	if (total === null || paid === null) return true;
	return compare(subtract(total, paid), '0') > 0;
}

/** Of an error body only what is written for people: a stack trace follows in further lines. */
function wordsOf(body: unknown): string | undefined {
	const { userMessage, developerMessage } = (body ?? {}) as Record<string, unknown>;
	return firstText(userMessage, firstText(developerMessage)?.split('\n')[0]);
}

function connect(credential: ICredentialDataDecryptedObject): Connection {
	const { baseUrl, allowHttp, headerValue } = credential;
	// The value may be a word such as "Bearer" and the secret behind it.
	const words = String(headerValue)
		.split(' ')
		.filter((word) => word.length > 6);
	return {
		baseUrl: baseUrlFrom(baseUrl, allowHttp === true),
		secrets: [String(headerValue), ...words],
	};
}

export const talkdeskInsurance: Vendor = {
	provider: 'talkdeskInsurance',
	name: 'Talkdesk Insurance',
	credentialType: 'talkdeskInsuranceApi',
	connect,
	wordsOf,
	operations: {
		'invoice:getAll': list(invoices, { normalize: each(normalizeInvoice) }),
		'invoice:getUnpaid': list(invoices, { normalize: each(normalizeInvoice), keep: isUnpaid }),
		'invoice:get': get(invoice, each(normalizeInvoice)),
	},
	choiceOf: (record: TalkdeskInsuranceInvoice) => ({
		name: choiceName(record.invoice_number, record.invoice_bill_date, record.amount, record.status),
		value: String(record.invoice_number),
	}),
};
