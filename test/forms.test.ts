/** The forms: nothing that is shown is without effect, and nothing shows "undefined". */
/* eslint-disable @n8n/community-nodes/no-dangerous-functions -- this is no node, and the code is the package's own */
import {
	type ICredentialType,
	type INodeProperties,
	type INodeType,
	NodeHelpers,
} from 'n8n-workflow';
import { type Json, type VendorOfTest, setUp, vendorRows } from './support';

const stage = setUp();

/** Other values than the default ones, whose effect shows in what is returned or requested. */
const VALUES: Json = {
	accountId: 'none',
	amountsAs: 'text',
	attachPdf: true,
	billingEndDate: '2024-01-31',
	billingStartDate: '2027-01-01',
	binaryPropertyName: 'file',
	createdFrom: '2027-01-01',
	createdTo: '2024-01-31',
	currency: 'ISK',
	dateFrom: '2027-01-01',
	dateTo: '2024-01-31',
	description: 'nothing like it',
	emitExisting: true,
	excludeFields: 'amount',
	fileName: 'other.pdf',
	includeDrafts: true,
	includeFields: 'amount',
	includeLines: true,
	includeRaw: true,
	maxFileSize: 0,
	maxRetries: -1,
	pageSize: 11,
	parallelRequests: 0,
	query: 'no filter',
	status: ['void'],
	supplierName: 'Other Name',
	timeZone: 'Pacific/Pago_Pago',
	timeout: 0,
	withRelated: true,
};

/** These take effect on lists that are incomplete or contain drafts, which the sandbox's are not. */
const UNTESTED = ['ifIncomplete', 'includeDrafts'];

/** The sandbox's single invoices of i3D.net have dates as text, which have no time zone. */
const isDatedAsText = ({ operation }: Json, name: string) =>
	operation === 'get' && name === 'timeZone';

const EVERY_FIELD = ['supplierName', 'signedTotal', 'issueDate', 'currency', 'lineItems'];

async function built<T>(path: string, name: string): Promise<T> {
	const module = (await import(`../dist/${path}`)) as Record<string, new () => T>;
	return new module[name]();
}

const nodeOf = async ({ folder }: VendorOfTest, suffix = '') =>
	await built<INodeType>(`nodes/${folder}/${folder}${suffix}.node.js`, `${folder}${suffix}`);

const asNode = { typeVersion: 1, type: '', name: '', id: '', position: [0, 0], parameters: {} };

/** Returns what n8n shows of some properties. */
function shown(properties: INodeProperties[], values: Json, node: INodeType, root?: Json) {
	return properties.filter((property) =>
		NodeHelpers.displayParameter(
			values,
			property,
			asNode as never,
			node.description,
			root as never,
		),
	);
}

/** Returns the options or filters that n8n shows along with these parameters. */
function optionsIn(node: INodeType, collection: string, parameters: Json): INodeProperties[] {
	const [property] = shown(node.description.properties, parameters, node).filter(
		({ name }) => name === collection,
	);
	const options = (property?.options ?? []) as INodeProperties[];
	return shown(options, (parameters[collection] as Json) ?? {}, node, parameters);
}

/** Returns all choices of resource, operation and output that n8n shows. */
function choicesOf(node: INodeType): Json[] {
	const pick = (name: string, values: Json) =>
		shown(node.description.properties, values, node)
			.filter((property) => property.name === name)
			.flatMap(({ options }) => (options ?? []).map((option) => (option as Json).value as string));
	return pick('resource', {}).flatMap((resource) =>
		pick('operation', { resource }).flatMap((operation) => {
			const outputs = pick('output', { resource, operation, '@tool': false });
			return (outputs.length > 0 ? [...new Set(outputs)] : [undefined]).map((output) => ({
				resource,
				operation,
				...(output && { output, ...(output === 'selectedFields' && { fields: EVERY_FIELD }) }),
			}));
		}),
	);
}

/** Where a file is kept, and what time it is now. */
const BY_CHANCE = new RegExp(
	`filesystem-v2:[^"]*|(?<=${new Date().toISOString().slice(0, 10)})T[\\d:.]+Z`,
	'g',
);

/** Returns what a run returned and requested. */
async function resultOf(run: Promise<Json>) {
	stage.sandbox.clearRequests();
	const { items, error, binary } = await run.catch((thrown: Error) => ({ error: thrown }) as Json);
	const requests = stage.requests.map(({ path, query }) => JSON.stringify([path, query])).sort();
	const result = { items, binary, requests, error: (error as Error | undefined)?.message };
	return JSON.parse(JSON.stringify(result).replace(BY_CHANCE, '')) as Json;
}

