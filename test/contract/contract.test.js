'use strict';

const { execFile } = require('node:child_process');
const path = require('node:path');
const { createSandbox } = require('../sandbox');
const { check } = require('./check');
const { startOddVendor } = require('./odd');
const { CONTRACTS } = require('./vendors');

// The check of the live APIs, against the sandbox: silent where the vendor is as the code assumes,
// and a finding for each way in which it is not. What it writes holds no value of the vendor.

const ACCOUNT = 'Müller & Söhne 7';
const NAMES = Object.keys(CONTRACTS);

let sandbox;
beforeAll(async () => {
	sandbox = await createSandbox({ sizes: { talkdeskInsurance: 36 } });
});
afterAll(async () => await sandbox.stop());
beforeEach(() => {
	sandbox.clearFaults();
	sandbox.clearRequests();
});

const odd = [];
afterEach(async () => {
	for (const vendor of odd.splice(0)) await vendor.stop();
	expect(sandbox.foreignRequests).toEqual([]);
});

const CREDENTIALS = {
	talkdesk: 'talkdeskOAuth2Api',
	talkdeskInsurance: 'talkdeskInsuranceApi',
	fastly: 'fastlyApi',
	carrierX: 'carrierXApi',
	i3dNet: 'i3dNetApi',
};

/** The environment of a user of the sandbox, or of what stands before it. */
function environmentOf(name, origin = sandbox.origin, changes = {}) {
	const credential = { ...sandbox.credentials[CREDENTIALS[name]], accountId: ACCOUNT, ...changes };
	const named = CONTRACTS[name].settings.map((setting) => {
		const value = credential[setting.field];
		return [setting.name, value && String(value).replace(sandbox.origin, origin)];
	});
	return Object.fromEntries(named.filter(([, value]) => value !== undefined));
}

/** Checks a vendor whose answers are changed on their way. */
async function checkOdd(name, alter) {
	const vendor = await startOddVendor(sandbox.origin, alter);
	odd.push(vendor);
	const result = await check(name, environmentOf(name, vendor.origin));
	return { ...result, requests: vendor.requests };
}

/** What the report of a check found. @param {Awaited<ReturnType<typeof check>>} result */
const foundBy = ({ report }) =>
	(report?.findings ?? []).map(({ what, meaning }) => `${what} (${meaning})`);

describe('a vendor that is as the code assumes', () => {
	it.each(NAMES)('%s: leaves nothing to say', async (name) => {
		const { code, text, report } = await check(name, environmentOf(name));
		expect(report?.findings).toEqual([]);
		expect(code).toBe(0);
		expect(text).toContain('All that was looked at is as the code assumes.');
		expect(report?.confirmed.length).toBeGreaterThan(7);
	});

	it.each(NAMES)('%s: is asked a dozen times, and only asked', async (name) => {
		await check(name, environmentOf(name));
		const asked = sandbox.requests.filter(({ path: of }) => !of.endsWith('/oauth/token'));
		expect(asked.length).toBeLessThanOrEqual(14);
		expect([...new Set(asked.map(({ method }) => method))]).toEqual(['GET']);
	});

	it.each(['Fastly', 'carrierx', 'Carrier X', 'i3D.net', 'i3d', 'talkdesk-insurance'])(
		'is known as %s',
		async (name) => {
			const { text } = await check(name, {});
			expect(text).toMatch(/^Not asked: set /);
		},
	);
});

/** The records of a list, wherever the vendor puts them. */
function recordsOf(body) {
	if (Array.isArray(body)) return body;
	return body.data ?? body.items ?? body._embedded?.invoices ?? [];
}

/** Changes each record of each answer that is a success. */
const eachRecord = (change) => (answer) => {
	if (answer.status !== 200 || Buffer.isBuffer(answer.body)) return;
	const bare = answer.body.invoice_id || answer.body.invoice_sid ? [answer.body] : [];
	for (const record of [...recordsOf(answer.body), ...bare]) change(record);
};
const eachList = (change) => (answer) => {
	if (answer.status === 200 && !Buffer.isBuffer(answer.body)) change(answer.body, answer);
};

