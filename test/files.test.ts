/**
 * PDFs as servers really send them: behind other bytes, packed, cut, dripping, or an error in their
 * place; and the names under which they are saved.
 */
/* eslint-disable @n8n/community-nodes/no-restricted-imports -- this is no node */
import { gzipSync } from 'node:zlib';
import { setTimeout as wait } from 'node:timers/promises';
import {
	type Json,
	PDFS,
	type OperationOfTest,
	expectClear,
	jsonOf,
	rows,
	setUp,
	sha256,
	within,
} from './support';

const stage = setUp();
const table = rows(PDFS);

const PDF = Buffer.from('%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer << >>\nstartxref\n9\n%%EOF\n');
const CUT = PDF.subarray(0, 30);
const reply = (body: Buffer, headers: Json = {}) => ({
	status: 200,
	headers: { 'content-type': 'application/pdf', ...headers },
	body,
});

/** Has the vendor answer with these bytes, one answer after the other, and the last one again. */
function answerWith(operation: OperationOfTest, ...answers: object[]): void {
	answers.forEach((answer, index) => {
		const times = index === answers.length - 1 ? Infinity : 1;
		stage.spoil(operation, { kind: 'reply', reply: () => answer, times });
	});
}

const filesAsked = () => stage.requests.filter(({ path }) => path.includes('pdf')).length;

describe('a PDF is taken as it is', () => {
	const boundary = '--b1\r\nContent-Type: application/pdf\r\n\r\n';
	describe.each([
		['behind a byte order mark', Buffer.concat([Buffer.from('\ufeff'), PDF])],
		['behind blank lines', Buffer.concat([Buffer.from('\r\n\r\n  '), PDF])],
		['behind a multipart header', Buffer.concat([Buffer.from(boundary), PDF])],
		['as late as a PDF may begin', Buffer.concat([Buffer.alloc(1019, 'x'), PDF])],
		['behind a brace', Buffer.concat([Buffer.from('{ '), PDF])],
		['with a line behind its end', Buffer.concat([PDF, Buffer.from('\r\n--b1--\r\n')])],
	])('%s', (_, file) => {
		it.each(table)('%s', async (__, operation) => {
			answerWith(operation, reply(file));
			const result = await stage.perform(operation);
			expect(jsonOf(result)[0]).toMatchObject({
				fileSize: file.length,
				sha256: sha256(file),
				warnings: [],
			});
			expect((await result.binaryBuffer(result.items[0])).equals(file)).toBe(true);
			expect(filesAsked()).toBe(1);
		});
	});

	it.each(table)('%s: packed, with the length of the packed file', async (_, operation) => {
		const file = Buffer.concat([PDF, Buffer.alloc(5000, 'x'), Buffer.from('%%EOF')]);
		answerWith(operation, reply(gzipSync(file), { 'content-encoding': 'gzip' }));
		const [json] = jsonOf(await stage.perform(operation));
		expect(json).toMatchObject({ fileSize: file.length, sha256: sha256(file), warnings: [] });
		expect(filesAsked()).toBe(1);
	});

	it.each(table)('%s: packed, but smaller than its packed form', async (_, operation) => {
		answerWith(operation, reply(gzipSync(PDF, { level: 0 }), { 'content-encoding': 'gzip' }));
		const [json] = jsonOf(await stage.perform(operation));
		expect(json).toMatchObject({ fileSize: PDF.length, warnings: [] });
	});
});

