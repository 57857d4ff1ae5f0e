'use strict';

const path = require('node:path');
const { createRandom } = require('../sandbox/random');
const host = require('./host');
const { MODULES } = require('./install');
const { until, wait } = require('./processes');
const { published, takeNewest, watchWorkflow } = require('./triggers');

// Many polls of many triggers, while invoices appear and n8n is killed again and again.

/** n8n polls a trigger once a minute at most for each of its poll times. */
const SECONDS = [0, 10, 20, 30, 40, 50];
const TRIGGERS = 8;
/** How many of the newest invoices a poll looks at first. */
const NEWEST = '50';
const MOST_INVOICES = 600;
const MOST_STARTS = 3;

const unflatten = (text) => require(path.join(MODULES, 'flatted')).parse(text);

/**
 * The ids that an execution got from its trigger. One that was killed has them only in what it began
 * with: n8n puts other items in the place of what its nodes have put out.
 */
function idsFrom(trigger, { resultData, executionData }) {
	const stack = executionData?.nodeExecutionStack ?? [];
	const start = stack.find(({ node }) => node.name === trigger);
	const [run] = resultData?.runData?.[trigger] ?? [];
	const items = start?.data.main[0] ?? run?.data?.main[0] ?? [];
	return items.map(({ json }) => json.invoiceId);
}

/** The executions of a workflow, the oldest first: {id, status, ids}. */
async function executionsOf(client, { id: workflowId, trigger }) {
	const found = [];
	let query = '';
	for (;;) {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const route = `/executions?filter=${filter}&limit=100${query}`;
		const { results } = await client.call('GET', route);
		found.push(...results);
		if (results.length < 100) break;
		query = `&lastId=${results.at(-1).id}`;
	}
	const executions = [];
	for (const { id } of found.sort((a, b) => a.id - b.id)) {
		const { status, data } = await client.call('GET', `/executions/${id}`);
		executions.push({ id, status, ids: idsFrom(trigger, unflatten(data)) });
	}
	return executions;
}

/** How often each list of ids has each id. */
function countsOf(ids, told) {
	const counts = new Map(ids.map((id) => [id, 0]));
	for (const id of told) counts.set(id, (counts.get(id) ?? 0) + 1);
	return counts;
}

/**
 * Lets the triggers of a vendor poll until they have polled `polls` times; meanwhile invoices appear, and
 * n8n is killed again and again, after as many polls and milliseconds as `seed` chooses. Resolves to what
 * each trigger got: for each execution its ids; and the ids of the invoices that appeared.
 *
 * @param {any} session of `openSession`
 * @param {{ vendor: import('../vendors/vendor').VendorOfTest, polls: number, seed: string | number }} options
 */
async function pollUnderFire(session, { vendor, polls, seed }) {
	const { sandbox } = session;
	const random = createRandom(seed, 'kills');
	const coming = takeNewest(vendor, sandbox, MOST_INVOICES);
	const workflows = await publishTriggers(session, vendor);
	const begun = () =>
		sandbox.requests.filter(({ query }) => Object.values(query).includes(NEWEST)).length;
	/** @type {string[]} */
	const appeared = [];
	const appear = setInterval(() => {
		const next = coming.pop();
		if (!next) return;
		appeared.push(next.id);
		next.putBack();
	}, 3000);
	let kills = 0;
	let starts = 0;
	try {
		sandbox.clearRequests();
		while (begun() < polls) {
			const next = begun() + random.integer(5, 30);
			await until('the next polls', () => begun() >= next, 300);
			// From a poll that waits for its answer to long after all is saved.
			await wait(random.integer(0, 8000));
			await session.kill();
			kills++;
			starts += await startAgain(session);
		}
	} finally {
		clearInterval(appear);
	}
	const total = begun();
	await settle(session, workflows, appeared);
	const told = [];
	for (const workflow of workflows) told.push(await executionsOf(session.client, workflow));
	return { appeared, kills, starts, polls: total, told };
}

/**
 * Starts n8n again, as a service manager does; resolves to how many starts that took. n8n 2.41.1 ends
 * when it finds an execution that was saved but not begun, and leaves it alone at the next start.
 */
async function startAgain(session) {
	for (let starts = 1; ; starts++) {
		try {
			await session.restart();
			return starts;
		} catch (error) {
			const hasEnded = /** @type {Error} */ (error).message.includes('ended while it started');
			if (!hasEnded || starts === MOST_STARTS) throw error;
		}
	}
}

/** Creates and publishes the workflows; resolves to them, each with the name of its trigger. */
async function publishTriggers({ client, credentialOf }, vendor) {
	const item = SECONDS.map((second) => ({
		mode: 'custom',
		cronExpression: `${second} * * * * *`,
	}));
	const workflows = [];
	for (let index = 1; index <= TRIGGERS; index++) {
		const watch = watchWorkflow(vendor, credentialOf(vendor.credential), {
			name: `Under fire ${index}`,
			pollTimes: { item },
			options: { maxRetries: 0 },
		});
		const workflow = await host.createWorkflow(client, watch);
		const status = await published(client, workflow);
		if (status !== 'published') throw new Error(`The publication ended as "${status}"`);
		workflows.push({ id: workflow.id, trigger: watch.nodes[0].name });
	}
	return workflows;
}

/** Waits until the newest invoice has reached each trigger, and then as long as a lost poll may be repeated. */
async function settle({ client }, workflows, appeared) {
	const last = appeared.at(-1);
	const hasLast = async (workflow) =>
		(await executionsOf(client, workflow)).some(({ ids }) => ids.includes(last));
	for (const workflow of workflows) {
		await until('the last invoice', async () => await hasLast(workflow), 180).catch(() => {});
	}
	await wait(45_000);
}

/**
 * What became of the invoices at all triggers: how many executions have each of them.
 *
 * @param {{ appeared: string[], told: Array<Array<{ ids: string[], status: string }>> }} run
 */
function outcomeOf({ appeared, told }) {
	const counts = told.flatMap((executions) => [
		...countsOf(
			appeared,
			executions.flatMap(({ ids }) => ids),
		).values(),
	]);
	const having = (is) => counts.filter(is).length;
	return {
		invoices: counts.length,
		once: having((count) => count === 1),
		doubled: having((count) => count > 1),
		lost: having((count) => count === 0),
		interrupted: told.flat().filter(({ status }) => status !== 'success').length,
	};
}

module.exports = { executionsOf, outcomeOf, pollUnderFire };
