/** The nodes as tools of an agent: what it is offered, what the model may fill in, what it gets. */
import { type INodeProperties, type INodeType, NodeHelpers } from 'n8n-workflow';
import {
	type Json,
	VENDORS,
	type VendorOfTest,
	jsonOf,
	listOf,
	setUp,
	vendorRows,
} from './support';

const stage = setUp();
const PAYING = VENDORS.filter(({ pay }) => pay !== undefined);

/** Lets an agent read a list, once. */
const ask = async (vendor: VendorOfTest, parameters: Json, input: Json = {}) =>
	await stage.engine.runTool({
		type: vendor.type,
		parameters: { resource: 'invoice', operation: 'getAll', ...vendor.parameters, ...parameters },
		credentials: stage.credentialsOf(vendor),
		input,
	});

/** A field as the editor leaves it to the model. */
const fromAI = (name: string, type = 'string') =>
	`={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('${name}', \`\`, '${type}') }}`;

const listed = async (vendor: VendorOfTest, more: Json = {}): Promise<Json[]> => {
	const parameters = { ...listOf(vendor).parameters(stage.sandbox), output: 'simplified', ...more };
	return jsonOf(await stage.run(vendor, parameters));
};

/** Returns a vendor's node as it is built. */
async function nodeOf({ folder }: VendorOfTest): Promise<INodeType> {
	const built = (await import(`../dist/nodes/${folder}/${folder}.node.js`)) as Json;
	return new built[folder]() as INodeType;
}

/** Returns the parameters of a name that n8n shows. */
async function shown(vendor: VendorOfTest, name: string, isTool: boolean, values: Json = {}) {
	const { description } = await nodeOf(vendor);
	const asNode = { ...description, name: `${description.name}${isTool ? 'Tool' : ''}` };
	const all = { resource: 'invoice', operation: 'getAll', ...values };
	const node = { typeVersion: 1, type: '', name: '', id: '', position: [0, 0], parameters: {} };
	return description.properties.filter(
		(property: INodeProperties) =>
			property.name === name && NodeHelpers.displayParameter(all, property, node as never, asNode),
	) as INodeProperties[];
}

const namesIn = ({ options }: INodeProperties) => options?.map(({ name }) => name);

describe('Output', () => {
	it.each(vendorRows())('%s: an agent is offered what is short', async (_, vendor) => {
		const [offered, ...others] = await shown(vendor, 'output', true);
		expect(others).toEqual([]);
		expect(namesIn(offered)).toEqual(['Raw', 'Selected Fields', 'Simplified']);
		expect(offered.default).toBe('simplified');
	});

	it.each(vendorRows())('%s: a person is offered all', async (_, vendor) => {
		const [offered, ...others] = await shown(vendor, 'output', false);
		expect(others).toEqual([]);
		expect(namesIn(offered)).toEqual([
			...['Full', 'Line Items', 'Raw', 'Selected Fields', 'Simplified'],
		]);
		for (const isTool of [true, false]) {
			expect(await shown(vendor, 'fields', isTool, { output: 'full' })).toEqual([]);
			expect(await shown(vendor, 'fields', isTool, { output: 'selectedFields' })).toHaveLength(1);
		}
	});

	it.each(vendorRows())('%s: Simplified is what an agent gets', async (_, vendor) => {
		const expected = (await listed(vendor)).slice(0, 3);
		for (const output of [{}, { output: 'simplified' }]) {
			const { response, text } = await ask(vendor, { limit: 3, ...output });
			expect(response).toEqual(expected);
			expect(text).not.toContain('contentHash');
		}
	});

	it.each(vendorRows())('%s: Selected Fields may be filled in', async (_, vendor) => {
		const { response } = await ask(
			vendor,
			{ limit: 2, output: 'selectedFields', fields: fromAI('Fields') },
			{ Fields: 'signedTotal, id, dedupeKey' },
		);
		const expected = (await listed(vendor)).slice(0, 2);
		expect(response).toEqual(
			expected.map(({ signedTotal, invoiceId, dedupeKey }) => ({
				signedTotal,
				id: invoiceId,
				dedupeKey,
			})),
		);
	});
});

describe('the model fills in', () => {
	it.each(vendorRows())('%s: dates and limit', async (_, vendor) => {
		const parameters = {
			limit: fromAI('Limit', 'number'),
			filters: { dateFrom: fromAI('Dated_From'), dateTo: fromAI('Dated_To') },
		};
		const filters = { dateFrom: '2023-01-01', dateTo: '2026-12-31' };
		const input = { Limit: 2, Dated_From: filters.dateFrom, Dated_To: filters.dateTo };
		const { tool, response } = await ask(vendor, parameters, input);
		expect(Object.keys(tool!.schema.shape).sort()).toEqual(['Dated_From', 'Dated_To', 'Limit']);
		const expected = (await listed(vendor, { filters })).slice(0, 2);
		expect(expected).toHaveLength(2);
		expect(response).toEqual(expected);
	});

	it.each(vendorRows(PAYING))('%s: the status', async (_, vendor) => {
		const parameters = { returnAll: true, filters: { status: fromAI('Status') } };
		const all = await listed(vendor);
		for (const status of ['paid', 'open, partiallyPaid']) {
			const { response } = await ask(vendor, parameters, { Status: status });
			const expected = all.filter((item) => status.split(', ').includes(item.status));
			expect(expected.length).toBeGreaterThan(0);
			expect(response).toEqual(expected);
		}
	});

	it.each(vendorRows(PAYING))('%s: a status that is none, and is told which are', async (_, of) => {
		const run = await ask(of, { filters: { status: fromAI('Status') } }, { Status: 'late' });
		expect(JSON.stringify(run)).toContain('is not a valid value for');
	});

	it.each(vendorRows())('%s: not which invoices to return', async (_, vendor) => {
		const [parameter] = await shown(vendor, 'onlyNew', true);
		expect(parameter.noDataExpression).toBe(true);
		// An expression that somebody typed all the same is followed.
		const onlyNew = fromAI('onlyNew');
		const { response } = await ask(vendor, { onlyNew, limit: 2 }, { onlyNew: 'off' });
		expect(response).toEqual((await listed(vendor)).slice(0, 2));
	});
});
