/**
 * The five triggers in n8n's own engine: what appears, changes and is paid is put out exactly once,
 * over failures and restarts. The state goes from poll to poll as JSON, as n8n keeps it.
 */
/* eslint-disable @typescript-eslint/no-explicit-any -- this is no node */
import { ACCOUNT, type Json, VENDORS, type VendorOfTest, reveal, setUp, vendorOf } from './support';
import { expectValid } from './invoices';

const stage = setUp();
const HOUR = 3_600_000;
const realNow = Date.now;

beforeEach(async () => {
	await stage.ownSandbox();
});
afterEach(() => {
	jest.restoreAllMocks();
});

/** What a trigger's tests have to know of a vendor beside what those of its node know. */
interface TriggerOfTest {
	vendor: VendorOfTest;
	/** The list in the sandbox, which may be changed. */
	list: () => Json[];
	/** What its records are put together by. */
	idOf: (record: Json) => string;
	change: (record: Json) => void;
	pay?: (record: Json) => void;
	/** How many requests a poll takes that finds nothing, and one that reads the whole list. */
	requests: { quiet: number; whole: number };
}

const TRIGGERS: TriggerOfTest[] = [
	{
		vendor: vendorOf('talkdesk'),
		list: () => stage.sandbox.data.talkdesk,
		idOf: ({ number }) => number,
		change: (line) => (line.description = `changed ${line.description}`),
		requests: { quiet: 1, whole: 1 },
	},
	{
		vendor: vendorOf('talkdeskInsurance'),
		list: () => stage.sandbox.data.talkdeskInsurance[ACCOUNT],
		idOf: (record) => record.invoice_number,
		change: (record) => (record.status = `changed ${record.status}`),
		pay: (record) => Object.assign(record, { paid_amount: record.amount, due_amount: '0.00' }),
		requests: { quiet: 1, whole: 1 },
	},
	{
		vendor: vendorOf('fastly'),
		list: () => stage.sandbox.data.fastly,
		idOf: (record) => record.invoice_id,
		change: (record) => (record.monthly_transaction_amount += 1),
		pay: (record) => (record.payment_status = 'paid'),
		requests: { quiet: 1, whole: 1 },
	},
	{
		vendor: vendorOf('carrierX'),
		list: () => stage.sandbox.data.carrierX,
		idOf: (record) => record.invoice_sid,
		change: (record) => (record.display_id = `changed ${record.display_id}`),
		pay: (record) => (record.paid = true),
		requests: { quiet: 1, whole: 1 },
	},
	{
		vendor: vendorOf('i3dNet'),
		list: () => stage.sandbox.data.i3dNet,
		idOf: ({ id }) => id,
		change: (record) => (record.description = `changed ${record.description}`),
		pay: (record) =>
			Object.assign(record, { remainingAmount: '0', totalPaidAmount: record.amountIncVAT }),
		// The list, what is empty behind it, and the list again.
		requests: { quiet: 4, whole: 4 },
	},
];

const triggers = TRIGGERS.map((of): [string, TriggerOfTest] => [of.vendor.name, of]);
const paying = triggers.filter(([, { pay }]) => pay !== undefined);

type Poll = Awaited<ReturnType<typeof stage.engine.poll>>;

/** A trigger in an active workflow: remembers from poll to poll what n8n would. */
class Trigger {
	staticData: Json = {};

	constructor(
		readonly of: TriggerOfTest,
		public parameters: Json = {},
	) {}

	/** Polls, and forgets what it learned where the poll throws. */
	async poll(rest: Json = {}): Promise<Poll> {
		const { vendor } = this.of;
		const poll = await stage.engine.poll({
			type: `${vendor.type}Trigger`,
			parameters: {
				...(vendor.type === 'talkdeskInsurance' && { accountId: ACCOUNT }),
				...this.parameters,
			},
			credentials: stage.credentialsOf(vendor),
			staticData: this.staticData,
			...rest,
		});
		this.staticData = poll.staticData;
		return poll;
	}

