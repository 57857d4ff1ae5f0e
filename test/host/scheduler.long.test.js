'use strict';

const { plainTable } = require('../bench/table');
const { VENDORS } = require('./demo');
const host = require('./host');
const { outcomeOf, pollUnderFire } = require('./pollRun');
const { until, wait } = require('./processes');
const { openSession } = require('./session');
const { AFTER, published, takeNewest, testTriggers, watchWorkflow } = require('./triggers');

// n8n's durable scheduler, on and off: it saves what a trigger remembers together with the execution.

const FLAGS = [
	'N8N_SCHEDULER_ENABLED',
	'N8N_SCHEDULER_POLL_TRIGGERS_ENABLED',
	'N8N_USE_WORKFLOW_PUBLICATION_SERVICE',
	'N8N_POLLER_DURABLE_CURSORS_ENABLED',
];
const flags = (value) => Object.fromEntries(FLAGS.map((flag) => [flag, String(value)]));

/** n8n repeats a poll that was killed after a minute: a test cannot wait that long. In seconds. */
const IMPATIENT = {
	N8N_SCHEDULER_LEASE_DURATION: '20',
	N8N_SCHEDULER_POLL_TIMEOUT: '15',
	N8N_SCHEDULER_REAPER_INTERVAL: '5',
};

const MODES = [
	{ mode: 'on', env: flags(true), isDurable: true },
	{ mode: 'off', env: flags(false), isDurable: false },
];

const POLLS = 200;
const SETUP_TIMEOUT = 1_200_000;
const RUN_TIMEOUT = 3_600_000;

/** Its polls look at the newest 50 first, so that they can be counted. */
const POLLED = /** @type {import('../vendors/vendor').VendorOfTest} */ (
	VENDORS.find(({ type }) => type === 'carrierX')
);

const seed = process.env.SEED ?? String(Date.now());

describe.each(MODES)('with the durable scheduler $mode', ({ mode, env, isDurable }) => {
	let session;

	describe('the trigger of each vendor', () => {
		beforeAll(async () => void (session = await openSession({ env })), SETUP_TIMEOUT);

		testTriggers(() => ({ ...session, stop: session.n8n.stop }));
		// After the hooks of these tests, which need n8n.
		afterAll(async () => await session?.close());
	});

	describe('killed again and again', () => {
		beforeAll(async () => {
			const sizes = { [POLLED.type]: 700 };
			session = await openSession({ env: { ...env, ...IMPATIENT }, sizes });
		}, SETUP_TIMEOUT);
		afterAll(async () => await session?.close());

		test('polls that overlap hand on an invoice once', async () => {
			const { client, credentialOf, sandbox } = session;
			const [coming] = takeNewest(POLLED, sandbox, 1);
			const second = (new Date().getSeconds() + 30) % 60;
			const item = [second, (second + 1) % 60].map((one) => ({
				mode: 'custom',
				cronExpression: `${one} * * * * *`,
			}));
			const watch = watchWorkflow(POLLED, credentialOf(POLLED.credential), { pollTimes: { item } });
			const workflow = await host.createWorkflow(client, watch);
			await published(client, workflow);
			sandbox.clearRequests();
			// So long that the second poll begins before the first one has read anything.
			sandbox.setLatency(3000);
			coming.putBack();
			const told = async () => (await host.executionsOf(client, workflow.id)).slice(1);
			await until('the invoice', async () => (await told()).length > 0, 120);
			await wait(10_000);
			sandbox.setLatency(0);
			await host.unpublishWorkflow(client, workflow);
			const ids = (await told()).map(({ items }) => items[AFTER].map(({ json }) => json.invoiceId));
			expect(ids).toEqual([[coming.id]]);
			expect(sandbox.requests.length).toBeGreaterThanOrEqual(4);
		});

		test(
			`${POLLS} polls`,
			async () => {
				const run = await pollUnderFire(session, { vendor: POLLED, polls: POLLS, seed });
				const outcome = outcomeOf(run);
				print({ mode, polls: run.polls, kills: run.kills, starts: run.starts, ...outcome });
				expect(run.kills).toBeGreaterThan(3);
				if (isDurable) expect(outcome).toMatchObject({ doubled: 0, lost: 0 });
			},
			RUN_TIMEOUT,
		);
	});
});

function print(row) {
	const columns = Object.keys(row).map((title) => ({ title, left: true }));
	const table = plainTable(columns, [Object.values(row).map(String)]);
	process.stdout.write(`\nSeed ${seed}\n${table}\n`);
}
