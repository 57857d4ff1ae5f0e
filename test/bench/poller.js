'use strict';

const { createEngine } = require('../engine');
const { vendorOf } = require('../host/demo');
const { serve } = require('./child');

// A trigger in n8n's own engine, in a process of its own: its CPU time is that of the polls.

/** @type {Awaited<ReturnType<typeof createEngine>> | undefined} */
let engine;
/** What n8n keeps for the trigger from poll to poll. */
let staticData = {};

serve({
	/** The next poll is the first one. */
	forget() {
		staticData = {};
	},

	/**
	 * @param {string} vendor
	 * @param {object} credential
	 * @returns {Promise<{ items: number, cpu: number }>} microseconds
	 */
	async poll(vendor, credential) {
		engine ??= await createEngine();
		const { type, parameters, credential: name } = vendorOf(vendor);
		const before = process.cpuUsage();
		const poll = await engine.poll({
			type: `${type}Trigger`,
			parameters,
			credentials: { [name]: credential },
			staticData,
		});
		const { user, system } = process.cpuUsage(before);
		staticData = poll.staticData;
		return { items: poll.items?.length ?? 0, cpu: user + system };
	},
});
