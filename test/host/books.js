'use strict';

const { default: Ajv } = require('ajv');
const { createHash } = require('node:crypto');
const http = require('node:http');
const { sums, written } = require('../ledger');
const { close, listen } = require('../sandbox/server');
const { LOOPBACK } = require('./processes');
const quickBooksSchema = require('./schemas/quickbooks.json');
const xeroSchema = require('./schemas/xero.json');

// Takes the place of QuickBooks Online and Xero: keeps bills, credits and files, finds them again by
// the queries that the APIs document, and knows a request that was sent before by its key.
// QuickBooks: https://developer.intuit.com/app/developer/qbo/docs/learn/learn-basic-field-definitions (request ID),
// /data-queries, /attach-images-and-notes. Xero: https://developer.xero.com/documentation/api/accounting/invoices,
// /creditnotes, /attachments, and /documentation/guides/idempotent-requests/idempotency.

/**
 * @typedef {{ method: string, url: URL, headers: http.IncomingHttpHeaders, body: Buffer, text: string }} BooksRequest
 * @typedef {{ status: number, body: any }} BooksAnswer
 * @typedef {{ program: string, entity: string, company: string, id: string, number: string, total: string, body: any, key?: string, files: Array<{ name: string, sha256: string, type?: string }> }} Bill
 * @typedef {{ when: (request: BooksRequest) => boolean, answer?: BooksAnswer, lose?: boolean, hang?: boolean, times: number }} Fault
 */

const ok = (/** @type {any} */ body) => ({ status: 200, body });

const add = (/** @type {any[]} */ amounts) =>
	written(sums(amounts.map((amount) => ['', String(amount)])).get('') ?? 0n);

const sha256 = (/** @type {Buffer} */ bytes) => createHash('sha256').update(bytes).digest('hex');

/** A refusal as QuickBooks words it. */
const fault = (/** @type {string} */ Message, /** @type {string} */ Detail, status = 400) => ({
	status,
	body: { Fault: { Error: [{ Message, Detail, code: '2500' }], type: 'ValidationFault' } },
});

/** A refusal as Xero words it. */
const exception = (/** @type {string} */ message, status = 400) => ({
	status,
	body: {
		ErrorNumber: 10,
		Type: 'ValidationException',
		Message: 'A validation exception occurred',
		Elements: [{ ValidationErrors: [{ Message: message }] }],
	},
});

/** The parts of a multipart body: name → {head, bytes}. @param {BooksRequest} request */
function partsOf({ headers, body }) {
	const boundary = /boundary=(.+)$/.exec(headers['content-type'] ?? '')?.[1];
	if (!boundary) throw new Error('The request is not multipart');
	const text = body.toString('latin1');
	const parts = text.split(`--${boundary}`).slice(1, -1);
	return Object.fromEntries(
		parts.map((part) => {
			const [head] = part.split('\r\n\r\n', 1);
			const bytes = Buffer.from(part.slice(head.length + 4, -2), 'latin1');
			return [/ name="([^"]+)"/.exec(head)?.[1], { head, bytes }];
		}),
	);
}

class Books {
	constructor() {
		/** @type {BooksRequest[]} */
		this.requests = [];
		/** @type {Bill[]} */
		this.bills = [];
		/** @type {Fault[]} */
		this.faults = [];
		/** @type {Map<string, BooksAnswer>} */
		this.answered = new Map();
	}

	/** As new. */
	clear() {
		this.requests.length = 0;
		this.bills.length = 0;
		this.faults.length = 0;
		this.answered.clear();
	}

	/** What happens after a while, or when n8n renews its token: keys are not remembered for ever. */
	forgetKeys() {
		this.answered.clear();
	}

	/**
	 * Spoils the requests that fit: with an answer of its own; `lose` does what was asked and never
	 * answers; `hang` does nothing and never answers.
	 *
	 * @param {(request: BooksRequest) => boolean} when
	 * @param {{ answer?: BooksAnswer, lose?: boolean, hang?: boolean, times?: number }} how
	 */
	spoil(when, how) {
		this.faults.push({ times: Infinity, ...how, when });
	}

	/** @param {string} program */
	of(program) {
		return this.bills.filter((bill) => bill.program === program);
	}

