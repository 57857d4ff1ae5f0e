/**
 * The triggers in n8n's own engine: what appears, changes and is paid is returned exactly once,
 * over failures and restarts. The state goes from poll to poll as JSON, as n8n keeps it.
 */
/* eslint-disable @typescript-eslint/no-explicit-any -- this is no node */
import { type Json, PAGED, VENDORS, type VendorOfTest, reveal, setUp, vendorRows } from './support';
import { messagesOf, triggersOn } from './triggers';
import packageJson from '../package.json';
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

const triggers = vendorRows();
const paying = vendorRows(VENDORS.filter(({ pay }) => pay !== undefined));
const { recordOf, recordsOf, idsOf, started, takeOut, trigger: triggerOf } = triggersOn(stage);

/** The newest and the oldest invoice of a vendor. */
const endsOf = (vendor: VendorOfTest) => {
	const ids = idsOf(vendor);
	const [first, last] = [ids[0], ids[ids.length - 1]];
	return vendor.newest === 'first'
		? { newest: first, oldest: last }
		: { newest: last, oldest: first };
};
const daysLater = (days: number) =>
	jest.spyOn(Date, 'now').mockImplementation(() => realNow() + days * 24 * HOUR);
const countRequests = () => {
	const { length } = stage.requests;
	stage.sandbox.clearRequests();
	return length;
};

