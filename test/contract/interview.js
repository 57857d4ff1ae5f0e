'use strict';

const { randomBytes } = require('node:crypto');
const { NoAnswer, NotAsked, createAsker } = require('./ask');
const { compareRecords } = require('./records');

/** @typedef {import('./ask').Answer} Answer */
/** @typedef {import('./report').Report} Report */

/**
 * What the questions of all vendors have in common.
 *
 * @param {object} options
 * @param {import('./vendors').Contract} options.contract
 * @param {Record<string, any>} options.credential
 * @param {Report} options.report
 */
async function openInterview({ contract, credential, report }) {
	const { vendor, folder, signedBy } = contract;
	const { baseUrl } = vendor.connect(credential);
	const asker = createAsker({ baseUrl });
	const signed = await signedBy(credential, asker);

	/**
	 * @param {string} path
	 * @param {import('./ask').Question} [question]
	 */
	const get = async (path, question = {}) =>
		await asker.get(path, { ...question, headers: { ...question.headers, ...signed } });

	const t = {
		get,
		asker,
		report,
		credential,
		expect: report.expect.bind(report),
		note: report.note.bind(report),

		/**
		 * The first question: without an answer to it there is nothing to ask.
		 *
		 * @param {string} path
		 * @param {import('./ask').Question} [question]
		 */
		async opening(path, question) {
			const answer = await get(path, question);
			if (answer.status === 200 && isAnswer(answer.body)) return answer;
			const why =
				answer.status === 200 ? 'a response that is not JSON' : `an error (${answer.status})`;
			const hint = [401, 403].includes(answer.status)
				? 'Check the secret, and that it has access to invoices'
				: 'Check the base URL';
			throw new NotAsked(`${vendor.name} returned ${why} to the first request. ${hint}`);
		},

		/**
		 * One question of the check; where the answer is of another shape than it can deal with, the
		 * others are still asked.
		 *
		 * @param {string} what
		 * @param {() => Promise<void>} ask
		 */
		async step(what, ask) {
			try {
				await ask();
			} catch (error) {
				if (error instanceof NotAsked) throw error;
				report.expect(what, false, {
					assumes: 'a response of the documented form',
					came: error instanceof NoAnswer ? `no response (${error.message})` : 'another one',
					meaning: 'fails',
				});
			}
		},

		/**
		 * Compares records with what the code declares.
		 *
		 * @param {any[]} records
		 * @param {Omit<import('./records').RecordCheck, 'folder'>} check
		 */
		compare: (records, check) => compareRecords(report, records, { ...check, folder }),

		/**
		 * Whether some days stand in order.
		 *
		 * @param {any[]} records
		 * @param {string} field
		 * @param {1 | -1} direction 1: the oldest first
		 */
		order(records, field, direction) {
			const times = records.map((record) => Date.parse(record[field])).filter(Number.isFinite);
			const inOrder = (/** @type {number} */ sign) =>
				times.every((time, index) => index === 0 || sign * (time - times[index - 1]) >= 0);
			const [wanted, other] = direction === 1 ? ['oldest', 'newest'] : ['newest', 'oldest'];
			report.expect(`Order by \`${field}\``, inOrder(direction), {
				assumes: `${wanted} first`,
				came: inOrder(-direction) ? `${other} first` : 'neither newest nor oldest first',
				because: 'a Limit would not return the newest invoices',
			});
		},

		/**
		 * Whether a page has as many records as were asked for, or as the list has.
		 *
		 * @param {string} what
		 * @param {any[]} records
		 * @param {{ asked: number, total: number | null }} list
		 */
		pageSize(what, records, { asked, total }) {
			const due = total === null ? asked : Math.min(asked, total);
			const isShort = total !== null && records.length < due;
			report.expect(what, !isShort && records.length <= due, {
				assumes: `as many records as requested (${asked}), or as there are`,
				came: `${records.length} of ${due}`,
				meaning: isShort ? 'fine' : 'tell',
				because: isShort ? 'the node continues where the page ended' : undefined,
			});
		},

		/**
		 * Reads the list with the node's own reader: all of it, where that takes a few requests only.
		 *
		 * @param {number} mostRequests
		 * @returns {Promise<any[]>} the answers, as they came
		 */
		async readByNode(mostRequests) {
			/** @type {any[]} */
			const answers = [];
			const json = async (/** @type {any} */ { path, query, headers }) => {
				const { status, body } = await get(path, { query, headers });
				if (status !== 200 || !isAnswer(body)) throw new Error('no answer to read');
				answers.push(body);
				return body;
			};
			const parameter = (/** @type {string} */ name, /** @type {unknown} */ fallback) =>
				credential[name] ?? fallback;
			const jsonWithHeaders = async (/** @type {any} */ asked) => ({
				body: await json(asked),
				headers: {},
			});
			const secrets = () => [];
			const client = { json, jsonWithHeaders };
			const context = {
				client,
				credential,
				secrets,
				parameter,
				parallelRequests: 1,
				options: {},
				filters: {},
				onPage: () => {},
			};
			const request = { purpose: 'raw', all: true, wanted: Infinity };
			let failure = null;
			let isCut = false;
			try {
				for await (const _ of vendor.operations['invoice:getAll'].read(context, request)) {
					isCut = answers.length >= mostRequests;
					if (isCut) break;
				}
			} catch (error) {
				failure = /** @type {any} */ (error);
			}
			report.expect("The node's reader", failure === null, {
				assumes: isCut ? 'pages that fit together' : 'a list that is verified as complete',
				// Its message holds counts only; that of any other failure may hold more.
				came: failure?.kind === 'incomplete' ? failure.message : 'a response it cannot read',
				meaning: 'fails',
			});
			return answers;
		},

		/**
		 * Gets an invoice with the node's own code, its checks of the ID and of the answer included.
		 *
		 * @param {string} what
		 * @param {string} mode of the parameter "Invoice"
		 * @param {unknown} id
		 * @returns {Promise<any[]>} the records; none where it fails
		 */
		async getByNode(what, mode, id) {
			/** @type {Answer | undefined} */
			let answer;
			const json = async (/** @type {any} */ { path, query, headers }) => {
				answer = await get(path, { query, headers });
				if (answer.status !== 200 || !isAnswer(answer.body)) throw new Error('no answer to read');
				return answer.body;
			};
			const parameter = (/** @type {string} */ name, /** @type {unknown} */ fallback) =>
				name === 'invoiceId' ? { __rl: true, mode, value: id } : (credential[name] ?? fallback);
			const context = {
				client: { json },
				credential,
				secrets: () => [],
				parameter,
				parallelRequests: 1,
				options: {},
				filters: {},
				onPage: () => {},
			};
			const records = await vendor.operations['invoice:get'].read(context).catch(() => null);
			const status = answer?.status ?? null;
			const came = status === null ? 'an ID that the node rejects' : 'a response that it rejects';
			report.expect(what, records !== null, {
				assumes: 'the requested invoice, by an ID that the node accepts',
				came: status === null || status === 200 ? came : String(status),
				meaning: 'fails',
			});
			return records ?? [];
		},

		/** Whether the vendor states how long its list is. @param {unknown} total @param {string} name */
		total(total, name) {
			const isCount = typeof total === 'number' && Number.isInteger(total) && total >= 0;
			report.expect(`\`${name}\``, isCount, {
				assumes: 'the number of records in the list',
				came: total === undefined ? 'no such field' : `${typeof total}`,
				because: 'without it, a list that changes is harder to verify',
			});
			return isCount ? /** @type {number} */ (total) : null;
		},

		/** A page past the end. @param {Answer} answer @param {unknown} records */
		beyondEnd(answer, records) {
			report.expect('A page past the end', Array.isArray(records) && records.length === 0, {
				assumes: '200 and an empty list',
				came: Array.isArray(records) ? `${records.length} records` : String(answer.status),
				meaning: 'fails',
			});
		},

		/** More than the documented largest page. @param {string} what @param {Answer} answer @param {number} count @param {number} most */
		tooMany(what, answer, count, most) {
			const isRefused = answer.status >= 400 && answer.status < 500;
			report.expect(what, isRefused || count <= most, {
				assumes: `an error, or at most ${most} records`,
				came: `${count} records`,
				meaning: 'fine',
				because: 'larger pages than documented: fewer requests would do',
			});
			report.note(`${what}: ${isRefused ? `error ${answer.status}` : `${count} records`}`);
		},

		/**
		 * An answer that has to be a refusal, in words that the code finds.
		 *
		 * @param {string} what
		 * @param {Answer} answer
		 * @param {number[]} statuses
		 */
		refusal(what, answer, statuses) {
			report.expect(what, statuses.includes(answer.status), {
				assumes: statuses.join(' or '),
				came: String(answer.status),
				meaning: answer.status < 400 ? 'fails' : 'fine',
				because: answer.status < 400 ? undefined : 'another status, still a clear message',
			});
			if (answer.status < 400) return;
			const hasWords = vendor.errorMessageOf(answer.body ?? {}) !== undefined;
			report.expect(`${what}: the vendor's message`, hasWords, {
				assumes: 'an error body of a known form',
				came: answer.body === undefined ? `no JSON (${mediaType(answer)})` : 'JSON of another form',
				because: "the node's message shows only the status",
			});
		},

		/**
		 * A secret that is none: never the real one, nor a part of it.
		 *
		 * @param {string} path
		 * @param {Record<string, any>} wrong fields of the credential
		 * @param {number[]} statuses
		 * @param {import('./ask').Question} [question]
		 */
		async wrongSecret(path, wrong, statuses, question = {}) {
			const headers = await signedBy({ ...credential, ...wrong }, asker, true);
			const answer = await asker.get(path, {
				...question,
				headers: { ...question.headers, ...headers },
			});
			t.refusal('A wrong secret', answer, statuses);
		},

		/** The file of an invoice. @param {string} path */
		async pdf(path) {
			const { status, redirect, type, bytes, length } = await get(path, {
				headers: { accept: 'application/pdf, application/json', 'accept-encoding': 'identity' },
			});
			const isElsewhere = redirect !== null && redirect.origin !== new URL(baseUrl).origin;
			const came = isElsewhere ? 'a redirect to another host' : String(status);
			if (!report.expect('PDF', status === 200, { assumes: '200', came, meaning: 'fails' })) return;
			report.expect('PDF: content', bytes.subarray(0, 5).toString('latin1') === '%PDF-', {
				assumes: 'a PDF',
				came: `${type.startsWith('application/') ? 'another file' : 'no file'}`,
				meaning: 'fails',
			});
			report.expect('PDF: `content-type`', type === 'application/pdf', {
				assumes: 'application/pdf',
				came: mediaType({ type }),
				meaning: 'fine',
			});
			report.expect('PDF: `content-length`', length === null || length === bytes.length, {
				assumes: 'the number of bytes, or none',
				came: 'another number',
				meaning: 'fails',
			});
		},

		/**
		 * Whether the invoice got by its id has the same key as in the list, so that it is booked once.
		 *
		 * @param {any} listed an invoice, normalized
		 * @param {any} got the same
		 */
		sameInvoice(listed, got) {
			report.expect('The same invoice by Get', listed.dedupeKey === got.dedupeKey, {
				assumes: 'the key it has in the list',
				came: 'another key',
				meaning: 'fails',
			});
			const fields = ['issueDate', 'currency', 'totalAmount', 'type'];
			const others = fields.filter((name) => listed[name] !== got[name]);
			report.expect('The same invoice by Get: its content', others.length === 0, {
				assumes: `the same ${fields.join(', ')}`,
				came: `another ${others.join(', ')}`,
			});
		},
	};
	return t;
}

/** JSON that is more than a single value. @param {unknown} body */
const isAnswer = (body) => typeof body === 'object' && body !== null;

/** A media type has a fixed form; anything else might be a value. @param {{ type: string }} answer */
const mediaType = ({ type }) => (/^[a-z]+\/[a-z.+-]+$/.test(type) ? type : 'no media type');

/** Looks like a secret, and is none. */
const noSecret = () => `wrong-${randomBytes(16).toString('hex')}`;

const CONTEXT = {
	accountId: null,
	currency: null,
	timeZone: 'UTC',
	supplierName: 'supplier',
	includeRaw: false,
	today: new Date().toISOString().slice(0, 10),
};

/** @param {(records: object[], context: any) => any[]} normalize @param {object[]} records */
const invoicesOf = (normalize, records) => normalize(records, CONTEXT);

/** @param {unknown} value @returns {any[]} */
const listIn = (value) => (Array.isArray(value) ? value : []);

module.exports = { invoicesOf, listIn, noSecret, openInterview };
