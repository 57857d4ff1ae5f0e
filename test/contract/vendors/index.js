'use strict';

const { VENDORS } = require('../../rows');
const { NotAsked } = require('../ask');

/**
 * @typedef {object} Setting one field of the credential
 * @property {string} name in the environment
 * @property {string} field
 * @property {string} about
 * @property {string} [fallback] without one it has to be set
 * @property {boolean} [isSwitch] whether it is on with `yes`
 *
 * @typedef {object} Contract
 * @property {any} vendor the node's own, as it is built
 * @property {string} folder in nodes
 * @property {string[]} [alias] other names under which it is known
 * @property {Setting[]} settings
 * @property {(credential: any, asker: any, isWrong?: boolean) => Promise<Record<string, string>>} signedBy
 *   gives the headers that hold the secret
 * @property {(interview: any) => Promise<void>} questions
 */

/**
 * The contract of each vendor, from its file beside this one.
 *
 * @type {Record<string, Contract>}
 */
const CONTRACTS = Object.fromEntries(VENDORS.map(({ type }) => [type, require(`./${type}`)[type]]));

/** @param {string} name */
const plain = (name) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Gives the contract of a vendor, by its name in any spelling. @param {string} name */
function contractOf(name) {
	const isMeant = (/** @type {string} */ one) => plain(one) === plain(name);
	const found = Object.entries(CONTRACTS).find(([key, { vendor, alias = [] }]) =>
		[key, vendor.name, ...alias].some(isMeant),
	);
	if (!found)
		throw new NotAsked(`unknown vendor. Choose one of ${Object.keys(CONTRACTS).join(', ')}`);
	return found[1];
}

module.exports = { CONTRACTS, contractOf };
