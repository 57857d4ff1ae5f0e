/** Credentials as n8n keeps and uses them, in memory. */
const { randomUUID } = require('node:crypto');
const { core, workflow: n8n } = require('./runtime');

/**
 * @typedef {import('n8n-workflow').ICredentialDataDecryptedObject} Data
 * @typedef {import('n8n-workflow').ICredentialType} CredentialType
 * @typedef {import('n8n-workflow').INodeCredentialsDetails} Details
 * @typedef {import('n8n-workflow').INodeProperties} Property
 */

/**
 * @param {string} name
 * @param {Partial<Property>} [rest]
 * @param {Record<string, Array<string | boolean>>} [show]
 * @returns {Property}
 */
const field = (name, rest, show) => ({
	displayName: name,
	name,
	type: 'string',
	default: '',
	...rest,
	...(show && { displayOptions: { show } }),
});
const manual = { useDynamicClientRegistration: [false] };
const byBrowser = { ...manual, grantType: ['authorizationCode', 'pkce'] };
const inBody = { ...manual, grantType: ['clientCredentials'], authentication: ['body'] };

/** The fields a credential inherits from n8n's own `oAuth2Api`. */
const oAuth2Fields = [
	field('useDynamicClientRegistration', { type: 'hidden', default: false }),
	field('grantType', { type: 'options', default: 'authorizationCode' }, manual),
	field('serverUrl', {}, { useDynamicClientRegistration: [true] }),
	field('authUrl', {}, byBrowser),
	field('accessTokenUrl', {}, manual),
	field('clientId', {}, manual),
	field('clientCredentialType', { type: 'hidden', default: 'clientSecret' }),
	field('clientSecret', {}, manual),
	field('privateKey', { type: 'hidden' }),
	field('certificate', { type: 'hidden' }),
	field('scope', {}, manual),
	field('authQueryParameters', {}, byBrowser),
	field('authentication', { type: 'options', default: 'header' }, manual),
	field('sendAdditionalBodyProperties', { type: 'boolean', default: false }, inBody),
	field(
		'additionalBodyProperties',
		{ type: 'json' },
		{ ...inBody, sendAdditionalBodyProperties: [true] },
	),
	field('oauthTokenData', { type: 'json', default: {} }),
];

/** What a credential type hides, the type decides: a stored value of these does not count. */
const pinnedFields = [
	'useDynamicClientRegistration',
	'authUrl',
	'accessTokenUrl',
	'grantType',
	'authentication',
	'usePkce',
	'requestTokenUrl',
	'signatureMethod',
];

/** @param {Record<string, CredentialType>} types those of the package, by name */
function createCredentialTypes(types) {
	/** @type {Record<string, CredentialType>} */
	const known = {
		...types,
		oAuth2Api: { name: 'oAuth2Api', displayName: 'OAuth2 API', properties: oAuth2Fields },
	};

	/** @param {string} name */
	function get(name) {
		if (!known[name]) throw new n8n.UnexpectedError(`Unknown credential type "${name}"`);
		return known[name];
	}

	/**
	 * @param {string} name
	 * @returns {string[]}
	 */
	function parents(name) {
		const own = known[name]?.extends ?? [];
		return [...own, ...own.flatMap(parents)];
	}

	/**
	 * @param {string} name
	 * @returns {Property[]}
	 */
	function properties(name) {
		const type = get(name);
		/** @type {Property[]} */
		const merged = [];
		for (const parent of type.extends ?? []) {
			n8n.NodeHelpers.mergeNodeProperties(merged, properties(parent));
		}
		n8n.NodeHelpers.mergeNodeProperties(merged, type.properties);
		return merged;
	}

	return { get, parents, properties };
}

/**
 * The credentials of one run, and how nodes get at them.
 *
 * @param {ReturnType<typeof createCredentialTypes>} types
 * @param {Record<string, object>} credentials plain data by credential type
 * @param {string} [id] of the credentials; of its own in each run, if left out
 */
