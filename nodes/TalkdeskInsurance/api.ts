import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { ReadFailure } from '../shared/errors';
import type { Connection } from '../shared/http/client';
import { firstText } from '../shared/http/failure';
import { secretsInHeader, secretsInPath } from '../shared/http/redact';
import { headerNameFrom, secretFrom } from '../shared/http/secretValue';
import { baseUrlFrom, path } from '../shared/http/url';
import { recordKey } from '../shared/paging/page';
import { readAtOnce } from '../shared/paging/single';
import { choiceName, dayIn, textIn } from '../shared/node/listSearch';
import {
	type Source,
	hasAny,
	isError,
	recordsAskedFor,
	recordsIn,
	sourceOf,
} from '../shared/node/responses';
import { countIn, idFrom, locatorFrom } from '../shared/node/values';
import {
	type Call,
	type Reading,
	type Vendor,
	each,
	get,
	list,
	unpaid,
} from '../shared/node/vendor';
import { normalizeInvoice } from './normalize';

/**
 * An invoice of a policyholder. The API is hosted by the insurer; Talkdesk publishes its contract.
 * https://docs.talkdesk.com/reference/get-account-invoices
 */
export interface TalkdeskInsuranceInvoice {
	/** Amounts are text in currency units, some with the currency's code behind a blank. */
	amount?: string;
	due_amount?: string;
	paid_amount?: string;
	invoice_bill_date?: string;
	invoice_due_date?: string;
	invoice_number?: string;
	status?: string;
	custom_fields?: Array<{ key?: string; value?: string }>;
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

const ACCOUNT_PLACE = '{accountId}';

const NUMBER = 'invoice_number';
const CONTENT = ['invoice_bill_date', 'due_amount', 'invoice_items_details'];

/** Gives the path of the invoices of an account; the credential says where the account stands in it. */
function invoicesPath({ credential, parameter }: Call): string {
	const account = idFrom(parameter('accountId', ''), 'Account ID');
	const template = String(credential.invoicesPath).trim();
	const parts = template.split(ACCOUNT_PLACE);
	if (!template.startsWith('/') || parts.length !== 2 || /\.\.|#|^\/\//.test(template)) {
		// It is not shown: a key may stand in it.
		throw new ReadFailure('input', 'The invoices path of the credential cannot be used', {
			hint: `It starts with one slash and holds ${ACCOUNT_PLACE} once`,
		});
	}
	return parts.join(path`${account}`);
}

/**
 * All invoices of the account in one response: no paging is documented, but a total is. Each customer
 * writes this API, so a bare list and a bare invoice are read as well.
 */
function invoices(call: Call): Reading<TalkdeskInsuranceInvoice> {
	const source = sourceOf(talkdeskInsurance, call);
	const ask = async () => {
		const response = await call.client.json({ path: invoicesPath(call) });
		const isInvoice = isBareInvoice(source, response);
		const isList = isInvoice || Array.isArray(response);
		const { total } = response as { total?: unknown };
		return {
			records: recordsIn<TalkdeskInsuranceInvoice>(source, isInvoice ? [response] : response, {
				path: isList ? '' : '_embedded.invoices',
				ids: [NUMBER],
			}),
			total: isList ? null : countIn(total),
		};
	};
	const keyOf = (record: TalkdeskInsuranceInvoice) => recordKey(record.invoice_number, record);
	return { pages: readAtOnce(ask, keyOf, call.onPage) };
}

/** Whether fields of an invoice stand in the response itself. An error may name one, too. */
function isBareInvoice(source: Source, response: object): boolean {
	const isInvoice = !Array.isArray(response) && hasAny(response, [NUMBER, ...CONTENT]);
	return isInvoice && !isError(source, response, CONTENT);
}

/** There is no request for one invoice: it is looked for in the list. */
async function invoice(call: Call): Promise<TalkdeskInsuranceInvoice[]> {
	const { value } = locatorFrom(call.parameter('invoiceId', ''));
	const number = idFrom(value, 'Invoice', (text) => /^.{1,200}$/u.test(text));
	const found: TalkdeskInsuranceInvoice[] = [];
	for await (const page of invoices(call).pages) {
		for (const record of page) if (textIn(record.invoice_number) === number) found.push(record);
	}
	return recordsAskedFor<TalkdeskInsuranceInvoice>(sourceOf(talkdeskInsurance, call), found, {
		what: `invoice "${number}" in this account`,
		id: number,
		field: NUMBER,
	});
}

/** Of an error body only what is written for people: a stack trace follows in further lines. */
function wordsOf(body: unknown): string | undefined {
	const { userMessage, developerMessage } = (body ?? {}) as Record<string, unknown>;
	return firstText(userMessage, firstText(developerMessage)?.split('\n')[0]);
}

function connect(credential: ICredentialDataDecryptedObject): Connection {
	const { baseUrl, allowHttp, headerName, headerValue, invoicesPath } = credential;
	headerNameFrom(headerName, 'Header Name');
	return {
		baseUrl: baseUrlFrom(baseUrl, allowHttp === true),
		secrets: [
			...secretsInHeader(secretFrom(headerValue, 'Header Value')),
			...secretsInPath(String(invoicesPath)),
		],
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
		'invoice:getUnpaid': list(invoices, {
			normalize: each(normalizeInvoice),
			keep: unpaid(normalizeInvoice),
		}),
		'invoice:get': get(invoice, each(normalizeInvoice)),
	},
	choiceOf: (record: TalkdeskInsuranceInvoice) => ({
		name: choiceName(
			record.invoice_number,
			dayIn(record.invoice_bill_date),
			record.amount,
			record.status,
		),
		value: textIn(record.invoice_number),
	}),
};
