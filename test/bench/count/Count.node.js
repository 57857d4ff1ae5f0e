'use strict';

/**
 * The list that stands in an item.
 *
 * @param {any} json
 * @param {string[]} names the fields that lead to it, the outermost first
 * @returns {unknown[]}
 */
const listIn = (json, names) => names.reduce((value, name) => value[name], json);

/** The end of a benchmarked workflow: tells how much came, and costs next to nothing by itself. */
class Count {
	description = {
		displayName: 'Count',
		name: 'count',
		group: ['transform'],
		version: 1,
		description: 'Counts what comes in',
		defaults: { name: 'Count' },
		inputs: ['main'],
		outputs: ['main'],
		properties: [
			{
				displayName: 'List',
				name: 'list',
				type: 'string',
				default: '',
				description: 'Where the records stand in an item; empty where each item is one',
			},
			{
				displayName: 'Return Rows',
				name: 'returnRows',
				type: 'boolean',
				default: false,
				description: 'Whether to return what came, to be compared',
			},
			{
				displayName: 'Collect Garbage',
				name: 'collectGarbage',
				type: 'boolean',
				default: false,
				description: 'Whether to free what nobody needs any more, before memory is measured',
			},
		],
	};

	/** @this {import('n8n-workflow').IExecuteFunctions} */
	async execute() {
		const items = this.getInputData();
		if (this.getNodeParameter('collectGarbage', 0)) {
			// Only this flavor gives the pages back at once.
			globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
		}
		if (this.getNodeParameter('returnRows', 0)) {
			const rows = items.map(({ json }) => json);
			return [[{ json: { rows }, pairedItem: { item: 0 } }]];
		}
		const names = String(this.getNodeParameter('list', 0)).split('.').filter(Boolean);
		let count = 0;
		let bytes = 0;
		let stores = '';
		for (const { json, binary } of items) {
			count += names.length === 0 ? 1 : listIn(json, names).length;
			bytes += binary?.data?.bytes ?? 0;
			stores ||= (binary?.data?.id ?? '').split(':')[0];
		}
		// `stores` is n8n's mode for files, which stands in front of their ids.
		return [[{ json: { count, bytes, stores }, pairedItem: { item: 0 } }]];
	}
}

module.exports = { Count };
