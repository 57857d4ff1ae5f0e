/**
 * Runs the nodes of a built package for real, in n8n's own engine, in this process: parameters,
 * expressions, credentials, HTTP, files and errors are n8n's. There is no database and no server.
 *
 *     const engine = await createEngine();
 *     const { items, error } = await engine.runNode({ type: 'fastly', parameters, credentials });
 *     engine.close();
 *
 * Build the package first: what runs is what package.json points at.
 */
const { realpathSync } = require('node:fs');
const { resolve } = require('node:path');
const { runCredentialTest } = require('./credential-test');
const { createCredentialTypes, createCredentials } = require('./credentials');
const runtime = require('./runtime');

const { core, workflow: n8n, Container } = runtime;

/**
 * @typedef {import('n8n-workflow').INode} INode
 * @typedef {import('n8n-workflow').INodeType} INodeType
 * @typedef {import('n8n-workflow').INodeExecutionData} Item
 * @typedef {import('n8n-workflow').IRunData} IRunData
 * @typedef {import('n8n-workflow').IConnections} IConnections
 * @typedef {import('n8n-workflow').WorkflowExecuteMode} Mode
 * @typedef {import('./runtime').LogLine} LogLine
 *
 * @typedef {object} NodeSetup
 * @property {string} type short name, as in the node's description
 * @property {Record<string, any>} [parameters] expressions work; what is left out gets its default
 * @property {Record<string, object>} [credentials] plain data by credential type
 * @property {string} [timezone] the workflow's
 *
 * @typedef {object} RunSetup
 * @property {Array<Partial<Item>>} [input] one empty item, if left out
 * @property {'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput'} [onError]
 * @property {AbortSignal} [signal] cancels the execution
 * @property {Mode} [mode] `manual` as from the editor (default), `trigger` as in production
 * @property {Partial<INode>} [settings] the node's other settings, such as `executeOnce`
 *
 * @typedef {object} RunResult
 * @property {Item[]} items main output
 * @property {Item[]} errorItems error output
 * @property {any} [error] as n8n keeps it: message, description, httpCode, context
 * @property {string} status `success`, `error` or `canceled`
 * @property {IRunData} runData of all nodes; `Start` holds the input
 * @property {Record<string, any>} credentials as stored after the run, with renewed tokens
 * @property {(item: Item, property?: string) => Promise<Buffer>} binaryBuffer
 * @property {LogLine[]} logs everything n8n and the node logged, whatever the level
 *
 * @typedef {Awaited<ReturnType<typeof loadEngine>>} Engine
 */

const START = 'Start';
const AGENT = 'Agent';
const HOST = 'http://localhost:5678';
let executions = 0;

/**
 * A node type that n8n brings along, or a helper of a run.
 *
 * @param {string} name
 * @param {Partial<import('n8n-workflow').INodeTypeDescription>} description
 * @param {INodeType['execute']} execute
 * @returns {INodeType}
 */
const nodeType = (name, description, execute) => ({
	description: /** @type {import('n8n-workflow').INodeTypeDescription} */ ({
		displayName: name,
		name,
		group: [],
		version: 1,
		description: '',
		defaults: { name },
		inputs: ['main'],
		outputs: ['main'],
		properties: [],
		...description,
	}),
	execute,
});

/**
 * The tool that n8n makes of a node.
 *
 * @param {INodeType} base
 * @returns {INodeType}
 */
function asTool(base) {
	const { usableAsTool, ...copy } = n8n.deepCopy(base.description);
	if (!usableAsTool) throw new Error(`Node ${copy.name} cannot be used as a tool`);
	const replacements = typeof usableAsTool === 'object' ? usableAsTool.replacements : {};
	/** @type {any} */
	const description = { ...copy, ...replacements };
	description.name += 'Tool';
	description.displayName += ' Tool';
	description.inputs = [];
	description.outputs = ['ai_tool'];
	const choices = ['auto', 'manual'].map((value) => ({ name: value, value }));
	description.properties = [
		{
			displayName: 'Tool Description',
			name: 'descriptionType',
			type: 'options',
			options: choices,
			default: 'auto',
		},
		{
			displayName: 'Description',
			name: 'toolDescription',
			type: 'string',
			default: description.description,
			displayOptions: { show: { descriptionType: ['manual'] } },
		},
		...description.properties,
	];
	return Object.create(base, { description: { value: description } });
}