	/**
	 * Undefined: the connection stays open without an answer.
	 *
	 * @param {BooksRequest} request
	 * @returns {BooksAnswer | undefined}
	 */
	answer(request) {
		this.requests.push(request);
		const spoiled = this.faults.find(({ when, times }) => times > 0 && when(request));
		if (spoiled) spoiled.times--;
		if (spoiled?.answer) return spoiled.answer;
		if (spoiled?.hang) return undefined;
		const answer = this.known(request, () => this.route(request));
		return spoiled?.lose ? undefined : answer;
	}

	/** The answer of before, to a request that was sent before. @param {BooksRequest} request @param {() => BooksAnswer} act */
	known({ url, headers }, act) {
		const key = url.searchParams.get('requestid') ?? headers['idempotency-key'];
		if (!key) return act();
		const company = headers['xero-tenant-id'] ?? url.pathname.split('/')[3];
		const name = `${company} ${key}`;
		const answer = this.answered.get(name) ?? act();
		this.answered.set(name, answer);
		return answer;
	}

	/** @param {BooksRequest} request */
	route(request) {
		const path = request.url.pathname.split('/').slice(1);
		if (path[0] === 'v3') return this.quickBooks(request, path[2], path[3]);
		return this.xero(request, path.slice(2).map(decodeURIComponent));
	}

	/** @param {BooksRequest} request @param {string} company @param {string} what */
	quickBooks(request, company, what) {
		const wanted = `${request.method} ${what}`;
		if (wanted === 'GET query') return this.query(company, request.url.searchParams.get('query'));
		if (wanted === 'POST upload') return this.upload(company, request);
		const entity = { bill: 'Bill', vendorcredit: 'VendorCredit' }[what];
		if (request.method !== 'POST' || !entity) return fault('Unsupported Operation', wanted, 404);
		const body = JSON.parse(request.text);
		const bill = this.keep('QuickBooks', company, entity, body.DocNumber, body, {
			key: request.url.searchParams.get('requestid') ?? undefined,
			amounts: body.Line.map((/** @type {any} */ line) => line.Amount),
		});
		return ok({ [entity]: this.quickBooksBill(bill) });
	}