/** What of a vendor is other than the code assumes, and what has to be found. */
/** @type {Array<[vendor: string, what: string, alter: (answer: any) => void, expected: RegExp[]]>} */
const ODD = [
	['fastly', 'a field more', eachRecord((r) => (r.due_on = '2026-01-31')), [/`due_on` \(tell\)/]],
	[
		'fastly',
		'another spelling',
		eachRecord((r) => {
			r.invoicePostedOn = r.invoice_posted_on;
			delete r.invoice_posted_on;
		}),
		[/`invoicePostedOn` \(tell\)/, /`invoice_posted_on` \(tell\)/],
	],
	[
		'fastly',
		'amounts of lines as text',
		eachRecord((r) =>
			r.transaction_line_items.forEach((line) => (line.amount = line.amount.toFixed(2))),
		),
		[/`transaction_line_items.amount` \(fine\)/],
	],
	[
		'fastly',
		'amounts with separators',
		eachRecord((r) => (r.monthly_transaction_amount = '1,234.50')),
		[/`monthly_transaction_amount` \(tell\)/],
	],
	[
		'fastly',
		'another order',
		eachList(({ data }) => data?.reverse()),
		[/^Order by `billing_start_date` \(tell\)/],
	],
	['fastly', 'no total', eachList(({ meta }) => delete meta?.total), [/^`meta.total` \(tell\)/]],
	[
		'fastly',
		'a total that is too large',
		eachList(({ meta }) => meta && (meta.total += 3)),
		[/^The reader of the node \(fails\)/],
	],
	[
		'fastly',
		'the list under another name',
		eachList((body) => {
			body.invoices = body.data;
			delete body.data;
		}),
		[/^`data` \(fails\)/],
	],
	[
		'fastly',
		'an invoice that is wrapped',
		eachList((body, answer) => {
			if (body.invoice_id) answer.body = { data: body };
		}),
		[/^Get \(fails\)/, /^Get an invoice of the oldest form/, /^Month to date: the answer/],
	],
	[
		'fastly',
		'another invoice than the one asked for',
		eachList((body) => {
			if (body.invoice_id) body.invoice_id = 'INV-1';
		}),
		[/^Get \(fails\)/, /^Get an invoice of the oldest form \(fails\)/],
	],
	[
		'fastly',
		'errors of another shape',
		(answer) => {
			if (answer.status >= 400) answer.body = { reason: 'no' };
		},
		[/^An unknown id: the vendor's words \(tell\)/, /^A wrong secret: the vendor's words \(tell\)/],
	],
	[
		'fastly',
		'a wrong secret that is welcome',
		(answer) => {
			if (answer.status === 401) answer.status = 200;
		},
		[/^A wrong secret \(fails\)/],
	],
	[
		'fastly',
		'an unknown id that is 400',
		(answer) => {
			if (answer.status === 404) answer.status = 400;
		},
		[/^An unknown id \(fine\)/],
	],
	['carrierX', 'no has_more', eachList((body) => delete body.has_more), [/^`has_more` \(tell\)/]],
	['carrierX', 'no total', eachList((body) => delete body.total), [/^`total` \(tell\)/]],
	[
		'carrierX',
		'a filter that is not obeyed',
		eachList(({ items }, { query }) => {
			if (query.has('filter')) items[0].paid = true;
		}),
		[/^The filter `paid eq false` \(fine\)/],
	],
	[
		'carrierX',
		'an offset that is not obeyed',
		eachList(({ items }, { query }) => {
			if (query.get('offset') === '2') items.unshift({ ...items[0], invoice_sid: 'another' });
		}),
		[/^`offset` \(fails\)/],
	],
	[
		'carrierX',
		'dates as seconds',
		eachRecord((r) => (r.date_issued = 1_767_225_600)),
		[/`date_issued` \(tell\)/],
	],
	[
		'carrierX',
		'a PDF on another host',
		(answer) => {
			if (!answer.path.endsWith('.pdf')) return;
			answer.status = 302;
			answer.headers = { location: `${sandbox.foreignOrigin}/file.pdf` };
		},
		[/^PDF \(fails\)/],
	],
	[
		'carrierX',
		'a PDF of another type',
		(answer) => {
			if (answer.path.endsWith('.pdf'))
				answer.headers = { 'content-type': 'application/octet-stream' };
		},
		[/^PDF: `content-type` \(fine\)/],
	],
	[
		'carrierX',
		'a page for a browser instead of the PDF',
		(answer) => {
			if (answer.path.endsWith('.pdf')) answer.body = Buffer.from('<html>');
		},
		[/^PDF: content \(fails\)/],
	],
	[
		'i3dNet',
		'an object around the list',
		eachList((body, answer) => (answer.body = { invoices: body })),
		[/^The list \(fails\)/],
	],
	[
		'i3dNet',
		'cents as numbers',
		eachRecord((r) => {
			if (r.amountIncVAT) r.amountIncVAT = Number(r.amountIncVAT);
		}),
		[/`amountIncVAT` \(fine\)/],
	],
	[
		'i3dNet',
		'amounts in units instead of cents',
		eachRecord((r) => {
			if (r.amountIncVAT) r.amountIncVAT = (Number(r.amountIncVAT) / 100).toFixed(2);
		}),
		[/`amountIncVAT` \(tell\)/, /^The same invoice by Get: its content \(tell\)/],
	],
	[
		'i3dNet',
		'credit invoices among the unpaid',
		eachList((body, { path: of }) => {
			if (of.endsWith('/unpaid')) body[0].isCredit = 1;
		}),
		[/^Unpaid \(fine\)/],
	],
	[
		'talkdesk',
		'no link to the next page',
		eachList((body) => delete body._links?.next),
		[/^`_links.next` \(tell\)/],
	],
	[
		'talkdesk',
		'each page the other way round',
		eachList(({ _embedded }) => _embedded?.invoices?.reverse()),
		[/^Order by `date` \(tell\)/, /^`page` \(fails\)/],
	],
	[
		'talkdesk',
		'amounts as text',
		eachRecord((r) => (r.amount = String(r.amount.toFixed(2)))),
		[/`amount` \(fine\)/],
	],
	[
		'talkdesk',
		'a filter that is not obeyed',
		eachList(({ _embedded }, { query }) => {
			if (query.has('filter')) _embedded.invoices[0].number = 'INV1';
		}),
		[/^The filter by number \(fails\)/, /^The lines of one invoice \(tell\)/],
	],
	[
		'talkdeskInsurance',
		'a list in pages',
		eachList((body) => (body.total *= 2)),
		[/^The reader of the node \(fails\)/, /^Get \(fails\)/],
	],
	[
		'talkdeskInsurance',
		'a currency',
		eachRecord((r) => (r.currency = 'USD')),
		[/`currency` \(tell\)/],
	],
	[
		'talkdeskInsurance',
		'amounts as numbers',
		eachRecord((r) => (r.amount = Number(r.amount))),
		[/`amount` \(fine\)/],
	],
];