describe.each(vendorRows())('%s', (_, vendor) => {
	/** Of some invoices not everything is stated, so that an option has no effect on them. */
	const MOST_INVOICES = 10;

	beforeEach(async () => {
		const sandbox = await stage.ownSandbox();
		if (!vendor.options.currency) return;
		const records = Object.values(sandbox.data[vendor.type] as Json).flat() as Json[];
		for (const record of records) {
			Object.assign(record, JSON.parse(JSON.stringify(record).replaceAll(' usd', '')));
			delete record.currency;
		}
	});

	async function hasEffect(collection: string, name: string, parameters: Json): Promise<boolean> {
		const start = parameters[collection] as Json;
		const value = name in start ? false : VALUES[name];
		expect([name, value]).not.toEqual([name, undefined]);
		const changed = { ...parameters, [collection]: { ...start, [name]: value } };
		const isOne = ['get', 'downloadPdf'].includes(parameters.operation as string);
		for (const record of vendor.list(stage.sandbox).slice(0, isOne ? MOST_INVOICES : 1)) {
			const invoiceId = { __rl: true, mode: 'list', value: vendor.idOf(record) };
			const run = async (values: Json) =>
				JSON.stringify(await resultOf(stage.run(vendor, { ...values, invoiceId })));
			if ((await run(parameters)) !== (await run(changed))) return true;
		}
		return false;
	}

	it('each option takes effect where it is shown', async () => {
		const node = await nodeOf(vendor);
		const unused: string[] = [];
		for (const choice of choicesOf(node)) {
			const base = { ...vendor.parameters, ...choice, limit: 12 };
			const canAttach = optionsIn(node, 'options', base).some(({ name }) => name === 'attachPdf');
			const options = canAttach && choice.operation === 'get' ? { attachPdf: true } : {};
			const parameters: Json = { ...base, options, filters: {} };
			for (const collection of ['options', 'filters']) {
				for (const { name } of optionsIn(node, collection, parameters)) {
					const isUntested = UNTESTED.includes(name) || isDatedAsText(choice, name);
					if (isUntested || (await hasEffect(collection, name, parameters))) continue;
					unused.push([choice.resource, choice.operation, choice.output, name].join(' '));
				}
			}
		}
		expect(unused).toEqual([]);
	}, 120_000);

	it('a run is the same twice, so that a difference is an effect', async () => {
		for (const choice of choicesOf(await nodeOf(vendor))) {
			const invoiceId = {
				__rl: true,
				mode: 'list',
				value: vendor.idOf(vendor.list(stage.sandbox)[0]),
			};
			const parameters = { ...vendor.parameters, ...choice, limit: 12, invoiceId };
			const first = await resultOf(stage.run(vendor, parameters));
			expect(await resultOf(stage.run(vendor, parameters))).toEqual(first);
			expect(first.items.length).toBeGreaterThan(0);
		}
	});

	it('each option of the trigger takes effect', async () => {
		const node = await nodeOf(vendor, 'Trigger');
		const unused: string[] = [];
		for (const output of ['full', 'lineItems', 'raw', 'selectedFields', 'simplified']) {
			const fields = output === 'selectedFields' && { fields: EVERY_FIELD };
			const parameters: Json = {
				...vendor.parameters,
				event: 'invoiceCreated',
				output,
				...fields,
				options: { emitExisting: true },
				filters: {},
			};
			const poll = async (values: Json) =>
				JSON.stringify(
					await resultOf(
						stage.engine.poll({
							type: `${vendor.type}Trigger`,
							parameters: values,
							credentials: stage.credentialsOf(vendor),
							staticData: {},
						}) as Promise<Json>,
					),
				);
			const before = await poll(parameters);
			expect(await poll(parameters)).toBe(before);
			for (const collection of ['options', 'filters']) {
				for (const { name } of optionsIn(node, collection, parameters)) {
					if (UNTESTED.includes(name)) continue;
					const value = name === 'emitExisting' ? false : VALUES[name];
					const changed = { ...(parameters[collection] as Json), [name]: value };
					const after = await poll({ ...parameters, [collection]: changed });
					if (after === before) unused.push(`${output} ${name}`);
				}
			}
		}
		expect(unused).toEqual([]);
	}, 120_000);

	it('drafts are offered only where they would be left out', async () => {
		const node = await nodeOf(vendor);
		const isOffered = (parameters: Json) =>
			optionsIn(node, 'options', { resource: 'invoice', onlyNew: 'off', ...parameters }).some(
				({ name }) => name === 'includeDrafts',
			);
		const hasDrafts = isOffered({ operation: 'getAll', onlyNew: 'new' });
		expect(isOffered({ operation: 'getAll' })).toBe(false);
		expect(isOffered({ operation: 'get' })).toBe(false);
		expect(isOffered({ operation: 'getUnpaid' })).toBe(hasDrafts);
		const trigger = await nodeOf(vendor, 'Trigger');
		expect(optionsIn(trigger, 'options', {}).some(({ name }) => name === 'includeDrafts')).toBe(
			hasDrafts,
		);
	});

	it('is found by what it is for, and leads to its own documentation', async () => {
		for (const suffix of ['', 'Trigger']) {
			const { alias, resources } = (await import(
				`../nodes/${vendor.folder}/${vendor.folder}${suffix}.node.json`
			)) as Json;
			const words = 'invoice invoices bill bills billing vendor supplier receipt expense finance';
			expect(alias).toEqual(expect.arrayContaining([...words.split(' '), 'accounts payable']));
			expect(resources.credentialDocumentation[0].url).toMatch(/vendors\/[\w-]+\.md#credential$/);
		}
	});

	it('keeps its name on the canvas, and says what it does under it', async () => {
		const { description } = await nodeOf(vendor);
		expect(description).toMatchObject({
			skipNameGeneration: true,
			defaults: { name: vendor.name },
		});
		for (const { action } of actionsOf(description.properties)) {
			expect(action).not.toMatch(/ (an?|the) /);
		}
		expect(description.subtitle).toContain('"getAll":"Get Many"');
		const trigger = await nodeOf(vendor, 'Trigger');
		expect(trigger.description.subtitle).toContain('"invoiceCreated":"Invoice Created"');
		expect(trigger.description.description).toMatch(/^Get .*\. Starts the workflow when an? /);
	});

	it('says what a poll costs, once', async () => {
		const node = await nodeOf(vendor, 'Trigger');
		for (const event of ['invoiceCreated', 'invoiceChanged']) {
			const notices = shown(node.description.properties, { event }, node).filter(
				({ type }) => type === 'notice',
			);
			expect(notices.map(({ displayName }) => displayName)).toEqual([
				expect.stringMatching(/Every Day.* \d+ request/),
			]);
		}
	});
});

function actionsOf(properties: INodeProperties[]): Array<{ action: string }> {
	return properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ options }) => options as unknown as Array<{ action: string }>);
}