function createCredentials(types, credentials, id) {
	/** @type {Record<string, { id: string, name: string, data: string }>} */
	const stored = {};
	for (const [type, data] of Object.entries(credentials)) {
		const name = types.get(type).displayName;
		stored[type] = { id: id ?? randomUUID(), name, data: JSON.stringify(data) };
	}

	/**
	 * @param {Details} details
	 * @param {string} type
	 */
	function entry(details, type) {
		const found = stored[type];
		if (!found || found.id !== details.id) {
			throw new n8n.UnexpectedError(`Credential with ID "${details.id}" does not exist`);
		}
		return found;
	}

	class StoredCredentials extends n8n.ICredentials {
		/** @param {Data} data */
		async setData(data) {
			this.data = JSON.stringify(data);
			stored[this.type].data = this.data;
		}

		/** @param {Data} changes */
		async updateData(changes) {
			await this.setData({ ...(await this.getData()), ...changes });
		}

		/** @returns {Promise<any>} */
		async getData() {
			return JSON.parse(this.data ?? '{}');
		}

		getDataToSave() {
			return { id: this.id, name: this.name, type: this.type, data: this.data };
		}
	}

	/** Expressions in credentials are resolved on a node of their own when there is no run. */
	function lonelyWorkflow() {
		/** @type {import('n8n-workflow').INode} */
		const node = {
			id: randomUUID(),
			name: 'Credential',
			type: 'mock',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		};
		const nodeTypes = /** @type {any} */ ({
			getByNameAndVersion: () => ({ description: { properties: [] } }),
		});
		return {
			node,
			workflow: new n8n.Workflow({ nodes: [node], connections: {}, active: false, nodeTypes }),
		};
	}

	class CredentialsHelper extends n8n.ICredentialsHelper {
		/** @param {string} name */
		getParentTypes(name) {
			return types.parents(name);
		}

		/** @param {string} name */
		getCredentialsProperties(name) {
			return types.properties(name);
		}

		/**
		 * @param {string} name
		 * @param {string} nodeType
		 */
		isCredentialUsableByNode(name, nodeType) {
			const { restrictToSupportedNodes, supportedNodes } = types.get(name);
			if (!restrictToSupportedNodes) return true;
			return (supportedNodes ?? []).includes(nodeType.split('.').at(-1) ?? '');
		}

		/** @type {import('n8n-workflow').ICredentialsHelper['authenticate']} */
		async authenticate(data, name, options, workflow, node) {
			/** @type {any} */
			const request = options;
			const { authenticate } = types.get(name);
			if (typeof authenticate === 'function') return await authenticate(data, request);
			if (!authenticate) return request;
			if (!workflow || !node) throw new n8n.UnexpectedError('Workflow and node are required');
			/** @param {unknown} value */
			const resolve = (value) => {
				if (!n8n.isExpression(value)) return value;
				const keys = { $credentials: data };
				const { expression } = workflow;
				const found = expression.getSimpleParameterValue(
					node,
					value,
					'internal',
					/** @type {any} */ (keys),
					undefined,
					'',
				);
				return found ? String(found) : '';
			};
			request.headers ??= {};
			if (authenticate.type !== 'generic') return request;
			for (const [part, entries] of Object.entries(authenticate.properties)) {
				request[part] ||= {};
				for (const [key, value] of Object.entries(entries ?? {})) {
					request[part][/** @type {string} */ (resolve(key))] = resolve(value);
				}
			}
			return request;
		}

		/** @type {import('n8n-workflow').ICredentialsHelper['preAuthentication']} */
		async preAuthentication(helpers, data, name, node, expired) {
			const type = types.get(name);
			const token = type.properties.find(
				(property) => property.type === 'hidden' && property.typeOptions?.expirable === true,
			)?.name;
			if (token === undefined || typeof type.preAuthentication !== 'function') return undefined;
			const testing = node?.type === 'n8n-nodes-base.noOp' && node.parameters?.temp === '';
			if (data[token] !== '' && !expired && !testing) return undefined;
			/** @type {any} */
			const output = await type.preAuthentication.call(helpers, data);
			if (output[token] === undefined || !node.credentials) return undefined;
			const details = node.credentials[name];
			const kept = await (await this.getCredentials(details, name)).getData();
			const changes = Object.entries(output).filter(
				([key]) => key === token || !n8n.isExpression(kept[key]),
			);
			await this.updateCredentials(details, name, { ...kept, ...Object.fromEntries(changes) });
			return Object.assign(data, output);
		}

		/** @type {import('n8n-workflow').ICredentialsHelper['runPreAuthentication']} */
		async runPreAuthentication(helpers, data, name) {
			const { preAuthentication } = types.get(name);
			if (typeof preAuthentication !== 'function') return undefined;
			return /** @type {any} */ ((await preAuthentication.call(helpers, data)) ?? undefined);
		}

		/**
		 * @param {Details} details
		 * @param {string} type
		 */
		async getCredentials(details, type) {
			const { id, name, data } = entry(details, type);
			return new StoredCredentials({ id, name }, type, data);
		}

		/** @type {import('n8n-workflow').ICredentialsHelper['getDecrypted']} */
		async getDecrypted(additionalData, details, type, mode, executeData, raw, run) {
			const data = await (await this.getCredentials(details, type)).getData();
			if (raw) return data;
			return this.applyDefaults(additionalData, data, type, mode, executeData, run);
		}

		/**
		 * What a node is given: the stored data, the defaults of everything else, expressions resolved.
		 *
		 * @param {import('n8n-workflow').IWorkflowExecuteAdditionalData} additionalData
		 * @param {Data} data
		 * @param {string} type
		 * @param {import('n8n-workflow').WorkflowExecuteMode} mode
		 * @param {import('n8n-workflow').IExecuteData} [executeData]
		 * @param {import('n8n-workflow').ICredentialsExpressionResolveValues} [run]
		 * @returns {Data}
		 */
		applyDefaults(additionalData, data, type, mode, executeData, run) {
			const properties = types.properties(type);
			const given = { ...data };
			for (const { name, type: kind } of properties) {
				if (kind === 'hidden' && pinnedFields.includes(name)) delete given[name];
			}
			/** @type {any} */
			const filled = n8n.NodeHelpers.getNodeParameters(
				properties,
				/** @type {any} */ (given),
				true,
				false,
				null,
				null,
			);
			for (const name of ['allowedHttpRequestDomains', 'allowedDomains']) {
				if (filled[name] === undefined && data[name] !== undefined) filled[name] = data[name];
			}
			if (data.oauthTokenData !== undefined) filled.oauthTokenData = data.oauthTokenData;
			const keys = core.getAdditionalKeys(additionalData, mode, null, { isCredential: true });
			if (run) {
				return /** @type {any} */ (
					run.workflow.expression.getParameterValue(
						filled,
						run.runExecutionData,
						run.runIndex,
						run.itemIndex,
						run.node.name,
						run.connectionInputData,
						mode,
						keys,
						executeData,
						false,
						filled,
					)
				);
			}
			const { workflow, node } = lonelyWorkflow();
			return /** @type {any} */ (
				workflow.expression.getComplexParameterValue(
					node,
					filled,
					mode,
					keys,
					undefined,
					undefined,
					filled,
				)
			);
		}

		/**
		 * @param {Details} details
		 * @param {string} type
		 * @param {Data} data
		 */
		async updateCredentials(details, type, data) {
			await (await this.getCredentials(details, type)).setData(data);
		}

		/**
		 * @param {Details} details
		 * @param {string} type
		 * @param {Data} data
		 */
		async updateCredentialsOauthTokenData(details, type, data) {
			const { oauthTokenData } = data;
			await (await this.getCredentials(details, type)).updateData({ oauthTokenData });
		}
	}

	return {
		helper: new CredentialsHelper(),
		/** What a node of the workflow says about its credentials. */
		details: Object.fromEntries(
			Object.entries(stored).map(([type, { id, name }]) => [type, { id, name }]),
		),
		/** What is stored now, renewed tokens included. */
		read: () =>
			Object.fromEntries(
				Object.entries(stored).map(([type, { data }]) => [type, JSON.parse(data)]),
			),
	};
}

module.exports = { createCredentialTypes, createCredentials };
