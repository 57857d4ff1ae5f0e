'use strict';

const { execFile } = require('node:child_process');
const path = require('node:path');
const { createSandbox } = require('../sandbox');
const { check } = require('./check');
const { startOddVendor } = require('./odd');
const { VENDORS } = require('../rows');
const { CONTRACTS } = require('./vendors');

// The check of the live APIs, against the sandbox: silent where the vendor is as the code assumes,
// and a finding for each way in which it is not. What it writes holds no value of the vendor.

/** @type {Array<[name: string, row: import('../vendors/vendor').VendorOfTest]>} */
const ROWS = VENDORS.map((row) => [row.type, row]);
const NAMES = ROWS.map(([name]) => name);
const SIZES = Object.fromEntries(VENDORS.flatMap(({ type, size }) => (size ? [[type, size]] : [])));

/** @type {Array<[name: string, odd: import('./alter').OddVendor]>} */
const ODD = NAMES.map((name) => [name, require(`./vendors/${name}.odd.js`)]);

let sandbox;
beforeAll(async () => {
	sandbox = await createSandbox({ sizes: SIZES });
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

/** The row of a vendor. @param {string} name */
function rowOf(name) {
	const row = VENDORS.find(({ type }) => type === name);
	if (row === undefined) throw new Error(`No vendor ${name}`);
	return row;
}

/** The environment of a user of the sandbox, or of what stands before it. */
function environmentOf(name, origin = sandbox.origin, changes = {}) {
	const { credential: type, parameters } = rowOf(name);
	const credential = { ...sandbox.credentials[type], ...parameters, ...changes };
	const named = CONTRACTS[name].settings.map((setting) => {
		const value = credential[setting.field];
		return [setting.name, value && String(value).replace(sandbox.origin, origin)];
	});
	return Object.fromEntries(named.filter(([, value]) => value !== undefined));
}

/** Checks a vendor whose answers are changed on their way. */
async function checkOdd(name, alter) {
	const vendor = await startOddVendor(sandbox.origin, (answer) => alter(answer, sandbox));
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
		expect(text).toContain('Everything checked is as the code assumes.');
		expect(report?.confirmed.length).toBeGreaterThan(7);
	});

	it.each(NAMES)('%s: is asked a dozen times, and only asked', async (name) => {
		await check(name, environmentOf(name));
		const asked = sandbox.requests.filter(({ path: of }) => !of.endsWith('/oauth/token'));
		expect(asked.length).toBeLessThanOrEqual(14);
		expect([...new Set(asked.map(({ method }) => method))]).toEqual(['GET']);
	});

	/** How a user may spell each vendor, and what is asked of him then. */
	const SPELLINGS = VENDORS.flatMap(({ type, name }) =>
		[
			name,
			type.toLowerCase(),
			name.replace(/\W/g, '-'),
			type.replace(/[A-Z]/g, ' $&'),
			...(CONTRACTS[type].alias ?? []),
		].map((spelling) => [spelling, type]),
	);

	it.each(SPELLINGS)('is known as %s', async (spelling, type) => {
		const { text } = await check(spelling, {});
		expect(text).toBe(`Could not check: set ${neededBy(type).join(', ')} (see --help)`);
	});
});

/** The settings that a vendor cannot be asked without. @param {string} name */
const neededBy = (name) =>
	CONTRACTS[name].settings
		.filter(({ fallback }) => fallback === undefined)
		.map((setting) => setting.name);