	/** Polls raw records, and gives the ids of the invoices; null where n8n is told that there is nothing. */
	async ids(): Promise<string[] | null> {
		const { items } = await this.poll();
		return items && [...new Set(items.map(({ json }) => this.of.idOf(json)))];
	}
}

const started = async (of: TriggerOfTest, parameters: Json = {}): Promise<Trigger> => {
	const trigger = new Trigger(of, { output: 'raw', ...parameters });
	await trigger.poll();
	return trigger;
};

/** Takes an invoice out of the list, with all its records; gives what puts it back where it was. */
function takeOut({ list, idOf }: TriggerOfTest, id: string): () => void {
	const at = list().findIndex((record) => idOf(record) === id);
	const records = list().filter((record) => idOf(record) === id);
	for (const record of records) list().splice(list().indexOf(record), 1);
	return () => void list().splice(at, 0, ...records);
}

const idsOf = ({ list, idOf }: TriggerOfTest) => [...new Set(list().map(idOf))];
const recordOf = ({ list, idOf }: TriggerOfTest, id: string) =>
	list().find((record) => idOf(record) === id) as Json;
const daysLater = (days: number) =>
	jest.spyOn(Date, 'now').mockImplementation(() => realNow() + days * 24 * HOUR);
const messagesOf = ({ logs }: Poll) => logs.map(({ level, message }) => `${level}: ${message}`);
const countRequests = () => {
	const { length } = stage.requests;
	stage.sandbox.clearRequests();
	return length;
};

describe('the first poll', () => {
	it.each(triggers)('%s: records what is there and puts out nothing', async (_, of) => {
		const trigger = new Trigger(of);
		const poll = await trigger.poll({ activation: 'activate' });
		expect(poll.items).toBeNull();
		expect(messagesOf(poll).join()).toMatch(
			`info: ${of.vendor.name}: the first poll. ${idsOf(of).length} invoices are recorded, 0 put out`,
		);
		expect((await trigger.poll()).items).toBeNull();
	});

	it.each(triggers)('%s: puts out what is there where that is wanted', async (_, of) => {
		const trigger = new Trigger(of, { output: 'raw', options: { emitExisting: true } });
		expect((await trigger.ids())?.sort()).toEqual(idsOf(of).sort());
		expect(await trigger.ids()).toBeNull();
	});

	it.each(triggers)('%s: keeps less than 100 bytes an invoice', async (_, of) => {
		const { staticData } = await started(of);
		expect(JSON.stringify(staticData).length / idsOf(of).length).toBeLessThan(100);
	});
});

describe('an invoice that appears is put out once', () => {
	it.each(triggers)('%s: a new one', async (_, of) => {
		const ids = idsOf(of);
		const newest = ['fastly', 'i3dNet'].includes(of.vendor.type) ? ids[0] : ids[ids.length - 1];
		const putBack = takeOut(of, newest);
		const trigger = await started(of);
		putBack();
		expect(await trigger.ids()).toEqual([newest]);
		expect(await trigger.ids()).toBeNull();
	});

	it.each(triggers)('%s: one that comes late, with an old date', async (_, of) => {
		const ids = idsOf(of);
		const late = ['fastly', 'i3dNet'].includes(of.vendor.type) ? ids[ids.length - 1] : ids[0];
		const putBack = takeOut(of, late);
		const trigger = await started(of);
		putBack();
		daysLater(1);
		expect(await trigger.ids()).toEqual([late]);
		expect(await trigger.ids()).toBeNull();
	});

	it.each(triggers)('%s: not again when it vanishes and returns', async (_, of) => {
		const trigger = await started(of);
		const putBack = takeOut(of, idsOf(of)[0]);
		daysLater(1);
		expect(await trigger.ids()).toBeNull();
		putBack();
		daysLater(2);
		expect(await trigger.ids()).toBeNull();
	});

	it.each(triggers)('%s: many at once, the oldest first', async (_, of) => {
		const puts = idsOf(of)
			.slice(0, 10)
			.map((id) => takeOut(of, id));
		const trigger = await started(of, { output: 'normalized' });
		for (const putBack of puts.reverse()) putBack();
		daysLater(1);
		const { items } = await trigger.poll();
		expect(items).toHaveLength(10);
		for (const { json } of items ?? []) expectValid(json as any);
		const dates = items?.map(({ json }) => String(json.issueDate)).filter((day) => day !== 'null');
		expect(dates).toEqual([...(dates ?? [])].sort());
	});
});

