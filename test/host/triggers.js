'use strict';

const { PACKAGE, VENDORS, connect, soon, vendorNode } = require('./demo');
const { expectSuccess, jsonOf } = require('./executions');
const host = require('./host');
const { until } = require('./processes');

// The triggers of all vendors in a real n8n. How it schedules their polls is up to who starts it.

const AFTER = 'After';
/** n8n starts twice, and each time up to a minute passes until it polls. */
const RESTARTS_TIMEOUT = 900_000;

/** @typedef {import('../vendors/vendor').VendorOfTest} VendorOfTest */

/** What the node behind the trigger does: nothing. */
const afterNode = () => ({
	id: 'after',
	name: AFTER,
	type: 'n8n-nodes-base.noOp',
	typeVersion: 1,
	position: [800, 320],
	parameters: {},
});

/**
 * A workflow that is started by the invoices of a vendor.
 *
 * @param {VendorOfTest} vendor
 * @param {{ id: string, name: string }} credential
 * @param {{ name?: string, [parameter: string]: any }} settings parameters of the trigger, and the workflow's name
 */
function watchWorkflow(vendor, credential, { name, ...parameters }) {
	const trigger = `${vendor.name} Trigger`;
	return {
		name: name ?? `Started by an invoice of ${vendor.name}`,
		nodes: [
			vendorNode({ ...vendor, type: `${vendor.type}Trigger`, name: trigger }, credential, {
				parameters: { ...vendor.parameters, event: 'invoiceCreated', ...parameters },
			}),
			afterNode(),
		],
		connections: connect([trigger, AFTER]),
	};
}

/**
 * Publishes a workflow, and waits for its first poll; resolves to n8n's word for how that went. With the
 * publication service, n8n says that a workflow is published before its triggers have polled.
 */
async function published(client, workflow) {
	await host.publishWorkflow(client, workflow);
	let status;
	await until('the publication', async () => {
		status = await publicationStatusOf(client, workflow);
		return status !== 'in_progress';
	});
	return status;
}

async function publicationStatusOf(client, { id }) {
	try {
		return (await client.call('GET', `/workflows/${id}/publication-status`)).status;
	} catch (error) {
		// Without that service, the triggers have polled when n8n answers.
		if (/** @type {{ status?: number }} */ (error).status === 404) return 'published';
		throw error;
	}
}

/** Each invoice of a vendor once, as its list stands in the sandbox. */
const idsOf = (vendor, sandbox) => [...new Set(vendor.records(sandbox).map(vendor.idOf))];

const newestOf = (vendor, sandbox) => idsOf(vendor, sandbox).at(vendor.newest === 'first' ? 0 : -1);

/**
 * Takes an invoice out of the list of a vendor; returns its id, and what puts it back where it was.
 * What is taken out last has to be put back first.
 *
 * @param {VendorOfTest} vendor
 */
function takeOut(vendor, sandbox, id) {
	const records = vendor.records(sandbox);
	const all = [...records];
	records.splice(0, Infinity, ...all.filter((record) => vendor.idOf(record) !== id));
	return { id, putBack: () => void records.splice(0, Infinity, ...all) };
}

/**
 * Takes the newest invoices of a vendor out of its list, so that they can appear in it one by one;
 * returns them, the next one to come at the end.
 *
 * @param {VendorOfTest} vendor
 */
const takeNewest = (vendor, sandbox, count) =>
	Array.from({ length: count }, () => takeOut(vendor, sandbox, newestOf(vendor, sandbox)));

/**
 * Tests the trigger of each vendor in the n8n of a session.
 *
 * @param {() => {
 *   client: any, sandbox: any, credentialOf: (type: string) => any,
 *   stop: () => Promise<void>, restart: () => Promise<void>,
 * }} session known when the tests run
 */
