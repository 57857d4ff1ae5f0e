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
import { findRequestedRecords } from '../shared/vendor/requestedRecords';
import { recordsIn } from '../shared/vendor/responses';
import { searchResultName } from '../shared/vendor/searchResult';
import { type Source, hasAnyField, isErrorResponse, sourceOf } from '../shared/vendor/source';
import { countIn, dateIn, idFrom, invoiceIdFrom, textIn } from '../shared/vendor/values';
import {
	type OperationContext,
	type Vendor,
	get,
	list,
	normalizeEach,
	readAll,
} from '../shared/vendor/vendor';
import { normalizeInvoice } from './normalize';
import type { TalkdeskInsuranceInvoice } from './records';

const ACCOUNT_PLACEHOLDER = '{accountId}';

const NUMBER = 'invoice_number';
/** Every invoice has at least one of these. */
const CONTENT_FIELDS = ['invoice_bill_date', 'due_amount', 'invoice_items_details'];

/** Returns the path of an account's invoices. The credential states it, with a placeholder for the account. */
function invoicesPath({ credential, parameter }: OperationContext): string {
	const account = idFrom(parameter('accountId', ''), 'Account ID');
	const template = String(credential.invoicesPath).trim();
	const parts = template.split(ACCOUNT_PLACEHOLDER);
	if (!template.startsWith('/') || parts.length !== 2 || /\.\.|#|^\/\//.test(template)) {
		// The path is not shown: it may contain a key.
		throw new ReadFailure('input', 'The invoices path in the credential is not valid', {
			hint: `It must start with one slash and contain ${ACCOUNT_PLACEHOLDER} once`,
		});
	}
	return parts.join(path`${account}`);
}

/**
 * Gets all invoices of the account in one response: the API documents a total, but no paging. Each
 * customer implements this API, so a bare list and a bare invoice are accepted as well.
 * https://docs.talkdesk.com/reference/get-account-invoices
 */
function pages(
	context: OperationContext,
): AskForPage<Record<never, never>, TalkdeskInsuranceInvoice> {
	const source = sourceOf(talkdeskInsurance, context);
	return async () => {
		const subject = { kind: 'account', name: textIn(context.parameter('accountId', '')) };
		const response = await context.client.json({ path: invoicesPath(context), subject });
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

/** Returns whether the response itself is an invoice. An error may contain fields of one, too. */
function isBareInvoice(source: Source, response: object): boolean {
	const hasFields = !Array.isArray(response) && hasAnyField(response, [NUMBER, ...CONTENT_FIELDS]);
	return hasFields && !isErrorResponse(source, response, CONTENT_FIELDS);
}

/** The API has no endpoint for one invoice, so this looks for it in the list. */
async function invoice(context: OperationContext): Promise<TalkdeskInsuranceInvoice[]> {
	const number = invoiceIdFrom(context, (text) => /^.{1,200}$/u.test(text));
	const all = await readAll(context, paging, pages(context), invoices.keyOf);
	const found = all.filter((record) => textIn(record.invoice_number) === number);
	return findRequestedRecords<TalkdeskInsuranceInvoice>(
		sourceOf(talkdeskInsurance, context),
		found,
		{
			label: `invoice "${number}" for this account`,
			id: number,
			idField: NUMBER,
		},
	);
}

/** Error bodies may contain a stack trace after the first line. */
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

/** A customer's own billing API for Talkdesk Insurance. https://docs.talkdesk.com/reference/get-account-invoices */
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