describe('the credentials', () => {
	const credentialOf = async (name: string) =>
		await built<ICredentialType>(
			`credentials/${name[0].toUpperCase()}${name.slice(1)}.credentials.js`,
			name[0].toUpperCase() + name.slice(1),
		);

	it.each(vendorRows())('%s: secrets are hidden, nothing else is', async (_, { credential }) => {
		const { properties } = await credentialOf(credential);
		const secrets = properties.filter(({ typeOptions }) => typeOptions?.password);
		expect(secrets.length).toBe(credential === 'talkdeskOAuth2Api' ? 0 : 1);
	});

	it('Talkdesk: an empty form shows no expression, and no URL of its own', async () => {
		const { properties } = await credentialOf('talkdeskOAuth2Api');
		const expressions = properties.filter(({ default: value }) => /^=/.test(String(value)));
		expect(expressions.map(({ type }) => type)).toEqual(expressions.map(() => 'hidden'));
		expect(expressions.map(({ name }) => name)).toEqual([
			'authUrl',
			'accessTokenUrl',
			'allowedDomains',
		]);
		const visible = (values: Json) =>
			properties
				.filter((property) => property.type !== 'hidden')
				.filter((property) => NodeHelpers.displayParameter(values, property, asNode as never, null))
				.map(({ name }) => name);
		const own = ['grantType', 'account', 'region', 'scope'];
		for (const grantType of ['clientCredentials', 'authorizationCode']) {
			expect(visible({ grantType, region: 'us' })).toEqual(own);
		}
		const custom = ['grantType', 'region', 'baseUrl', 'tokenUrl'];
		expect(visible({ grantType: 'clientCredentials', region: 'custom' })).toEqual([
			...custom,
			'scope',
		]);
		expect(visible({ grantType: 'authorizationCode', region: 'custom' })).toEqual([
			...custom,
			'customAuthUrl',
			'scope',
		]);
	});

	const FORMS: Array<[string, Json, string]> = [
		['empty', {}, 'https://.talkdeskid.invalid/oauth/authorize'],
		['Europe', { account: 'acme', region: 'eu' }, 'https://acme.talkdeskid.eu/oauth/authorize'],
		[
			'Custom',
			{ region: 'custom', customAuthUrl: 'https://login.example/authorize' },
			'https://login.example/authorize',
		],
		['Custom, empty', { region: 'custom' }, 'https://plain-http-is-refused.invalid'],
		[
			'Custom, plain http',
			{ region: 'custom', customAuthUrl: 'http://login.example' },
			'https://plain-http-is-refused.invalid',
		],
	];
	it.each(FORMS)('Talkdesk: the authorization URL, %s', async (_, form, expected) => {
		const { properties } = await credentialOf('talkdeskOAuth2Api');
		const values = properties.map(({ name, default: value }) => [
			name,
			/^=\{\{/.test(String(value)) ? evaluate(String(value), form) : value,
		]);
		expect(Object.fromEntries(values).authUrl).toBe(expected);
		expect(JSON.stringify(values)).not.toContain('undefined');
	});

	/** Evaluates an expression as JavaScript, which it is. */
	function evaluate(expression: string, form: Json): unknown {
		const code = expression.replace(/^=\{\{/, '').replace(/\}\}$/, '');
		return (new Function('$self', `return ${code}`) as (self: Json) => unknown)(form);
	}
});