describe('an invoice that changes', () => {
	it.each(triggers)('%s: is put out once for each change', async (_, of) => {
		const trigger = await started(of, { event: 'invoiceChanged' });
		const id = idsOf(of)[3];
		expect(await trigger.ids()).toBeNull();
		of.change(recordOf(of, id));
		expect(await trigger.ids()).toEqual([id]);
		expect(await trigger.ids()).toBeNull();
		of.change(recordOf(of, id));
		expect(await trigger.ids()).toEqual([id]);
	});

	it.each(triggers)('%s: when it appeared, n8n is made to save that', async (_, of) => {
		const putBack = takeOut(of, idsOf(of)[3]);
		const trigger = await started(of, { event: 'invoiceChanged' });
		putBack();
		// An execution without items: n8n saves nothing without one.
		expect(await trigger.ids()).toEqual([]);
		expect(await trigger.ids()).toBeNull();
	});

	it.each(triggers)('%s: has not changed because an option has', async (_, of) => {
		const trigger = await started(of, { event: 'invoiceChanged', output: 'normalized' });
		trigger.parameters.options = {
			supplierName: 'Another name',
			currency: 'CHF',
			timeZone: 'Asia/Tokyo',
			includeRaw: true,
		};
		expect((await trigger.poll()).items).toBeNull();
		of.change(recordOf(of, idsOf(of)[3]));
		expect((await trigger.poll()).items).toHaveLength(1);
	});
});

describe('lines', () => {
	it.each(['talkdeskInsurance', 'fastly', 'carrierX'])(
		'%s: in another order are no change',
		async (type) => {
			const of = TRIGGERS.find(({ vendor }) => vendor.type === type) as TriggerOfTest;
			const trigger = await started(of, { event: 'invoiceChanged' });
			for (const record of of.list()) {
				for (const value of Object.values(record)) if (Array.isArray(value)) value.reverse();
			}
			expect(await trigger.ids()).toBeNull();
		},
	);
});

describe('two invoices under one key', () => {
	const of = TRIGGERS[1];
	const twin = () => ({ ...of.list()[0], amount: '40.00', paid_amount: '0', due_amount: '40' });

	it('are both told and marked', async () => {
		const [first] = of.list().splice(0, 1);
		const trigger = await started(of, { output: 'normalized' });
		of.list().push(first, { ...first, amount: '40.00', paid_amount: '0', due_amount: '40' });
		const { items } = await trigger.poll();
		expect(items?.map(({ json }) => json.warnings)).toEqual(
			[0, 1].map(() => expect.arrayContaining(['KEY_NOT_UNIQUE'])),
		);
		expect(await trigger.ids()).toBeNull();
	});

	it('are told when the second one appears', async () => {
		const trigger = await started(of, { output: 'normalized' });
		of.list().push(twin());
		const { items } = await trigger.poll();
		expect(items?.map(({ json }) => json.totalAmount)).toEqual(['40.00']);
		expect((await trigger.poll()).items).toBeNull();
	});
});