function testTriggers(session) {
	/** @type {Map<VendorOfTest, any>} */
	const workflows = new Map();
	/** The invoices that are still to come. */
	const coming = new Map();

	/** For each execution of a workflow, the ids that it handed to the node behind the trigger. */
	async function executed(vendor) {
		const executions = await host.executionsOf(session().client, workflows.get(vendor).id);
		return executions.map((execution) => {
			expectSuccess(execution);
			return jsonOf(execution.items[AFTER]).map(({ invoiceId }) => invoiceId);
		});
	}

	/** The same for all vendors; an execution without items tells nothing. */
	const toldByAll = async () =>
		(await Promise.all(VENDORS.map(executed))).map((lists) => lists.filter(({ length }) => length));

	/** Adds an invoice to each vendor; returns their ids. */
	const addInvoices = () =>
		VENDORS.map((vendor) => {
			const { id, putBack } = coming.get(vendor).pop();
			putBack();
			return id;
		});

	/** Waits until each trigger has told so many times. */
	const untilTold = async (counts, seconds = 90) =>
		await until(
			'an execution of each',
			async () => (await toldByAll()).every(({ length }, index) => length >= counts[index]),
			seconds,
		);

	beforeAll(async () => {
		const { client, sandbox, credentialOf } = session();
		const pollTimes = soon(30);
		for (const vendor of VENDORS) {
			coming.set(vendor, takeNewest(vendor, sandbox, 2));
			const watch = watchWorkflow(vendor, credentialOf(vendor.credential), { pollTimes });
			workflows.set(vendor, await host.createWorkflow(client, watch));
		}
	});

	afterAll(async () => {
		const { client } = session();
		for (const workflow of workflows.values()) await host.unpublishWorkflow(client, workflow);
	});

	test.each(VENDORS)('$name: is known, and serves the schema of its items', async ({ type }) => {
		const { client } = session();
		const types = await host.nodeTypes(client);
		const name = `${PACKAGE}.${type}Trigger`;
		expect(types.find((one) => one.name === name)).toMatchObject({ polling: true });
		const response = await client.fetch('GET', `/schemas/${encodeURIComponent(name)}/1.0.0.json`);
		expect(Object.keys((await response.json()).properties)).toContain('dedupeKey');
	});

	test('hands on nothing when it is published, and then a new invoice once', async () => {
		const { client } = session();
		for (const workflow of workflows.values()) {
			expect(await published(client, workflow)).toBe('published');
		}
		expect(await toldByAll()).toEqual(VENDORS.map(() => []));
		const ids = addInvoices();
		await untilTold(VENDORS.map(() => 1));
		expect(await toldByAll()).toEqual(ids.map((id) => [[id]]));
	});

	test('says by an execution without items that the first poll has been', async () => {
		const [first] = await Promise.all(VENDORS.map(executed)).then((all) => all.map(([one]) => one));
		expect(first).toEqual([]);
	});

	test(
		'hands on after a restart what came meanwhile, and nothing twice',
		async () => {
			const before = await toldByAll();
			await session().stop();
			const ids = addInvoices();
			await session().restart();
			await untilTold(before.map(({ length }) => length + 1));
			const after = before.map((lists, index) => [...lists, [ids[index]]]);
			expect(await toldByAll()).toEqual(after);

			// The polls of this start find nothing any more.
			await session().stop();
			const { sandbox } = session();
			sandbox.clearRequests();
			await session().restart();
			const asked = () => new Set(sandbox.requests.map(({ vendor }) => vendor));
			await until('a poll of each', () => asked().size === VENDORS.length, 90);
			expect(await toldByAll()).toEqual(after);
		},
		RESTARTS_TIMEOUT,
	);

	test('shows the newest invoice in the editor', async () => {
		const { client, sandbox } = session();
		const before = await toldByAll();
		for (const [vendor, workflow] of workflows) {
			const { executionId } = await client.call('POST', `/workflows/${workflow.id}/run`, {
				triggerToStartFrom: { name: `${vendor.name} Trigger` },
			});
			expect(executionId).toBeDefined();
		}
		await untilTold(
			before.map(({ length }) => length + 1),
			30,
		);
		const last = (await toldByAll()).map((lists) => lists.at(-1));
		expect(last).toEqual(VENDORS.map((vendor) => [newestOf(vendor, sandbox)]));
	});
}

module.exports = {
	AFTER,
	idsOf,
	newestOf,
	published,
	takeNewest,
	takeOut,
	testTriggers,
	watchWorkflow,
};
