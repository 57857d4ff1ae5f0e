// @ts-check
'use strict';

const rows = require('./rows');

/** The nodes that list invoices: the name on screen, the type, the credential. */
const VENDORS = rows.VENDORS.map(({ name, type, credential }) => ({
	name,
	node: type,
	credential,
}));

module.exports = { VENDORS };