describe('a draft', () => {
	const of = TRIGGERS[1];
	const DRAFT = { invoice_number: 'DRAFT-1', invoice_bill_date: '2026-01-31', status: 'Draft' };
	const ISSUED = { amount: '70.00', paid_amount: '0.00', due_amount: '70.00', status: 'Open' };

	it('is told when it is issued, with its final sum', async () => {
		const trigger = await started(of, { output: 'normalized' });
		of.list().push({ ...DRAFT });
		expect((await trigger.poll()).items).toBeNull();
		Object.assign(recordOf(of, 'DRAFT-1'), ISSUED);
		const { items } = await trigger.poll();
		expect(items?.map(({ json }) => json)).toMatchObject([{ id: 'DRAFT-1', totalAmount: '70.00' }]);
		expect((await trigger.poll()).items).toBeNull();
	});

	it('is told before that, too, where it is wanted', async () => {
		const trigger = await started(of, { options: { includeDrafts: true } });
		of.list().push({ ...DRAFT });
		expect(await trigger.ids()).toEqual(['DRAFT-1']);
		expect(await trigger.ids()).toBeNull();
		Object.assign(recordOf(of, 'DRAFT-1'), ISSUED);
		expect(await trigger.ids()).toEqual(['DRAFT-1']);
		expect(await trigger.ids()).toBeNull();
	});

	it('is another list where it is wanted from now on: nothing is told twice', async () => {
		const trigger = await started(of);
		of.list().push({ ...DRAFT });
		trigger.parameters.options = { includeDrafts: true };
		expect(await trigger.ids()).toEqual([]);
		expect(await trigger.ids()).toBeNull();
	});
});

describe('an invoice that is paid', () => {
	it.each(paying)('%s: is put out once', async (_, of) => {
		const trigger = new Trigger(of, { event: 'invoicePaid', options: { emitExisting: true } });
		const paid = (await trigger.poll()).items?.map(({ json }) => json.dedupeKey);
		trigger.parameters = { event: 'invoicePaid' };
		const unpaid = await stage.engine.runNode({
			type: of.vendor.type,
			parameters: { operation: 'getUnpaid', output: 'raw', accountId: ACCOUNT },
			credentials: stage.credentialsOf(of.vendor),
		});
		const id = of.idOf(unpaid.items[0].json);
		of.pay!(recordOf(of, id));
		const { items } = await trigger.poll();
		expect(items).toHaveLength(1);
		expect(items?.[0].json).toMatchObject({ id, status: 'paid' });
		expect(paid).not.toContain(items?.[0].json.dedupeKey);
		expect((await trigger.poll()).items).toBeNull();
	});

	it.each(triggers.filter(([, { pay }]) => pay === undefined))(
		'%s: does not know, and says so',
		async (_, of) => {
			const trigger = new Trigger(of, { event: 'invoicePaid' });
			await expect(trigger.poll()).rejects.toThrow(/has no event "invoicePaid"/);
		},
	);
});

describe('a poll that fails', () => {
	it.each(triggers)('%s: loses nothing and doubles nothing', async (_, of) => {
		const ids = idsOf(of);
		const newest = ['fastly', 'i3dNet'].includes(of.vendor.type) ? ids[0] : ids[ids.length - 1];
		const putBack = takeOut(of, newest);
		const trigger = await started(of, { options: { maxRetries: 0 } });
		putBack();
		const { staticData } = trigger;
		stage.sandbox.addFault({ vendor: of.vendor.type, kind: 'status', status: 503 });
		await expect(trigger.poll()).rejects.toThrow(/answered 503/);
		expect(trigger.staticData).toEqual(staticData);
		expect(await trigger.ids()).toEqual([newest]);
		expect(await trigger.ids()).toBeNull();
	});

	it.each(triggers)('%s: tells n8n when it was throttled, after its retries', async (_, of) => {
		const trigger = new Trigger(of, { options: { maxRetries: 2 } });
		stage.sandbox.addFault({
			vendor: of.vendor.type,
			kind: 'throttle',
			retryAfter: 7,
			times: Infinity,
		});
		const thrown: any = await trigger.poll({ activation: 'activate' }).catch((error) => error);
		expect(thrown).toMatchObject({
			httpCode: '429',
			failure: { cause: 'rate-limited', retryAfterMs: 7000 },
		});
		expect(stage.waits).toEqual([7000, 7000]);
		stage.sandbox.clearFaults();
		expect(await trigger.ids()).toBeNull();
	});

	it.each(triggers)('%s: is spared by a retry at the activation', async (_, of) => {
		stage.sandbox.addFault({ vendor: of.vendor.type, kind: 'throttle', retryAfter: 1, times: 2 });
		expect((await new Trigger(of).poll({ activation: 'activate' })).items).toBeNull();
		expect(stage.waits).toEqual([1000, 1000]);
	});

	it.each(triggers.filter(([, { vendor }]) => vendor.type !== 'i3dNet'))(
		'%s: changes nothing where the list is incomplete',
		async (_, of) => {
			const trigger = await started(of, { event: 'invoiceChanged' });
			const { staticData } = trigger;
			stage.sandbox.addFault({ vendor: of.vendor.type, kind: 'total', delta: 3, times: Infinity });
			const thrown: any = await trigger.poll().catch((error) => error);
			expect(thrown.message).toMatch(/Could not retrieve the complete list/);
			expect(thrown.description).toMatch(/nothing recorded. The next poll reads the list again/);
			expect(trigger.staticData).toEqual(staticData);
		},
	);

	it.each(triggers)('%s: shows no secret', async (_, of) => {
		const { vendor } = of;
		const secret = String(stage.sandbox.credentials[vendor.credential][vendor.secret]);
		const words = `you sent ${secret}`;
		const body = {
			message: words,
			userMessage: words,
			msg: words,
			errorMessage: words,
			errors: [],
		};
		stage.sandbox.addFault({ vendor: vendor.type, kind: 'status', status: 403, body });
		const thrown: any = await new Trigger(of).poll().catch((error) => error);
		expect(thrown.httpCode).toBe('403');
		expect(reveal(thrown)).not.toContain(secret);
	});
});

