'use strict';

const {
	VENDORS,
	TRIGGER,
	connect,
	noteNode,
	putCredentials,
	triggerNode,
	vendorNode,
} = require('./demo');
const { publishWorkflow, putWorkflow } = require('./client');

const VENDOR = 'Vendor';
const ISSUE = 'Issue an Invoice';
const NEW = 'New Invoice';
const EVERY_MINUTE = { item: [{ mode: 'everyMinute' }] };

const BUTTON_NOTE = `## A button
**Execute workflow** makes an emulated vendor issue one more invoice, dated today.

Which vendor: type it in the node **${VENDOR}**: ${VENDORS.map(({ type }) => type).join(', ')}.

The workflow **Example: new invoices** gets it within a minute: look at its executions.`;

const WATCH_NOTE = `## New invoices of all vendors
Published: each trigger polls once a minute, and starts an execution when an invoice is new.

To see one, run the workflow **Example: a new invoice at the press of a button**, and look at
**Executions** here.`;

/** Has the sandbox issue an invoice: `{vendor, invoiceNumber, total, currency}`. */
function buttonWorkflow({ origin }) {
	const fields = [{ id: 'vendor', name: 'vendor', value: VENDORS[0].type, type: 'string' }];
	return {
		name: 'Example: a new invoice at the press of a button',
		nodes: [
			triggerNode(),
			{
				id: 'vendor',
				name: VENDOR,
				type: 'n8n-nodes-base.set',
				typeVersion: 3.4,
				position: [240, 320],
				parameters: { assignments: { assignments: fields }, options: {} },
			},
			{
				id: 'issue',
				name: ISSUE,
				type: 'n8n-nodes-base.httpRequest',
				typeVersion: 4.2,
				position: [480, 320],
				parameters: {
					method: 'POST',
					url: `=${origin}/_sandbox/invoices/{{ $json.vendor }}`,
					options: {},
				},
			},
			noteNode(BUTTON_NOTE),
		],
		connections: connect([TRIGGER, VENDOR, ISSUE]),
	};
}

/** A trigger for each vendor. Of a vendor with several lists it reads the first one. */
function watchWorkflow(credentials, sandbox) {
	const nameOf = ({ name }) => `${name} Trigger`;
	const triggers = VENDORS.map((vendor, row) => {
		const trigger = { ...vendor, type: `${vendor.type}Trigger`, name: nameOf(vendor) };
		return vendorNode(trigger, credentials[vendor.name], {
			position: [0, row * 160],
			parameters: { event: 'invoiceCreated', pollTimes: EVERY_MINUTE, ...vendor.sets(sandbox)[0] },
		});
	});
	const found = {
		id: 'new',
		name: NEW,
		type: 'n8n-nodes-base.noOp',
		typeVersion: 1,
		position: [320, 320],
		parameters: {},
	};
	return {
		name: 'Example: new invoices',
		nodes: [...triggers, found, noteNode(WATCH_NOTE)],
		connections: connect(...VENDORS.map((vendor) => [nameOf(vendor), NEW])),
	};
}

/**
 * Creates, or brings up to date, a workflow that makes a new invoice appear and one, published, that
 * is started by it; resolves to the ids of both.
 *
 * @param {Awaited<ReturnType<typeof import('./client').login>>} client
 * @param {import('../vendors/vendor').Sandbox} sandbox
 */
async function putButton(client, sandbox) {
	const credentials = await putCredentials(client, sandbox);
	const button = await putWorkflow(client, buttonWorkflow(sandbox));
	const watch = await putWorkflow(client, watchWorkflow(credentials, sandbox));
	await publishWorkflow(client, watch);
	return { button: button.id, watch: watch.id };
}

module.exports = { ISSUE, NEW, VENDOR, buttonWorkflow, putButton };
