'use strict';

const { fork } = require('node:child_process');
const path = require('node:path');
const { NODE } = require('../host/install');

// What is measured beside n8n runs in processes of its own, on the Node that n8n runs on, so that
// none of them pays for another.

/**
 * Starts a file of this folder that calls `serve`.
 *
 * @param {string} file
 */
function startChild(file) {
	const child = fork(path.join(__dirname, file), { execPath: NODE, execArgv: [] });
	/** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
	const waiting = new Map();
	let calls = 0;
	child.on('message', (/** @type {any} */ { call, result, error }) => {
		const asked = waiting.get(call);
		waiting.delete(call);
		if (error === undefined) asked?.resolve(result);
		else asked?.reject(new Error(error));
	});
	const exited = new Promise((resolve) => child.on('exit', resolve));
	void exited.then(() => {
		for (const { reject } of waiting.values()) reject(new Error(`${file} has ended`));
	});
	return {
		pid: /** @type {number} */ (child.pid),
		/**
		 * @param {string} name
		 * @param {...any} args
		 * @returns {Promise<any>}
		 */
		call: (name, ...args) =>
			new Promise((resolve, reject) => {
				waiting.set(++calls, { resolve, reject });
				child.send({ call: calls, name, args });
			}),
		async stop() {
			child.kill('SIGKILL');
			await exited;
		},
	};
}

/**
 * Answers the calls of the process that started this one.
 *
 * @param {Record<string, (...args: any[]) => any>} functions
 */
function serve(functions) {
	process.on('message', async (/** @type {any} */ { call, name, args }) => {
		try {
			const result = await functions[name](...args);
			process.send?.({ call, result });
		} catch (error) {
			process.send?.({ call, error: String(error instanceof Error ? error.stack : error) });
		}
	});
	process.on('disconnect', () => process.exit());
}

module.exports = { serve, startChild };
