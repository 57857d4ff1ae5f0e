const { createHash } = require('node:crypto');

/**
 * @typedef {import('n8n-workflow').ICheckProcessedContextData} Context
 * @typedef {import('n8n-workflow').ICheckProcessedOptions} Options
 * @typedef {'before' | 'after'} Moment before or after the store has written
 */

/**
 * What n8n keeps of processed items, in memory instead of in its database: the mode `entries` of
 * `DeduplicationHelper` in n8n's packages/cli, in effect and in cost. It keeps one list of MD5 hashes
 * for each workflow and node, as JSON in one row, which every call reads and writes as a whole.
 * Values are compared with those stored before the call, so one that stands in it twice is new twice.
 * Each value that is taken back is looked for from the beginning of the list.
 */
function createProcessedItems() {
	/** @type {Map<string, string>} */
	const rows = new Map();
	/** @type {{ name: string, items: number }[]} */
	const calls = [];
	/** @type {(call: number) => Moment | undefined} */
	let failing = () => undefined;

	const hashOf = (/** @type {any} */ value) =>
		createHash('md5').update(value.toString()).digest('base64');

	/**
	 * @param {string} scope
	 * @param {Context} context
	 * @param {Options} options
	 */
	function rowOf(scope, { workflow, node }, { mode }) {
		if (mode !== 'entries') throw new Error(`The mode ${mode} is not emulated`);
		if (!workflow.id) throw new Error('The workflow has no id');
		return `${workflow.id} ${scope === 'node' ? `n:${node?.id}` : ''}`;
	}

	/** @param {string} row @returns {string[]} */
	const read = (row) => JSON.parse(rows.get(row) ?? '[]');

	/**
	 * Reads a row and writes it again, or fails on the way; a database takes a moment for each.
	 *
	 * @template T
	 * @param {string} name
	 * @param {unknown[]} items
	 * @param {string} row
	 * @param {(stored: string[]) => T} change
	 */
	async function update(name, items, row, change) {
		const moment = failing(calls.push({ name, items: items.length }));
		await null;
		const stored = read(row);
		if (moment === 'before') throw new Error('The database is gone');
		const result = change(stored);
		await null;
		rows.set(row, JSON.stringify(stored));
		if (moment === 'after') throw new Error('The database is gone');
		return result;
	}

	/** @type {import('n8n-workflow').IDataDeduplicator} */
	const deduplicator = {
		async checkProcessedAndRecord(items, scope, context, options) {
			return await update('check', items, rowOf(scope, context, options), (stored) => {
				const known = new Set(stored);
				/** @type {import('n8n-workflow').IDeduplicationOutput} */
				const output = { new: [], processed: [] };
				for (const item of items) {
					const hash = hashOf(item);
					output[known.has(hash) ? 'processed' : 'new'].push(item);
					if (!known.has(hash)) stored.push(hash);
				}
				const { maxEntries } = options;
				if (maxEntries) stored.splice(0, stored.length - maxEntries);
				return output;
			});
		},
		async removeProcessed(items, scope, context, options) {
			await update('remove', items, rowOf(scope, context, options), (stored) => {
				for (const item of items) {
					const hash = hashOf(item);
					const index = stored.findIndex((value) => value === hash);
					if (index !== -1) stored.splice(index, 1);
				}
			});
		},
		async clearAllProcessedItems(scope, context, options) {
			rows.delete(rowOf(scope, context, options));
		},
		async getProcessedDataCount(scope, context, options) {
			return read(rowOf(scope, context, options)).length;
		},
	};
	return {
		deduplicator,
		/** What was asked of the store, since it was forgotten. */
		calls,
		/** Has calls fail, counted from 1 since the store was forgotten. */
		fail(/** @type {(call: number) => Moment | undefined} */ when) {
			failing = when;
		},
		/** Forgets everything, as a new database does. */
		forget() {
			rows.clear();
			calls.length = 0;
			failing = () => undefined;
		},
	};
}

module.exports = { createProcessedItems };