describe('another list', () => {
	it.each(triggers)('%s: of another credential begins anew and says so', async (_, of) => {
		const trigger = await started(of);
		const poll = await trigger.poll({ credentialId: 'another' });
		expect(poll.items).toEqual([]);
		expect(messagesOf(poll).join()).toMatch(
			`warn: ${of.vendor.name}: the trigger watches another list now (event, credential, account or filters). ${idsOf(of).length} invoices are recorded, 0 put out`,
		);
		expect((await trigger.poll({ credentialId: 'another' })).items).toBeNull();
	});

	it('under other filters begins anew and says so', async () => {
		const trigger = await started(TRIGGERS[3]);
		trigger.parameters.filters = { createdFrom: '2025-01-01' };
		const poll = await trigger.poll();
		expect(poll.items).toEqual([]);
		expect(messagesOf(poll).join()).toMatch(/warn: CarrierX: the trigger watches another list now/);
	});

	it('is not one whose date moves on by itself', async () => {
		const trigger = new Trigger(TRIGGERS[3], {
			filters: { createdFrom: '={{ $now.minus({ years: 2 }).toISODate() }}' },
		});
		await trigger.poll();
		daysLater(1);
		expect((await trigger.poll()).items).toBeNull();
	});

	it('of another account begins anew', async () => {
		const trigger = await started(TRIGGERS[1]);
		trigger.parameters.accountId = stage.sandbox.insuranceAccounts.find(
			(account) => account !== ACCOUNT,
		);
		const poll = await trigger.poll();
		expect(poll.items).toEqual([]);
		expect(messagesOf(poll).join()).toMatch(/watches another list now/);
	});
});

describe('a test in the editor', () => {
	it.each(triggers)('%s: shows the newest invoice and leaves the memory alone', async (_, of) => {
		const trigger = await started(of, { output: 'normalized' });
		const { staticData } = trigger;
		const { items } = await trigger.poll({ mode: 'manual' });
		expect(items).toHaveLength(1);
		expectValid(items?.[0].json as any);
		expect(trigger.staticData).toEqual(staticData);
		const all = await stage.engine.runNode({
			type: of.vendor.type,
			parameters: { operation: 'getAll', returnAll: true, accountId: ACCOUNT },
			credentials: stage.credentialsOf(of.vendor),
		});
		const dates = all.items.map(({ json }) => String(json.issueDate ?? ''));
		const isOrdered = of.vendor.type !== 'talkdeskInsurance' && of.vendor.type !== 'i3dNet';
		const newest = isOrdered ? dates[0] : dates.sort()[dates.length - 1];
		expect(String(items?.[0].json.issueDate ?? '')).toBe(newest);
	});

	it('shows nothing where nothing is there', async () => {
		const [, of] = triggers[2];
		of.list().length = 0;
		expect((await new Trigger(of).poll({ mode: 'manual' })).items).toBeNull();
	});
});