/** @param {string} packageDir */
async function loadEngine(packageDir) {
	const loader = new core.PackageDirectoryLoader(packageDir);
	await loader.loadAll();
	const prefix = `${loader.packageName}.`;
	const credentialTypes = createCredentialTypes(
		Object.fromEntries(
			Object.entries(loader.credentialTypes).map(([name, { type }]) => [name, type]),
		),
	);

	/**
	 * @param {Record<string, INodeType>} [others] by full name
	 * @returns {import('n8n-workflow').INodeTypes}
	 */
	function nodeTypes(others = {}) {
		/** @param {string} type */
		const getByName = (type) => {
			if (others[type]) return others[type];
			return loader.getNode(type.startsWith(prefix) ? type.slice(prefix.length) : type).type;
		};
		return {
			getByName,
			getByNameAndVersion: (type, version) =>
				n8n.NodeHelpers.getVersionedNodeType(getByName(type), version),
			getKnownTypes: () => ({}),
		};
	}

	/**
	 * The node as it would stand in a saved workflow.
	 *
	 * @param {NodeSetup} setup
	 * @param {ReturnType<typeof createCredentials>} stored
	 * @returns {INode}
	 */
	function createNode({ type, parameters = {} }, stored) {
		const { description } = nodeTypes().getByNameAndVersion(prefix + type);
		const { version, defaultVersion, defaults, displayName } = description;
		return {
			id: 'node',
			name: String(defaults.name ?? displayName),
			type: prefix + type,
			typeVersion:
				defaultVersion ?? (Array.isArray(version) ? version[version.length - 1] : version),
			position: [0, 0],
			parameters: n8n.deepCopy(parameters),
			...(Object.keys(stored.details).length > 0 && { credentials: stored.details }),
		};
	}

	/** @param {ReturnType<typeof createCredentials>} stored */
	function createAdditionalData(stored) {
		const unavailable = async () => {
			throw new n8n.UnexpectedError('Not available in this engine');
		};
		/** @type {import('n8n-workflow').IWorkflowExecuteAdditionalData} */
		const additionalData = {
			credentialsHelper: stored.helper,
			executionId: String(++executions),
			currentNodeExecutionIndex: 0,
			instanceBaseUrl: `${HOST}/`,
			restApiUrl: `${HOST}/rest`,
			formBaseUrl: `${HOST}/form`,
			formWaitingBaseUrl: `${HOST}/form-waiting`,
			formTestBaseUrl: `${HOST}/form-test`,
			webhookBaseUrl: `${HOST}/webhook`,
			webhookWaitingBaseUrl: `${HOST}/webhook-waiting`,
			webhookTestBaseUrl: `${HOST}/webhook-test`,
			mcpBaseUrl: `${HOST}/mcp`,
			mcpTestBaseUrl: `${HOST}/mcp-test`,
			variables: {},
			externalSecretsProxy: Container.get(core.ExternalSecretsProxy),
			setExecutionStatus() {},
			logAiEvent() {},
			executeWorkflow: unavailable,
			getRunExecutionData: unavailable,
			getRuntimeCredential: unavailable,
			startRunnerTask: unavailable,
		};
		return additionalData;
	}

	/**
	 * @param {Item} item
	 * @param {string} [property]
	 */
	async function binaryBuffer(item, property = 'data') {
		const file = item.binary?.[property];
		if (!file) throw new Error(`The item has no file in "${property}"`);
		return await Container.get(core.BinaryDataService).getAsBuffer(file);
	}

	/**
	 * Executes Start (which hands over the input) and what is connected to it.
	 *
	 * @param {object} options
	 * @param {INode[]} options.nodes
	 * @param {IConnections} options.connections
	 * @param {Record<string, INodeType>} [options.types]
	 * @param {Array<Partial<Item>>} options.input
	 * @param {ReturnType<typeof createCredentials>} options.stored
	 * @param {Mode} [options.mode]
	 * @param {AbortSignal} [options.signal]
	 * @param {string} [options.timezone]
	 */
	async function execute(options) {
		const { nodes, connections, input, stored, mode = 'manual', signal, timezone } = options;
		const startType = 'n8n-nodes-base.manualTrigger';
		const types = {
			[startType]: nodeType('manualTrigger', { inputs: [] }, async function () {
				return [this.getInputData()];
			}),
			...options.types,
		};
		/** @type {INode} */
		const start = {
			id: 'start',
			name: START,
			type: startType,
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		};
		const settings = { executionOrder: /** @type {const} */ ('v1'), ...(timezone && { timezone }) };
		const workflow = new n8n.Workflow({
			id: 'workflow',
			name: 'Workflow',
			nodes: [start, ...nodes],
			connections,
			active: false,
			nodeTypes: nodeTypes(types),
			settings,
		});
		const additionalData = createAdditionalData(stored);
		additionalData.hooks = new core.ExecutionLifecycleHooks(
			mode,
			String(additionalData.executionId),
			/** @type {any} */ ({ id: workflow.id, name: workflow.name, nodes, connections, settings }),
		);
		const items = n8n.deepCopy(input).map((item) => ({ json: {}, ...item }));
		const data = n8n.createRunExecutionData({
			executionData: {
				nodeExecutionStack: [{ node: start, data: { main: [items] }, source: null }],
			},
		});
		/** @type {LogLine[]} */
		const logs = [];
		return await runtime.withLogs(logs, async () => {
			const finish = (
				/** @type {string} */ status,
				/** @type {IRunData} */ runData,
				/** @type {any} */ error,
			) => ({
				status,
				runData,
				error,
				logs,
				credentials: stored.read(),
				binaryBuffer,
			});
			let execution;
			try {
				const engine = new core.WorkflowExecute(additionalData, mode, data);
				execution = engine.processRunExecutionData(workflow);
			} catch (error) {
				// Parameters that are required and missing are found before anything runs.
				return finish('error', {}, error);
			}
			const cancel = () => execution.cancel();
			if (signal?.aborted) cancel();
			signal?.addEventListener('abort', cancel);
			try {
				const { status, data } = await execution;
				return finish(status, data.resultData.runData, data.resultData.error);
			} finally {
				signal?.removeEventListener('abort', cancel);
			}
		});
	}

	return {
		packageName: loader.packageName,

		/**
		 * Runs one node on the input. What goes wrong in it is in the result, not thrown.
		 *
		 * @param {NodeSetup & RunSetup} setup
		 * @returns {Promise<RunResult>}
		 */
		async runNode(setup) {
			const { credentials = {}, input = [{}], onError = 'stopWorkflow', settings } = setup;
			const { mode, signal, timezone } = setup;
			const stored = createCredentials(credentialTypes, credentials);
			const node = { ...createNode(setup, stored), onError, ...settings };
			const connections = { [START]: { main: [[{ node: node.name, type: 'main', index: 0 }]] } };
			const run = await execute({
				nodes: [node],
				connections: /** @type {IConnections} */ (connections),
				input,
				stored,
				mode,
				signal,
				timezone,
			});
			const task = run.runData[node.name]?.at(-1);
			const [items, errorItems] = task?.data?.main ?? [];
			return {
				...run,
				items: items ?? [],
				errorItems: errorItems ?? [],
				error: task?.error ?? run.error,
			};
		},

		/**
		 * Lets an agent call the node as a tool, once. Parameters that the model fills in are written
		 * as in the editor: `={{ $fromAI('invoiceId', 'The invoice', 'string') }}`.
		 *
		 * @param {NodeSetup & { input?: Record<string, any>, signal?: AbortSignal }} setup `input` is what
		 * the model fills in
		 */
		async runTool(setup) {
			const { credentials = {}, input = {}, signal, timezone } = setup;
			const stored = createCredentials(credentialTypes, credentials);
			const base = createNode(setup, stored);
			const node = { ...base, type: `${base.type}Tool` };
			/** @type {{ name: string, description: string, schema: any } | undefined} */
			let tool;
			/** @type {string | undefined} */
			let text;
			const agentType = nodeType('agent', { inputs: ['main', 'ai_tool'] }, async function () {
				const [connected] = /** @type {any[]} */ (await this.getInputConnectionData('ai_tool', 0));
				tool = {
					name: connected.name,
					description: connected.description,
					schema: connected.schema,
				};
				text = await connected.invoke(input);
				return [[{ json: { text } }]];
			});
			/** @type {INode} */
			const agent = {
				id: 'agent',
				name: AGENT,
				type: 'engine.agent',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
			};
			/** @type {Record<string, any>} */
			const connections = {
				[START]: { main: [[{ node: AGENT, type: 'main', index: 0 }]] },
				[node.name]: { ai_tool: [[{ node: AGENT, type: 'ai_tool', index: 0 }]] },
			};
			const run = await execute({
				nodes: [node, agent],
				connections,
				types: {
					[agent.type]: agentType,
					[node.type]: asTool(nodeTypes().getByNameAndVersion(base.type, base.typeVersion)),
				},
				input: [{}],
				stored,
				signal,
				timezone,
			});
			/** @type {unknown} */
			const response = text === undefined ? undefined : JSON.parse(text);
			return { ...run, tool, text, response };
		},

		/**
		 * Runs a poll trigger once. `mode: 'manual'` is the editor's "Fetch Test Event", where n8n
		 * throws the static data away. What the node throws is thrown; the static data given is never
		 * changed, so a failed poll is repeated by passing it again.
		 *
		 * @param {NodeSetup & {
		 *   staticData?: object,
		 *   mode?: 'trigger' | 'manual',
		 *   credentialId?: string,
		 *   activation?: import('n8n-workflow').WorkflowActivateMode,
		 * }} setup `activation: 'activate'` is the poll that n8n does when a workflow is published
		 */
		async poll(setup) {
			const { credentials = {}, staticData = {}, mode = 'trigger', timezone } = setup;
			const { activation = mode === 'manual' ? 'manual' : 'update' } = setup;
			const { credentialId = 'credential' } = setup;
			const stored = createCredentials(credentialTypes, credentials, credentialId);
			const node = createNode(setup, stored);
			const key = `node:${node.name}`;
			const workflow = new n8n.Workflow({
				id: 'workflow',
				name: 'Workflow',
				nodes: [node],
				connections: {},
				active: mode !== 'manual',
				nodeTypes: nodeTypes(),
				staticData: { [key]: n8n.deepCopy(staticData) },
				settings: timezone ? { timezone } : {},
			});
			const context = core.getExecutePollFunctions(
				workflow,
				node,
				createAdditionalData(stored),
				mode,
				activation,
			);
			/** @type {LogLine[]} */
			const logs = [];
			const output = await runtime.withLogs(logs, async () =>
				// n8n 1 keeps its class to itself, which does no more than this.
				core.TriggersAndPollers
					? await Container.get(core.TriggersAndPollers).runPollFunction(workflow, node, context)
					: await nodeTypes().getByNameAndVersion(node.type).poll?.call(context),
			);
			/** @type {Record<string, any>} */
			const kept = JSON.parse(JSON.stringify(workflow.staticData[key] ?? {}));
			return {
				/** Null where nothing happened; then n8n saves no static data either. */
				items: output?.[0] ?? null,
				staticData: kept,
				credentials: stored.read(),
				binaryBuffer,
				logs,
			};
		},

		/**
		 * Fills a searchable list, as the editor does while one types. What the node throws is thrown.
		 *
		 * @param {NodeSetup & {
		 *   method: string,
		 *   filter?: string,
		 *   paginationToken?: string | number,
		 *   path?: string,
		 * }} setup `path` is the parameter's, such as `parameters.invoiceId`
		 */
		async searchList(setup) {
			const { credentials = {}, method, filter, paginationToken, path = 'parameters' } = setup;
			const stored = createCredentials(credentialTypes, credentials);
			const node = createNode(setup, stored);
			const workflow = new n8n.Workflow({
				nodes: [node],
				connections: {},
				active: false,
				nodeTypes: nodeTypes(),
				settings: setup.timezone ? { timezone: setup.timezone } : {},
			});
			const search = nodeTypes().getByNameAndVersion(node.type, node.typeVersion).methods
				?.listSearch?.[method];
			if (!search) throw new Error(`Node ${setup.type} has no list search "${method}"`);
			const additionalData = createAdditionalData(stored);
			additionalData.currentNodeParameters = node.parameters;
			const context = new core.LoadOptionsContext(workflow, node, additionalData, path);
			const result = await runtime.withLogs(
				[],
				async () =>
					await search.call(
						context,
						filter,
						paginationToken === undefined ? undefined : String(paginationToken),
					),
			);
			const { paginationToken: next } = result;
			return { ...result, ...(next !== undefined && { paginationToken: String(next) }) };
		},

		/**
		 * The editor's "Test" of a credential.
		 *
		 * @param {string} name
		 * @param {object} data
		 * @returns {Promise<{ status: 'OK' | 'Error', message: string }>}
		 */
		async testCredential(name, data) {
			const stored = createCredentials(credentialTypes, { [name]: data });
			return await runtime.withLogs(
				[],
				async () =>
					await runCredentialTest({
						name,
						type: credentialTypes.get(name),
						isOAuth2: credentialTypes.parents(name).includes('oAuth2Api'),
						stored,
						additionalData: createAdditionalData(stored),
						nodes: Object.values(loader.nodeTypes).map(({ type }) => type),
						nodeTypes,
					}),
			);
		},

		/** n8n's store of what nodes have processed, in memory here. */
		processedItems: runtime.processedItems,

		/** Removes the engine's temporary folder, files of `filesystem` mode included. */
		close: runtime.close,
	};
}

/** @type {Map<string, Promise<Engine>>} */
const engines = new Map();

/**
 * The engine for a package; one and the same, however often it is asked for. `sleep` and
 * `binaryMode` are those of the last call.
 *
 * @param {object} [options]
 * @param {string} [options.packageDir] the folder of package.json
 * @param {import('./runtime').Sleep} [options.sleep] stands in for n8n-workflow's `sleep` in the nodes
 * @param {import('./runtime').BinaryMode} [options.binaryMode] `filesystem`, like n8n itself, if left out
 */
async function createEngine(options = {}) {
	const { packageDir = resolve(__dirname, '../..'), sleep, binaryMode = 'filesystem' } = options;
	runtime.setSleep(sleep);
	await runtime.setBinaryMode(binaryMode);
	const folder = realpathSync(packageDir);
	const engine = engines.get(folder) ?? loadEngine(folder);
	engines.set(folder, engine);
	return await engine;
}

module.exports = { createEngine };
