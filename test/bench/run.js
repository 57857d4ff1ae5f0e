'use strict';

const { setTimeout: wait } = require('node:timers/promises');
const { cpuTime } = require('./proc');
const { median } = require('./stats');

// How each part of the benchmark measures: a run, the contenders in turn, and what they take of another.

/** @typedef {{ ms: number, cpu: number, requests: number }} Run microseconds of CPU */

const MOST_ROUNDS = 3;
/** A cell is measured again only where it stays below this, in milliseconds. */
const BUDGET = 20_000;
/**
 * What n8n does around a run, such as making the isolate for the next one's expressions, belongs to
 * this run and must not disturb the next: so many milliseconds after its beginning, and these after
 * its end.
 */
const SETTLE = { fromBeginning: 400, fromEnd: 50 };

/** @param {number} ms how long the run took */
async function settle(ms) {
	await wait(Math.max(SETTLE.fromEnd, SETTLE.fromBeginning - ms));
}

/**
 * Does something once; resolves to what it resolves to, what a process took for it, and how many requests came.
 *
 * @template {{ ms: number }} T
 * @param {import('./machine').Machine} machine
 * @param {{ latency: number, pid?: number }} of the process: n8n, if no other is named
 * @param {() => Promise<T>} work
 * @returns {Promise<T & Run>}
 */
async function measureRun(machine, { latency, pid = machine.n8n.pid }, work) {
	await machine.sandbox.call('begin', latency);
	const before = cpuTime(pid);
	const result = await work();
	await settle(result.ms);
	const cpu = cpuTime(pid) - before;
	return { ...result, cpu, requests: await machine.sandbox.call('requests') };
}

/**
 * Measures all contenders in turn, several times where that does not take long, so that whatever
 * disturbs the machine hits all of them. Each round begins with another one.
 *
 * @template {{ id: string }} T
 * @param {T[]} contenders
 * @param {(contender: T) => Promise<Run>} run
 * @param {number} [budget] milliseconds that all rounds may take together
 */
async function inTurn(contenders, run, budget = BUDGET) {
	/** @type {Map<string, Run[]>} */
	const runs = new Map(contenders.map(({ id }) => [id, []]));
	const began = Date.now();
	for (let round = 0; round < MOST_ROUNDS; round++) {
		for (const index of contenders.keys()) {
			const contender = contenders[(index + round) % contenders.length];
			runs.get(contender.id)?.push(await run(contender));
		}
		const spent = Date.now() - began;
		if (spent + spent / (round + 1) > budget) break;
	}
	return runs;
}

/**
 * What each contender took, and how much that is of what the HTTP Request node took.
 *
 * @template {{ id: string }} T
 * @param {T[]} contenders
 * @param {Map<string, Run[]>} runs of `inTurn`
 */
function toHttpRequest(contenders, runs) {
	const medianOf = (/** @type {string} */ id, /** @type {keyof Run} */ name) =>
		median((runs.get(id) ?? []).map((run) => run[name]));
	return contenders.map((contender) => {
		const { id } = contender;
		const ms = medianOf(id, 'ms');
		return {
			contender,
			ms,
			toHttpRequest: ms / medianOf('httpRequest', 'ms'),
			requests: medianOf(id, 'requests'),
			cpu: medianOf(id, 'cpu'),
		};
	});
}

module.exports = { inTurn, measureRun, settle, toHttpRequest };
