'use strict';

/**
 * How the tests change the answers of a vendor on their way. What is changed stands beside the
 * questions to each vendor, in `vendors/<vendor>.odd.js`:
 *
 * @typedef {import('./odd').Passing} Passing
 * @typedef {Awaited<ReturnType<typeof import('../sandbox').createSandbox>>} Sandbox
 *
 * @typedef {Array<[what: string, alter: (answer: Passing, sandbox: Sandbox) => void, found: RegExp[]]>} Odd
 *   what is other than the code assumes, and what has to be found
 * @typedef {Array<[what: string, changes: Record<string, string>, says: RegExp]>} Refused
 *   settings with which nobody is asked
 *
 * @typedef {object} OddVendor
 * @property {Odd} odd
 * @property {RegExp} [smallerPages] what is found where a server gives smaller pages, and nothing else
 * @property {Array<[what: string, fault: object, found: string]>} [faults] of the sandbox, and what is found among others
 * @property {Refused} [refused]
 * @property {string[]} [known] words of the records that the code knows, so that they may be shown
 */

/**
 * Changes each answer that is a success in JSON.
 *
 * @param {(body: any, answer: Passing) => void} change
 */
const eachList = (change) => (/** @type {Passing} */ answer) => {
	if (answer.status === 200 && !Buffer.isBuffer(answer.body)) change(answer.body, answer);
};

/**
 * Changes each record of each such answer.
 *
 * @param {(body: any) => any[]} recordsIn
 */
const recordsBy = (recordsIn) => (/** @type {(record: any) => void} */ change) =>
	eachList((body) => recordsIn(body).forEach(change));

module.exports = { eachList, recordsBy };