describe('what is other than the code assumes is found, and nothing else', () => {
	/** @type {Array<[name: string, ...odd: import('./alter').Odd[number]]>} */
	const ways = ODD.flatMap(([name, { odd: all }]) =>
		all.map((one) => /** @type {any} */ ([name, ...one])),
	);

	it.each(ways)('%s: %s', async (name, _, alter, expected) => {
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

	it.each(ROWS.filter(([, { paging }]) => paging))(
		'%s: a server that gives smaller pages',
		async (name) => {
			const { smallerPages } = Object.fromEntries(ODD)[name];
			sandbox.addFault({ vendor: name, kind: 'capPages', size: 50, times: Infinity });
			const result = await check(name, environmentOf(name));
			expect(foundBy(result)).toEqual([expect.stringMatching(smallerPages ?? '^(?!)')]);
			expect(result.code).toBe(1);
		},
	);

	const faults = ODD.flatMap(([name, { faults: all = [] }]) =>
		all.map(([what, fault, found]) => ({ name, what, fault, found })),
	);

	it.each(faults)('$name: $what', async ({ name, fault, found }) => {
		sandbox.addFault({ ...fault, vendor: name, times: Infinity });
		expect(foundBy(await check(name, environmentOf(name)))).toContain(found);
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
	const KNOWN = ODD.flatMap(([, { known = [] }]) => known);

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
			VENDORS.flatMap(({ header }) => headers[header] ?? []),
		);
		const parts = secrets.flatMap((secret) => secret.split(' ')).filter((part) => part.length > 6);
		expect(parts.length).toBeGreaterThan(0);
		expect(parts.filter((part) => text.includes(part))).toEqual([]);
	});

	it.each(NAMES)('%s: the wrong secret holds nothing of the right one', async (name) => {
		const { requests } = await checkOdd(name, () => {});
		const credential = sandbox.credentials[rowOf(name).credential];
		const right = Object.values(credential).filter((value) => String(value).length > 20);
		const wrong = JSON.stringify(requests.at(-1)?.headers);
		expect(wrong).toContain('wrong-');
		expect(right.filter((value) => wrong.includes(value))).toEqual([]);
	});
});

describe('a vendor that cannot be asked', () => {
	it.each(NAMES)('%s: a wrong secret is code 2 and says so', async (name) => {
		const wrong = 'Bearer MARKED-SECRET';
		const changes = { [rowOf(name).secret]: wrong };
		const result = await check(name, environmentOf(name, sandbox.origin, changes));
		expect(result.code).toBe(2);
		expect(result.text).toMatch(/^Could not check: .* Check the (secret|client ID)/);
		expect(result.text).not.toContain('MARKED');
	});

	const ADDRESSES = [
		['the address is none', 'MARKED'],
		['it would send the secret readable', 'http://MARKED.example'],
		['it holds a password', 'https://MARKED:MARKED@api.example'],
	];
	const addresses = NAMES.flatMap((name) => ADDRESSES.map((address) => [name, ...address]));

	it.each(addresses)('%s: %s: code 2', async (name, _, baseUrl) => {
		const environment = environmentOf(name, sandbox.origin, { baseUrl, allowHttp: '' });
		const result = await check(name, environment);
		expect(result).toEqual({ code: 2, text: expect.stringMatching(/base URL/) });
		expect(result.text).not.toMatch(/MARKED/i);
	});

	it.each(NAMES)('%s: nobody listens: code 2', async (name) => {
		const { origin, stop } = await startOddVendor(sandbox.origin, () => {});
		await stop();
		const baseUrl = `${origin}/MARKED`;
		const { code, text } = await check(name, environmentOf(name, origin, { baseUrl }));
		expect({ code, text }).toEqual({ code: 2, text: expect.stringContaining('(ECONNREFUSED)') });
		expect(text).not.toContain('MARKED');
	});

	it.each(NAMES)('%s: a web page that answers: code 2', async (name) => {
		sandbox.addFault({ vendor: name, kind: 'html', times: Infinity });
		const { code, text } = await check(name, environmentOf(name));
		expect({ code, text }).toEqual({ code: 2, text: expect.stringContaining('not JSON') });
	});

	const refused = ODD.flatMap(([name, { refused: all = [] }]) =>
		all.map(([what, changes, says]) => ({ name, what, changes, says })),
	);

	it.each(refused)('$name: $what: code 2', async ({ name, changes, says }) => {
		const { code, text } = await check(name, environmentOf(name, sandbox.origin, changes));
		expect({ code, text }).toEqual({ code: 2, text: expect.stringMatching(says) });
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

	it.each(ROWS)('%s: prints the report and ends with its code', async (type, { name }) => {
		const { code, stdout } = await run([type], environmentOf(type));
		expect(stdout.split('\n')[0]).toBe(`# Contract check: ${name}`);
		expect(code).toBe(0);
	});

	it.each(NAMES)('%s: says what is missing', async (name) => {
		expect(await run([name])).toEqual({
			code: 2,
			stdout: '',
			stderr: `Could not check: set ${neededBy(name).join(', ')} (see --help)\n`,
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