	/** @param {string} company @param {string | null} text */
	query(company, text) {
		const bills = this.of('QuickBooks').filter((bill) => bill.company === company);
		const byNumber = /^select \* from (Bill|VendorCredit) where DocNumber = '([^']+)'$/.exec(
			text ?? '',
		);
		if (byNumber) {
			const found = bills.filter(
				({ entity, number }) => entity === byNumber[1] && number === byNumber[2],
			);
			const list = found.length
				? { [byNumber[1]]: found.map((bill) => this.quickBooksBill(bill)) }
				: {};
			return ok({ QueryResponse: list });
		}
		const files =
			/^select \* from Attachable where AttachableRef\.EntityRef\.Type = '(\w+)' and AttachableRef\.EntityRef\.value = '(\d+)'$/.exec(
				text ?? '',
			);
		if (!files) return fault('QueryParserError', `Encountered ${text}`);
		const bill = bills.find(({ entity, id }) => entity === files[1] && id === files[2]);
		const list = (bill?.files ?? []).map(({ name }) => ({ FileName: name }));
		return ok({ QueryResponse: list.length ? { Attachable: list } : {} });
	}

	/** @param {string} company @param {BooksRequest} request */
	upload(company, request) {
		const { file_metadata_01: about, file_content_01: content } = partsOf(request);
		if (!/content-type: application\/json/i.test(about.head)) {
			return fault('Invalid metadata', 'The metadata has to be application/json');
		}
		const { AttachableRef, FileName, ContentType } = JSON.parse(about.bytes.toString('utf8'));
		const { type, value } = AttachableRef[0].EntityRef;
		const bill = this.of('QuickBooks').find(
			(one) => one.company === company && one.entity === type && one.id === value,
		);
		// QuickBooks answers 200 here, too.
		if (!bill) {
			const { body } = fault('Object Not Found', `Object Not Found : ${type} ${value}`);
			return ok({ AttachableResponse: [body] });
		}
		bill.files.push({ name: FileName, sha256: sha256(content.bytes), type: ContentType });
		return ok({ AttachableResponse: [{ Attachable: { Id: '1', FileName } }] });
	}

	/** @param {Bill} bill */
	quickBooksBill({ id, body, total }) {
		return { ...body, Id: id, SyncToken: '0', TotalAmt: Number(total) };
	}

	/** @param {BooksRequest} request @param {string[]} path */
	xero(request, [endpoint, id, , fileName]) {
		const company = String(request.headers['xero-tenant-id']);
		const number = { Invoices: 'InvoiceNumber', CreditNotes: 'CreditNoteNumber' }[endpoint];
		if (!number) return exception(`No ${endpoint}`, 404);
		const bills = this.of('Xero').filter(
			(bill) => bill.company === company && bill.entity === endpoint,
		);
		if (request.method === 'PUT' && fileName) {
			const bill = bills.find((one) => one.id === id);
			if (!bill) return exception('The resource cannot be found', 404);
			const file = { name: fileName, sha256: sha256(request.body) };
			// A file of the same name is written over.
			bill.files = [...bill.files.filter(({ name }) => name !== fileName), file];
			return ok({ Attachments: [{ FileName: fileName }] });
		}
		if (request.method === 'PUT') {
			const body = JSON.parse(request.text);
			const bill = this.keep('Xero', company, endpoint, body[number], body, {
				key: String(request.headers['idempotency-key']),
				amounts: body.LineItems.map((/** @type {any} */ line) => line.UnitAmount),
			});
			return ok({ [endpoint]: [this.xeroBill(bill)] });
		}
		const where = /^Type=="(ACCPAY|ACCPAYCREDIT)" AND (\w+)=="([^"]+)"$/.exec(
			request.url.searchParams.get('where') ?? '',
		);
		if (request.method !== 'GET' || !where || where[2] !== number) {
			return exception('QueryParseException');
		}
		const found = bills.filter((bill) => bill.number === where[3]);
		return ok({ [endpoint]: found.map((bill) => this.xeroBill(bill)) });
	}

	/** @param {Bill} bill */
	xeroBill({ id, entity, body, total, files }) {
		const { LineItems, Date: day, ...rest } = body;
		const idField = entity === 'Invoices' ? 'InvoiceID' : 'CreditNoteID';
		return {
			...rest,
			[idField]: id,
			DateString: `${day}T00:00:00`,
			Total: Number(total),
			HasAttachments: files.length > 0,
		};
	}

	/**
	 * @param {string} program
	 * @param {string} company
	 * @param {string} entity
	 * @param {string} number
	 * @param {any} body
	 * @param {{ key?: string, amounts: any[] }} rest
	 */
	keep(program, company, entity, number, body, { key, amounts }) {
		const id = String(1000 + this.bills.length);
		const total = add(amounts);
		const bill = { program, company, entity, id, number, total, body, key, files: [] };
		this.bills.push(bill);
		return bill;
	}
}

/** Starts the stand-in on a port of its own. */
async function startBooks() {
	const books = new Books();
	const server = http.createServer((request, response) => {
		/** @type {Buffer[]} */
		const chunks = [];
		request.on('data', (chunk) => chunks.push(chunk));
		request.on('end', () => {
			const body = Buffer.concat(chunks);
			const url = new URL(request.url ?? '/', `http://${LOOPBACK}`);
			const { method = 'GET', headers } = request;
			const answer = books.answer({ method, url, headers, body, text: body.toString('utf8') });
			if (!answer) return;
			response
				.writeHead(answer.status, { 'content-type': 'application/json' })
				.end(JSON.stringify(answer.body));
		});
	});
	const origin = await listen(server, 0, LOOPBACK);
	return Object.assign(books, { origin, stop: () => close(server) });
}

const schemas = new Ajv({ allErrors: true })
	.addSchema(quickBooksSchema, 'QuickBooks')
	.addSchema(xeroSchema, 'Xero');

/**
 * What a bill or a credit lacks of what the documentation of its program requires.
 *
 * @param {string} program
 * @param {string} entity
 * @param {unknown} body
 */
function problemsOf(program, entity, body) {
	const validate = schemas.getSchema(`${program}#/definitions/${entity}`);
	if (!validate) throw new Error(`${program} has no ${entity}`);
	validate(body);
	return validate.errors ?? [];
}

module.exports = { exception, fault, problemsOf, startBooks };