describe('a PDF without its end', () => {
	it.each(table)('%s: is asked for once more', async (_, operation) => {
		answerWith(operation, reply(CUT), reply(PDF));
		const [json] = jsonOf(await stage.perform(operation));
		expect(json).toMatchObject({ fileSize: PDF.length, sha256: sha256(PDF), warnings: [] });
		expect(filesAsked()).toBe(2);
	});

	it.each(table)('%s: is taken with a warning when it comes so again', async (_, operation) => {
		answerWith(operation, reply(CUT));
		const result = await stage.perform(operation);
		expect(jsonOf(result)[0]).toMatchObject({
			fileSize: CUT.length,
			sha256: sha256(CUT),
			warnings: ['PDF_END_MISSING'],
		});
		expect(filesAsked()).toBe(2);
	});

	it.each(table)('%s: is taken when the second request fails', async (_, operation) => {
		answerWith(operation, reply(CUT), { status: 404, headers: {}, body: Buffer.from('gone') });
		const [json] = jsonOf(await stage.perform(operation));
		expect(json).toMatchObject({ fileSize: CUT.length, warnings: ['PDF_END_MISSING'] });
	});
});

describe('what is no PDF', () => {
	const WORDS = 'The document is archived';

	it.each(table)('%s: the words of an error in its place are shown', async (_, operation) => {
		const body = Buffer.from(JSON.stringify(operation.vendor.answers.error(WORDS)));
		answerWith(operation, reply(body, { 'content-type': 'application/json' }));
		expectClear(
			await stage.perform(operation),
			/returned a file that is not a PDF: The document is archived/,
		);
		expect(filesAsked()).toBe(1);
	});

	it.each(table)('%s: also of a long one that calls itself a PDF', async (_, operation) => {
		const body = Buffer.from(
			JSON.stringify({
				padding: 'x'.repeat(5000),
				...operation.vendor.answers.error(WORDS),
			}),
		);
		answerWith(operation, reply(body));
		expectClear(await stage.perform(operation), /not a PDF: The document is archived/);
	});

	it.each(table)('%s: a secret in these words is redacted', async (_, operation) => {
		const { vendor } = operation;
		const secret = String(stage.sandbox.credentials[vendor.credential][vendor.secret]);
		const body = Buffer.from(JSON.stringify(vendor.answers.error(secret)));
		answerWith(operation, reply(body));
		const { error } = await stage.perform(operation);
		expect(error.message).toMatch(/not a PDF: \*\*\*/);
	});

	it.each([
		['a ZIP', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(3000, 1)])],
		['nothing', Buffer.alloc(0)],
		['a PDF that begins too late', Buffer.concat([Buffer.alloc(1020, 'x'), PDF])],
		['a JSON without end', Buffer.concat([Buffer.from('{"a":"'), Buffer.alloc(100_000, 'x')])],
	])('%s', async (_, body) => {
		for (const operation of PDFS) {
			answerWith(operation, reply(body));
			expectClear(await stage.perform(operation), /returned a file that is not a PDF/);
		}
	});
});

describe('a file that drips', () => {
	/** A byte every 0.7 s: it is never silent for as long as the timeout. */
	async function* dripping() {
		yield PDF.subarray(0, 20);
		for (let drops = 0; drops < 100; drops++) {
			await wait(700);
			yield Buffer.from('x');
		}
	}

	it.each(table)('%s: is given up', async (_, operation) => {
		answerWith(operation, {
			status: 200,
			headers: { 'content-type': 'application/pdf' },
			pieces: dripping,
			chunked: true,
		});
		const options = { timeout: 1, maxRetries: 1 };
		const result = await within(10_000, stage.perform(operation, options));
		if (result === undefined) throw new Error('It did not end');
		expectClear(
			result,
			/^Download from .* was interrupted: the transfer was slower than 10 kB per second\. Tried 2 times/,
		);
	});

	it.each(table)('%s: is taken when it is slow, but flows', async (_, operation) => {
		async function* flowing() {
			yield PDF.subarray(0, 20);
			for (let pieces = 0; pieces < 4; pieces++) {
				await wait(500);
				yield Buffer.alloc(20_000, 'x');
			}
			yield PDF.subarray(20);
		}
		answerWith(operation, {
			status: 200,
			headers: { 'content-type': 'application/pdf' },
			pieces: flowing,
			chunked: true,
		});
		const result = await stage.perform(operation, { timeout: 1, maxRetries: 0 });
		expect(jsonOf(result)[0]).toMatchObject({ fileSize: PDF.length + 80_000, warnings: [] });
	});
});