describe('the first poll', () => {
	it.each(triggers)('%s: records what is there and returns nothing', async (_, of) => {
		const trigger = triggerOf(of);
		const poll = await trigger.poll({ activation: 'activate' });
		// An execution without items: n8n's durable scheduler saves nothing without one.
		expect(poll.items).toEqual([]);
		expect(messagesOf(poll).join()).toMatch(
			`info: ${of.name}: first poll. Remembered ${idsOf(of).length} invoices, returned 0`,
		);
		expect((await trigger.poll()).items).toBeNull();
	});

	it.each(triggers)('%s: returns what is there where that is wanted', async (_, of) => {
		const trigger = triggerOf(of, { output: 'raw', options: { emitExisting: true } });
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
		const { newest } = endsOf(of);
		const putBack = takeOut(of, newest);
		const trigger = await started(of);
		putBack();
		expect(await trigger.ids()).toEqual([newest]);
		expect(await trigger.ids()).toBeNull();
	});

	it.each(triggers)('%s: one that comes late, with an old date', async (_, of) => {
		const { oldest: late } = endsOf(of);
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
		const trigger = await started(of, { output: 'full' });
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
		const trigger = await started(of, { event: 'invoiceChanged', output: 'full' });
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
	it.each(vendorRows(VENDORS.filter(({ lines }) => lines !== undefined)))(
		'%s: in another order are no change',
		async (_, of) => {
			const trigger = await started(of, { event: 'invoiceChanged' });
			expect(recordsOf(of).some((record) => record[of.lines!].length > 1)).toBe(true);
			for (const record of recordsOf(of)) {
				for (const value of Object.values(record)) if (Array.isArray(value)) value.reverse();
			}
			expect(await trigger.ids()).toBeNull();
		},
	);
});

describe('an invoice that is paid', () => {
	it.each(paying)('%s: is put out once', async (_, of) => {
		const trigger = triggerOf(of, { event: 'invoicePaid', options: { emitExisting: true } });
		const paid = (await trigger.poll()).items?.map(({ json }) => json.dedupeKey);
		trigger.parameters = { event: 'invoicePaid' };
		const unpaid = await stage.engine.runNode({
			type: of.type,
			parameters: { operation: 'getUnpaid', output: 'raw', ...of.parameters },
			credentials: stage.credentialsOf(of),
		});
		const id = of.idOf(unpaid.items[0].json);
		of.pay!(recordOf(of, id));
		const { items } = await trigger.poll();
		expect(items).toHaveLength(1);
		expect(items?.[0].json).toMatchObject({ invoiceId: id, status: 'paid' });
		expect(paid).not.toContain(items?.[0].json.dedupeKey);
		expect((await trigger.poll()).items).toBeNull();
	});

	it.each(vendorRows(VENDORS.filter(({ pay }) => pay === undefined)))(
		'%s: does not know, and says so',
		async (_, of) => {
			const trigger = triggerOf(of, { event: 'invoicePaid' });
			await expect(trigger.poll()).rejects.toThrow(/has no event "invoicePaid"/);
		},
	);
});

describe('polls that overlap', () => {
	it.each(triggers)('%s: return an invoice once, each from a copy of the memory', async (_, of) => {
		const putBack = takeOut(of, endsOf(of).newest);
		const trigger = await started(of);
		putBack();
		const { staticData } = trigger;
		const polls = await Promise.all([1, 2].map(async () => await trigger.poll({ staticData })));
		const [first, second] = polls.sort((a, b) => (b.items?.length ?? 0) - (a.items?.length ?? 0));
		expect(first.items).not.toBeNull();
		expect(second).toMatchObject({ items: null, staticData });
	});
});

describe('a poll that fails', () => {
	it.each(triggers)('%s: loses nothing and doubles nothing', async (_, of) => {
		const { newest } = endsOf(of);
		const putBack = takeOut(of, newest);
		const trigger = await started(of, { options: { maxRetries: 0 } });
		putBack();
		const { staticData } = trigger;
		stage.sandbox.addFault({ vendor: of.type, kind: 'status', status: 503 });
		await expect(trigger.poll()).rejects.toThrow(/returned an error \(503\)/);
		expect(trigger.staticData).toEqual(staticData);
		expect(await trigger.ids()).toEqual([newest]);
		expect(await trigger.ids()).toBeNull();
	});

	it.each(triggers)('%s: tells n8n when it was throttled, after its retries', async (_, of) => {
		const trigger = triggerOf(of, { options: { maxRetries: 2 } });
		stage.sandbox.addFault({
			vendor: of.type,
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
		expect(await trigger.ids()).toEqual([]);
	});

	it.each(triggers)('%s: is spared by a retry at the activation', async (_, of) => {
		stage.sandbox.addFault({ vendor: of.type, kind: 'throttle', retryAfter: 1, times: 2 });
		expect((await triggerOf(of).poll({ activation: 'activate' })).items).toEqual([]);
		expect(stage.waits).toEqual([1000, 1000]);
	});

	it.each(vendorRows(VENDORS.filter(({ statesTotal }) => statesTotal)))(
		'%s: changes nothing where the list is incomplete',
		async (_, of) => {
			const trigger = await started(of, { event: 'invoiceChanged' });
			const { staticData } = trigger;
			stage.sandbox.addFault({ vendor: of.type, kind: 'total', delta: 3, times: Infinity });
			const thrown: any = await trigger.poll().catch((error) => error);
			expect(thrown.message).toMatch(/Could not retrieve the complete list/);
			expect(thrown.description).toMatch(
				/^No invoices were returned or remembered. The next poll reads the list again/,
			);
			expect(trigger.staticData).toEqual(staticData);
		},
	);

	it.each(triggers)('%s: shows no secret', async (_, of) => {
		const vendor = of;
		const secret = String(stage.sandbox.credentials[vendor.credential][vendor.secret]);
		const body = of.answers.error(`you sent ${secret}`);
		stage.sandbox.addFault({ vendor: vendor.type, kind: 'status', status: 403, body });
		const thrown: any = await triggerOf(of)
			.poll()
			.catch((error) => error);
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
			`warn: ${of.name}: event, credential, account, or filters changed, so the trigger now watches a different list. Remembered ${idsOf(of).length} invoices, returned 0`,
		);
		expect((await trigger.poll({ credentialId: 'another' })).items).toBeNull();
	});

	const filtered = VENDORS.flatMap(
		(vendor): Array<[string, VendorOfTest, string]> =>
			vendor.dateFilter ? [[vendor.name, vendor, vendor.dateFilter.name]] : [],
	);

	it.each(filtered)('%s: under other filters begins anew and says so', async (name, of, field) => {
		const trigger = await started(of);
		trigger.parameters.filters = { [field]: '2025-01-01' };
		const poll = await trigger.poll();
		expect(poll.items).toEqual([]);
		expect(messagesOf(poll).join()).toMatch(
			`warn: ${name}: event, credential, account, or filters changed`,
		);
	});

	it.each(filtered)('%s: is not one whose date moves on by itself', async (_, of, field) => {
		const trigger = triggerOf(of, {
			filters: { [field]: '={{ $now.minus({ years: 2 }).toISODate() }}' },
		});
		await trigger.poll();
		daysLater(1);
		expect((await trigger.poll()).items).toBeNull();
	});
});

describe('a test in the editor', () => {
	it.each(triggers)('%s: shows the newest invoice and leaves the memory alone', async (_, of) => {
		const trigger = await started(of, { output: 'full' });
		const { staticData } = trigger;
		const { items } = await trigger.poll({ mode: 'manual' });
		expect(items).toHaveLength(1);
		expectValid(items?.[0].json as any);
		expect(trigger.staticData).toEqual(staticData);
		const all = await stage.engine.runNode({
			type: of.type,
			parameters: { operation: 'getAll', returnAll: true, ...of.parameters },
			credentials: stage.credentialsOf(of),
		});
		const dates = all.items.map(({ json }) => String(json.issueDate ?? ''));
		const newest = of.orderedBy ? dates[0] : dates.sort()[dates.length - 1];
		expect(String(items?.[0].json.issueDate ?? '')).toBe(newest);
	});

	it.each(triggers)('%s: shows nothing where nothing is there', async (_, of) => {
		recordsOf(of).length = 0;
		expect((await triggerOf(of).poll({ mode: 'manual' })).items).toBeNull();
	});
});

describe('what a poll costs', () => {
	it.each(triggers)('%s: when nothing is new', async (_, of) => {
		const trigger = await started(of);
		const whole = countRequests();
		await trigger.poll();
		// What is new stands first, or anywhere.
		expect(countRequests()).toBe(of.api.newestFirst ? 1 : whole);
	});

	const long = VENDORS.flatMap(
		(vendor): Array<[string, VendorOfTest, number]> =>
			vendor.api.newestFirst && vendor.paging
				? [[vendor.name, vendor, vendor.paging.invoicesFor(2.5 * vendor.api.paging.size!.usual)]]
				: [],
	);

	it.each(long)(
		'%s: one small request where the list is long and its newest are known',
		async (_, of, size) => {
			await stage.sandbox.stop();
			await stage.ownSandbox(1, { [of.type]: size });
			const trigger = await started(of);
			const whole = countRequests();
			await trigger.poll();
			expect(countRequests()).toBe(1);
			expect(whole).toBeGreaterThan(2);
		},
	);
});

it.each(vendorRows(PAGED))(
	'%s: a list that cannot be read in the time that n8n gives a poll is an error',
	async (name, of) => {
		const trigger = triggerOf(of, { options: { pageSize: 10 } });
		let looks = 0;
		jest.spyOn(Date, 'now').mockImplementation(() => realNow() + 40_000 * looks++);
		await expect(trigger.poll()).rejects.toThrow(
			new RegExp(`longer than the 300 s n8n allows per poll .received \\d+ records from ${name}`),
		);
	},
);

describe('a memory that cannot be used', () => {
	it.each(triggers)('%s: is an error, and no flood of old invoices', async (_, of) => {
		const trigger = await started(of);
		const { memory } = trigger.staticData;
		for (const [damage, message] of [
			[{ version: 2 }, /saved state is from a newer version of this package/],
			[{ present: memory.present.slice(20) }, /is corrupted/],
		] as Array<[Json, RegExp]>) {
			const staticData = { memory: { ...memory, ...damage } };
			const thrown: any = await trigger.poll({ staticData }).catch((error) => error);
			expect(thrown.message).toMatch(message);
			expect(thrown.description).toMatch(/replace this trigger with a new one under another name/);
		}
	});
});

describe('bad input', () => {
	const some = (of: (vendor: VendorOfTest) => unknown) => VENDORS.filter(of);
	const dated = VENDORS.flatMap(
		(vendor): Array<[string, VendorOfTest[], Json, RegExp]> =>
			vendor.dateFilter
				? [
						[
							'a filter that is no date',
							[vendor],
							{ filters: { [vendor.dateFilter.name]: 'soon' } },
							/"soon" in ".*" is not a valid date/,
						],
					]
				: [],
	);

	it.each<[string, VendorOfTest[], Json, RegExp]>([
		['an unknown event', VENDORS, { event: 'invoiceLost' }, /has no event "invoiceLost"/],
		[
			'a timeout of nothing',
			VENDORS,
			{ options: { timeout: 0 } },
			/"Timeout" must be a whole number from 1 to 3,600/,
		],
		[
			'half a retry',
			VENDORS,
			{ options: { maxRetries: 0.5 } },
			/"Max Retries" must be a whole number from 0 to 20/,
		],
		[
			'a page size in words',
			PAGED,
			{ options: { pageSize: 'many' } },
			/"Page Size" must be a whole number of 10 or more/,
		],
		[
			'a currency that is none',
			some(({ options }) => options.currency),
			{ options: { currency: 'dollars' } },
			/"dollars" is not a valid currency code/,
		],
		[
			'a time zone that is none',
			some(({ options }) => options.timeZone),
			{ options: { timeZone: 'Here' } },
			/not a valid time zone/,
		],
		...dated,
	])('%s', async (_, vendors, parameters, message) => {
		expect(vendors.length).toBeGreaterThan(0);
		for (const of of vendors) {
			await expect(triggerOf(of, parameters).poll()).rejects.toThrow(message);
		}
		expect(stage.requests).toEqual([]);
	});
});

it('there is a trigger for each vendor', () => {
	const { nodes } = packageJson.n8n;
	const built = nodes.map((file) => file.replace(/^.*\/|\.node\.js$/g, '').toLowerCase());
	expect(built.filter((name) => name.endsWith('trigger')).sort()).toEqual(
		VENDORS.map(({ type }) => `${type}trigger`.toLowerCase()).sort(),
	);
});
