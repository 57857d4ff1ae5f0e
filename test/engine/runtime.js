/**
 * n8n-core, loaded once per process and made to work by itself: no database, no home folder,
 * log lines caught instead of printed, `sleep` replaceable. It takes a second or two, so it is done
 * when this file is required: in a test that is before any time limit counts.
 */
const { AsyncLocalStorage } = require('node:async_hooks');
const { randomUUID } = require('node:crypto');
const { readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { dirname, join } = require('node:path');
const { types } = require('node:util');
const { createProcessedItems } = require('./processedItems');

/**
 * @typedef {{ level: string, message: string, metadata?: unknown }} LogLine
 * @typedef {(ms: number, signal?: AbortSignal) => Promise<void>} Sleep
 * @typedef {'default' | 'filesystem'} BinaryMode `default` keeps files in memory, as base64
 */

/**
 * Requires a module as another module would: some of n8n-core's own dependencies exist in several
 * versions, and only its own copy is the one that counts.
 *
 * @param {string} from
 * @param {string} name
 */
const requireAs = (from, name) =>
	require(require.resolve(name, { paths: [dirname(require.resolve(from))] }));

/** A plain copy of anything that was logged, with what an error hides made visible.
 * @param {any} value
 * @param {unknown[]} above
 * @returns {unknown}
 */
function plain(value, above = []) {
	if (typeof value === 'function') return '[function]';
	if (typeof value !== 'object' || value === null) return value;
	if (above.includes(value)) return '[circular]';
	if (above.length > 8) return '[deep]';
	if (Buffer.isBuffer(value)) return value.toString('latin1');
	const inside = [...above, value];
	if (Array.isArray(value)) return value.map((entry) => plain(entry, inside));
	const { name, message, stack, cause } = value;
	const hidden = types.isNativeError(value) ? { name, message, stack, cause } : {};
	const entries = Object.entries({ ...hidden, ...value });
	return Object.fromEntries(entries.map(([key, entry]) => [key, plain(entry, inside)]));
}

/**
 * In jest, errors that Node itself creates (`ECONNREFUSED`, say) are not `instanceof Error` for the
 * code under test. n8n asks that everywhere and would go other ways than in production.
 */
function adoptNativeErrors() {
	try {
		readFileSync('/');
	} catch (error) {
		if (error instanceof Error) return;
	}
	const inherited = Function.prototype[Symbol.hasInstance];
	Object.defineProperty(Error, Symbol.hasInstance, {
		configurable: true,
		value(/** @type {unknown} */ value) {
			return inherited.call(this, value) || (this === Error && types.isNativeError(value));
		},
	});
}

/** The module from which n8n-workflow takes `sleep`; in n8n 1 it is one of n8n-workflow's own. */
function sourceOfSleep() {
	try {
		return requireAs('n8n-workflow', '@n8n/utils/sleep');
	} catch {
		return requireAs('n8n-workflow', './utils');
	}
}

function load() {
	const folder = join(tmpdir(), `n8n-engine-${randomUUID()}`);
	const remove = () => rmSync(folder, { recursive: true, force: true });
	process.once('exit', remove);

	for (const name of Object.keys(process.env)) {
		if (name.startsWith('N8N_')) delete process.env[name];
	}
	const { NO_PROXY, no_proxy = NO_PROXY } = process.env;
	Object.assign(process.env, {
		N8N_USER_FOLDER: folder,
		N8N_LOG_LEVEL: 'silent',
		N8N_DIAGNOSTICS_ENABLED: 'false',
		no_proxy: ['127.0.0.1', 'localhost', '::1', no_proxy].filter(Boolean).join(','),
	});

	require('reflect-metadata');
	adoptNativeErrors();
	const workflow = require('n8n-workflow');
	const core = require('n8n-core');
	const { Container } = /** @type {typeof import('@n8n/di')} */ (requireAs('n8n-core', '@n8n/di'));
	const { Logger } = requireAs('n8n-core', '@n8n/backend-common');

	/** @type {AsyncLocalStorage<LogLine[]>} */
	const logs = new AsyncLocalStorage();
	const write = (/** @type {string} */ level) => {
		return (/** @type {string} */ message, /** @type {unknown} */ metadata) => {
			logs.getStore()?.push({ level, message, metadata: plain(metadata) });
		};
	};
	const logger = {
		error: write('error'),
		warn: write('warn'),
		info: write('info'),
		debug: write('debug'),
		scoped: () => logger,
	};
	Container.set(Logger, /** @type {any} */ (logger));
	const processedItems = createProcessedItems();
	void core.DataDeduplicationService.init(processedItems.deduplicator);
	workflow.LoggerProxy.init(logger);

	// The exports of n8n-workflow are getters that cannot be redefined, but `sleep` leads through
	// them to a plain property here, read at each call.
	const source = sourceOfSleep();
	/** @type {Sleep} */
	const wait = source.sleep;
	/** @type {{ sleep?: Sleep }} */
	const replaced = {};
	source.sleep = async (/** @type {Parameters<Sleep>} */ ...args) =>
		await (replaced.sleep ?? wait)(...args);

	return {
		core,
		workflow,
		Container,
		/**
		 * Collects the log lines written while `work` runs, however many runs there are at once.
		 *
		 * @template T
		 * @param {LogLine[]} lines
		 * @param {() => Promise<T>} work
		 */
		withLogs: async (lines, work) => await logs.run(lines, work),
		/** @param {Sleep} [sleep] without it, n8n-workflow's own */
		setSleep(sleep) {
			if (sleep && workflow.sleep !== source.sleep) {
				throw new Error('Could not replace sleep of n8n-workflow');
			}
			replaced.sleep = sleep;
		},
		/** @param {BinaryMode} mode */
		async setBinaryMode(mode) {
			const config = Container.get(core.BinaryDataConfig);
			config.mode = mode;
			config.localStoragePath = join(folder, 'binary');
			await Container.get(core.BinaryDataService).init();
		},
		processedItems,
		close: remove,
	};
}

module.exports = load();