describe('what is other than the code assumes is found, and nothing else', () => {
	it.each(ODD)('%s: %s', async (name, _, alter, expected) => {
		const result = await checkOdd(name, alter);
		const found = foundBy(result);
		for (const pattern of expected) {
			expect(found.filter((line) => pattern.test(line)).length).toBeGreaterThan(0);
		}
		const others = found.filter((line) => !expected.some((pattern) => pattern.test(line)));
		expect(others).toEqual([]);
		expect(result.code).toBe(1);
		for (const { what } of result.report?.findings ?? []) expect(result.text).toContain(what);
	});

	it.each([
		['fastly', /^The largest page \(fine\)/, 50],
		['carrierX', /^The largest page \(fine\)/, 50],
		['talkdesk', /^The largest page \(fine\)/, 50],
		['i3dNet', /^The usual page \(fine\)/, 50],
	])('%s: a server that gives smaller pages', async (name, pattern, size) => {
		sandbox.addFault({ vendor: name, kind: 'capPages', size, times: Infinity });
		const result = await check(name, environmentOf(name));
		expect(foundBy(result)).toEqual([expect.stringMatching(pattern)]);
		expect(result.code).toBe(1);
	});

	it('fastly: a cursor that comes again', async () => {
		sandbox.addFault({ vendor: 'fastly', kind: 'repeatCursor', times: Infinity });
		const result = await check('fastly', environmentOf('fastly'));
		expect(foundBy(result)).toContain('The next cursor (fails)');
	});
});

