import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { ReadFailure } from '../shared/errors';
import type { Connection } from '../shared/http/client';
import { firstText } from '../shared/http/failure';
import { secretsInHeader, secretsInPath } from '../shared/http/redact';
import { headerNameFrom, secretFrom } from '../shared/http/secretValue';
import { baseUrlFrom, path } from '../shared/http/url';
import { recordKey } from '../shared/paging/page';
import type { AskForPage } from '../shared/paging/paging';
import { single } from '../shared/paging/single';
import { searchResultName, dateIn, textIn } from '../shared/vendor/searchResult';
import { findRequestedRecords } from '../shared/vendor/requestedRecords';
import { recordsIn } from '../shared/vendor/responses';
import { type Source, hasAnyField, isErrorResponse, sourceOf } from '../shared/vendor/source';
import { countIn, idFrom, locatorFrom } from '../shared/vendor/values';
import {
	type OperationContext,
	type Vendor,
	normalizeEach,
	get,
	list,
	readAll,
} from '../shared/vendor/vendor';
import { normalizeInvoice } from './normalize';
import type { TalkdeskInsuranceInvoice } from './records';

const ACCOUNT_PLACE = '{accountId}';

const NUMBER = 'invoice_number';
const CONTENT = ['invoice_bill_date', 'due_amount', 'invoice_items_details'];

/** Returns the path of the invoices of an account; the credential says where the account stands in it. */
function invoicesPath({ credential, parameter }: OperationContext): string {
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
function pages(
	context: OperationContext,
): AskForPage<Record<never, never>, TalkdeskInsuranceInvoice> {
	const source = sourceOf(talkdeskInsurance, context);
	return async () => {
		const response = await context.client.json({ path: invoicesPath(context) });
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
}

const paging = single();

const invoices = {
	pages,
	keyOf: (record: TalkdeskInsuranceInvoice) => recordKey(record.invoice_number, record),
	normalize: normalizeEach(normalizeInvoice),
};

/** Whether fields of an invoice stand in the response itself. An error may name one, too. */
function isBareInvoice(source: Source, response: object): boolean {
	const isInvoice = !Array.isArray(response) && hasAnyField(response, [NUMBER, ...CONTENT]);
	return isInvoice && !isErrorResponse(source, response, CONTENT);
}

/** There is no request for one invoice: it is looked for in the list. */
async function invoice(context: OperationContext): Promise<TalkdeskInsuranceInvoice[]> {
	const { value } = locatorFrom(context.parameter('invoiceId', ''));
	const number = idFrom(value, 'Invoice', (text) => /^.{1,200}$/u.test(text));
	const all = await readAll(context, paging, pages(context), invoices.keyOf);
	const found = all.filter((record) => textIn(record.invoice_number) === number);
	return findRequestedRecords<TalkdeskInsuranceInvoice>(
		sourceOf(talkdeskInsurance, context),
		found,
		{
			what: `invoice "${number}" in this account`,
			id: number,
			field: NUMBER,
		},
	);
}

/** Of an error body only what is written for people: a stack trace follows in further lines. */
function errorMessageOf(body: unknown): string | undefined {
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
	errorMessageOf,
	operations: {
		'invoice:getAll': list(paging, invoices),
		'invoice:getUnpaid': list(paging, { ...invoices, isUnpaidOnly: true }),
		'invoice:get': get(invoice, normalizeEach(normalizeInvoice)),
	},
	searchResultOf: (record: TalkdeskInsuranceInvoice) => ({
		name: searchResultName(
			record.invoice_number,
			dateIn(record.invoice_bill_date),
			record.amount,
			record.status,
		),
		value: textIn(record.invoice_number),
	}),
};