describe('what a poll costs', () => {
	it.each(triggers)('%s: when nothing is new', async (_, of) => {
		const trigger = await started(of);
		countRequests();
		await trigger.poll();
		expect(countRequests()).toBe(of.requests.quiet);
	});

	it('is one small request where the list is long and its newest are known', async () => {
		await stage.sandbox.stop();
		const sandbox = await stage.ownSandbox(1, { carrierX: 2500, fastly: 500, talkdesk: 300 });
		for (const [, of] of triggers.filter(
			([, { vendor }]) => sandbox.data[vendor.type].length > 300,
		)) {
			const trigger = await started(of);
			const whole = countRequests();
			await trigger.poll();
			expect({ of: of.vendor.name, quiet: countRequests() }).toEqual({
				of: of.vendor.name,
				quiet: 1,
			});
			expect(whole).toBeGreaterThan(2);
		}
	});
});

it('a list that cannot be read in the time that n8n gives a poll is an error', async () => {
	const [, of] = triggers[3];
	const trigger = new Trigger(of, { options: { pageSize: 10 } });
	let looks = 0;
	jest.spyOn(Date, 'now').mockImplementation(() => realNow() + 40_000 * looks++);
	await expect(trigger.poll()).rejects.toThrow(
		/CarrierX sent \d+ records in the 300 s that n8n gives a poll, and has more/,
	);
});

describe('a memory that cannot be used', () => {
	it.each(triggers)('%s: is an error, and no flood of old invoices', async (_, of) => {
		const trigger = await started(of);
		const { memory } = trigger.staticData;
		for (const [damage, message] of [
			[{ version: 2 }, /written by a newer version of this package/],
			[{ present: memory.present.slice(20) }, /is damaged/],
		] as Array<[Json, RegExp]>) {
			const staticData = { memory: { ...memory, ...damage } };
			const thrown: any = await trigger.poll({ staticData }).catch((error) => error);
			expect(thrown.message).toMatch(message);
			expect(thrown.description).toMatch(/put a new trigger with another name in its place/);
		}
	});
});

describe('bad input', () => {
	const every = VENDORS.map(({ type }) => type);
	const soon = /"soon" in ".*" is not a date/;

	it.each<[string, string[], Json, RegExp]>([
		['an unknown event', every, { event: 'invoiceLost' }, /has no event "invoiceLost"/],
		['a timeout of nothing', every, { options: { timeout: 0 } }, /"Timeout" is 0/],
		['half a retry', every, { options: { maxRetries: 0.5 } }, /"Max Retries" is 0.5/],
		[
			'a page size in words',
			['talkdesk', 'fastly', 'carrierX', 'i3dNet'],
			{ options: { pageSize: 'many' } },
			/"Page Size" is "many"/,
		],
		[
			'a currency that is none',
			['talkdeskInsurance', 'carrierX'],
			{ options: { currency: 'dollars' } },
			/"dollars" is not a currency/,
		],
		['a time zone that is none', ['i3dNet'], { options: { timeZone: 'Here' } }, /not a time zone/],
		['a filter that is no date', ['talkdesk'], { filters: { dateFrom: 'soon' } }, soon],
		['a filter that is no date', ['fastly'], { filters: { billingStartDate: 'soon' } }, soon],
		['a filter that is no date', ['carrierX'], { filters: { createdFrom: 'soon' } }, soon],
		['no account', ['talkdeskInsurance'], { accountId: '' }, /Account ID/],
	])('%s: %j', async (_, types, parameters, message) => {
		for (const of of TRIGGERS.filter(({ vendor }) => types.includes(vendor.type))) {
			await expect(new Trigger(of, parameters).poll()).rejects.toThrow(message);
		}
		expect(stage.requests).toEqual([]);
	});
});

it('there is a trigger for each vendor', () => {
	expect(TRIGGERS.map(({ vendor }) => vendor)).toEqual(VENDORS);
});
