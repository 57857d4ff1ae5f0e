'use strict';

const { NotAsked } = require('../ask');
const { carrierX } = require('./carrierX');
const { fastly } = require('./fastly');
const { i3dNet } = require('./i3dNet');
const { talkdesk } = require('./talkdesk');
const { talkdeskInsurance } = require('./talkdeskInsurance');

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
 * @property {Setting[]} settings
 * @property {(credential: any, asker: any, isWrong?: boolean) => Promise<Record<string, string>>} signedBy
 *   gives the headers that hold the secret
 * @property {(interview: any) => Promise<void>} questions
 */

/** @type {Record<string, Contract>} */
const CONTRACTS = { talkdesk, talkdeskInsurance, fastly, carrierX, i3dNet };

/** @param {string} name */
const plain = (name) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Gives the contract of a vendor, by its name in any spelling. @param {string} name */
function contractOf(name) {
	const wanted = plain(name).replace(/^i3d$/, 'i3dnet');
	const found = Object.entries(CONTRACTS).find(([key]) => plain(key) === wanted);
	if (!found) throw new NotAsked(`no such vendor. Choose ${Object.keys(CONTRACTS).join(', ')}`);
	return found[1];
}

module.exports = { CONTRACTS, contractOf };
