'use strict';

/** What nobody will ever free. @type {number[][]} */
const kept = [];

const BYTES_PER_NUMBER = 8;

/** The end of a workflow that leaks: it keeps something of each execution, and passes on what came. */
class Leak {
	description = {
		displayName: 'Leak',
		name: 'leak',
		group: ['transform'],
		version: 1,
		description: 'Keeps memory of each execution',
		defaults: { name: 'Leak' },
		inputs: ['main'],
		outputs: ['main'],
		properties: [
			{
				displayName: 'Bytes',
				name: 'bytes',
				type: 'number',
				default: 0,
				description: 'How much is kept of each execution',
			},
		],
	};

	/** @this {import('n8n-workflow').IExecuteFunctions} */
	async execute() {
		const bytes = Number(this.getNodeParameter('bytes', 0));
		// An array of numbers that are no small integers lies on the heap, unlike a buffer.
		kept.push(Array.from({ length: bytes / BYTES_PER_NUMBER }, Math.random));
		return [this.getInputData()];
	}
}

module.exports = { Leak };