/** All texts in the data of the sandbox that are long enough to be told from words of the report. */
function valuesOf(data, texts = new Set()) {
	if (typeof data === 'string' && data.length >= 6) texts.add(data);
	if (typeof data === 'number' && Math.abs(data) > 999) texts.add(String(data));
	if (data && typeof data === 'object') Object.values(data).forEach((one) => valuesOf(one, texts));
	return texts;
}

describe('the report holds no value', () => {
	const MARK = 'MARKED-VALUE-7';
	/** Words of the sandbox's data that the code knows, so that they may be shown. */
	const KNOWN = ['Partially paid', 'partially paid', 'outstanding'];

	it.each(NAMES)('%s: of the records', async (name) => {
		const { text } = await check(name, environmentOf(name));
		const values = [...valuesOf(sandbox.data)].filter((value) => !KNOWN.includes(value));
		expect(values.length).toBeGreaterThan(500);
		expect(values.filter((value) => text.includes(value))).toEqual([]);
	});

	it.each(NAMES)('%s: where every text of every answer is marked', async (name) => {
		const marked = (value) => {
			if (typeof value === 'string') return `${value}${MARK}`;
			if (Array.isArray(value)) return value.map(marked);
			if (value === null || typeof value !== 'object') return value;
			const entries = Object.entries(value).map(([key, inner]) => [key, marked(inner)]);
			return { ...Object.fromEntries(entries), [MARK]: MARK, [`${MARK} 2`]: { [MARK]: [MARK] } };
		};
		const { code, text } = await checkOdd(name, (answer) => {
			if (answer.path.endsWith('/oauth/token') || Buffer.isBuffer(answer.body)) return;
			answer.body = marked(answer.body);
			answer.headers['content-type'] = `application/${MARK}`;
			answer.headers['x-mark'] = MARK;
		});
		expect(code).toBe(1);
		expect(text).not.toContain('MARKED');
	});

	it.each(NAMES)('%s: no secret, where the vendor echoes all it was sent', async (name) => {
		const { text, requests } = await checkOdd(name, (answer) => {
			if (Buffer.isBuffer(answer.body) || answer.path.endsWith('/oauth/token')) return;
			const echo = JSON.stringify(answer.asked);
			if (answer.status >= 400) answer.body = { msg: echo, message: echo, errors: [echo] };
			else if (!Array.isArray(answer.body)) answer.body.echo = echo;
		});
		const secrets = requests.flatMap(({ headers }) =>
			['authorization', 'fastly-key', 'private-token'].flatMap((header) => headers[header] ?? []),
		);
		const parts = secrets.flatMap((secret) => secret.split(' ')).filter((part) => part.length > 6);
		expect(parts.length).toBeGreaterThan(0);
		expect(parts.filter((part) => text.includes(part))).toEqual([]);
	});

	it.each(NAMES)('%s: the wrong secret holds nothing of the right one', async (name) => {
		const { requests } = await checkOdd(name, () => {});
		const credential = sandbox.credentials[CREDENTIALS[name]];
		const right = Object.values(credential).filter((value) => String(value).length > 20);
		const wrong = JSON.stringify(requests.at(-1)?.headers);
		expect(wrong).toContain('wrong-');
		expect(right.filter((value) => wrong.includes(value))).toEqual([]);
	});
});

