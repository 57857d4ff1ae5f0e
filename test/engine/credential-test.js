/** The editor's "Test" of a credential: which test there is, and what its outcome is called. */
const { core, workflow: n8n } = require('./runtime');

/**
 * @typedef {import('n8n-workflow').INodeType} INodeType
 * @typedef {import('n8n-workflow').ICredentialTestRequest} TestRequest
 * @typedef {import('n8n-workflow').INodeCredentialTestResult} TestResult
 * @typedef {import('n8n-workflow').ICredentialsDecrypted} Decrypted
 *
 * @typedef {object} Setup
 * @property {string} name
 * @property {import('n8n-workflow').ICredentialType} type
 * @property {boolean} isOAuth2
 * @property {ReturnType<typeof import('./credentials').createCredentials>} stored
 * @property {import('n8n-workflow').IWorkflowExecuteAdditionalData} additionalData
 * @property {Array<INodeType | import('n8n-workflow').IVersionedNodeType>} nodes
 * @property {(others: Record<string, INodeType>) => import('n8n-workflow').INodeTypes} nodeTypes
 */

/** @param {string} path */
const steps = (path) => path.split(/[.[\]]+/).filter(Boolean);

/**
 * The credential's own test comes first, then what the nodes that use it offer.
 *
 * @param {Setup} setup
 * @returns {TestRequest | ((this: any, credential: Decrypted) => Promise<TestResult>) | undefined}
 */
function findTest({ name, type, isOAuth2, nodes }) {
	if (type.test) return type.test;
	const versions = nodes.flatMap((node) =>
		'nodeVersions' in node ? Object.values(node.nodeVersions) : [node],
	);
	for (const node of versions) {
		const used = node.description.credentials?.find((credential) => credential.name === name);
		if (!used) continue;
		if (isOAuth2) {
			return async ({ data }) => {
				const token = data?.oauthTokenData;
				return typeof token === 'object' && token !== null && 'access_token' in token
					? { status: 'OK', message: 'Connection Successful!' }
					: {
							status: 'Error',
							message: 'This OAuth2 credential was not connected to an account.',
						};
			};
		}
		if (typeof used.testedBy === 'string') return node.methods?.credentialTest?.[used.testedBy];
		if (used.testedBy) return used.testedBy;
	}
	return undefined;
}

/**
 * @param {TestRequest} test
 * @param {any} error
 * @returns {TestResult}
 */
function judgeError({ rules = [] }, error) {
	const { response, code } = error.cause ?? {};
	if (response) {
		const { status, statusText } = response;
		for (const rule of rules) {
			if (rule.type === 'responseCode' && rule.properties.value === status) {
				return { status: 'Error', message: rule.properties.message };
			}
		}
		if (status < 199 || status > 299) {
			const message = statusText || `Received HTTP status code: ${status}`;
			return { status: 'Error', message };
		}
	} else if (code) {
		return { status: 'Error', message: code };
	}
	return { status: 'Error', message: String(error.message) };
}

/**
 * @param {TestRequest} test
 * @param {import('n8n-workflow').INodeExecutionData[][] | null | undefined} output
 * @returns {TestResult}
 */
function judgeAnswer({ rules = [] }, output) {
	for (const rule of rules) {
		if (rule.type !== 'responseSuccessBody') continue;
		const { key, value, message } = rule.properties;
		/** @type {any} */
		let found = output?.[0]?.[0]?.json;
		for (const step of steps(key)) found = found?.[step];
		if (found === value) return { status: 'Error', message };
	}
	return { status: 'OK', message: 'Connection successful!' };
}

/**
 * @param {Setup} setup
 * @returns {Promise<TestResult>}
 */
async function runCredentialTest(setup) {
	const { name, stored, additionalData } = setup;
	const test = findTest(setup);
	if (!test) return { status: 'Error', message: 'No testing function found for this credential.' };

	/** @type {Decrypted} */
	const credential = { ...stored.details[name], type: name };
	try {
		const data = stored.read()[name];
		credential.data = stored.helper.applyDefaults(additionalData, data, name, 'internal');
	} catch (error) {
		return { status: 'Error', message: String(/** @type {any} */ (error).message) };
	}
	if (typeof test === 'function') {
		return await test.call(new core.CredentialTestContext(additionalData), credential);
	}

	// The request is sent as that of a node with one parameter.
	/** @type {import('n8n-workflow').INode} */
	const node = {
		id: 'temp',
		name: 'Temp-Node',
		type: 'n8n-nodes-base.noOp',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		credentials: stored.details,
	};
	/** @type {any} */
	const nodeType = {
		description: {
			displayName: 'No Operation',
			name: 'noOp',
			group: [],
			version: 1,
			description: '',
			defaults: {},
			inputs: ['main'],
			outputs: ['main'],
			credentials: [{ name, required: true }],
			properties: [
				{
					displayName: 'Temp',
					name: 'temp',
					type: 'string',
					default: '',
					routing: { request: test.request },
				},
			],
		},
	};
	const workflow = new n8n.Workflow({
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: setup.nodeTypes({ [node.type]: nodeType }),
	});
	additionalData.currentNodeParameters = node.parameters;
	additionalData.credentialsHelper = new Proxy(stored.helper, {
		get(target, property) {
			const value = Reflect.get(target, property);
			if (property !== 'getDecrypted') {
				return typeof value === 'function' ? value.bind(target) : value;
			}
			return async (/** @type {any[]} */ ...args) =>
				args[5] ? await value.apply(target, args) : (credential.data ?? {});
		},
	});
	const context = new core.ExecuteContext(
		workflow,
		node,
		additionalData,
		'internal',
		n8n.createEmptyRunExecutionData(),
		0,
		[],
		{ main: [[{ json: {} }]] },
		{ node, data: {}, source: null },
		[],
	);
	try {
		const routing = new core.RoutingNode(context, nodeType, credential);
		return judgeAnswer(test, await routing.runNode());
	} catch (error) {
		return judgeError(test, error);
	}
}

module.exports = { runCredentialTest };