describe('a vendor that cannot be asked', () => {
	it.each(NAMES)('%s: a wrong secret is code 2 and says so', async (name) => {
		const wrong = 'Bearer MARKED-SECRET';
		const fields = ['apiToken', 'accessToken', 'privateToken', 'clientSecret', 'headerValue'];
		const changes = Object.fromEntries(fields.map((field) => [field, wrong]));
		const result = await check(name, environmentOf(name, sandbox.origin, changes));
		expect(result.code).toBe(2);
		expect(result.text).toMatch(/^Not asked: .* Check the (secret|client ID)/);
		expect(result.text).not.toContain('MARKED');
	});

	it.each([
		['the address is none', 'MARKED', /base URL/],
		['it would send the secret readable', 'http://MARKED.example', /base URL/],
		['it holds a password', 'https://MARKED:MARKED@api.example', /base URL/],
	])('%s: code 2', async (_, baseUrl, message) => {
		const result = await check('fastly', environmentOf('fastly', sandbox.origin, { baseUrl }));
		expect(result).toEqual({ code: 2, text: expect.stringMatching(message) });
		expect(result.text).not.toMatch(/MARKED/i);
	});

	it('nobody listens: code 2', async () => {
		const { origin, stop } = await startOddVendor(sandbox.origin, () => {});
		await stop();
		const baseUrl = `${origin}/MARKED`;
		const { code, text } = await check('fastly', environmentOf('fastly', origin, { baseUrl }));
		expect({ code, text }).toEqual({ code: 2, text: expect.stringContaining('(ECONNREFUSED)') });
		expect(text).not.toContain('MARKED');
	});

	it.each([
		['', /base URL/],
		['yes', /cannot be reached/],
	])('an insurer without https, allowed: "%s"', async (allowed, message) => {
		const environment = environmentOf('talkdeskInsurance', sandbox.origin, { allowHttp: allowed });
		environment.TALKDESK_INSURANCE_BASE_URL = 'http://nobody.invalid';
		const { code, text } = await check('talkdeskInsurance', environment);
		expect({ code, text }).toEqual({ code: 2, text: expect.stringMatching(message) });
	});

	it('a region that Talkdesk does not have: code 2', async () => {
		const environment = environmentOf('talkdesk', sandbox.origin, { region: 'mars', account: 'x' });
		const { code, text } = await check('talkdesk', environment);
		expect({ code, text }).toEqual({ code: 2, text: expect.stringContaining('TALKDESK_REGION') });
	});

	it('a web page that answers: code 2', async () => {
		sandbox.addFault({ vendor: 'fastly', kind: 'html', times: Infinity });
		const { code, text } = await check('fastly', environmentOf('fastly'));
		expect({ code, text }).toEqual({ code: 2, text: expect.stringContaining('not JSON') });
	});
});

describe('the command', () => {
	const run = (args, env = {}) =>
		new Promise((resolve) => {
			execFile(
				process.execPath,
				[path.join(__dirname, 'cli.js'), ...args],
				{ env: { PATH: process.env.PATH, ...env } },
				(error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }),
			);
		});

	it('prints the report and ends with its code', async () => {
		const { code, stdout } = await run(['fastly'], environmentOf('fastly'));
		expect(stdout).toMatch(/^# Contract check: Fastly\n/);
		expect(code).toBe(0);
	});

	it('says what is missing', async () => {
		expect(await run(['fastly'])).toEqual({
			code: 2,
			stdout: '',
			stderr: 'Not asked: set FASTLY_API_TOKEN (see --help)\n',
		});
	});

	it('explains each setting', async () => {
		const { code, stdout } = await run(['--help']);
		expect(code).toBe(0);
		for (const { settings } of Object.values(CONTRACTS)) {
			for (const { name } of settings) expect(stdout).toContain(name);
		}
	});
});
