'use strict';

const { eachList, recordsBy } = require('../alter');

const eachRecord = recordsBy((body) => body._embedded?.invoices ?? []);

/** @type {import('../alter').Odd} */
const odd = [
	[
		'a list in pages',
		eachList((body) => (body.total *= 2)),
		[/^The node's reader \(fails\)/, /^Get \(fails\)/],
	],
	['a currency', eachRecord((r) => (r.currency = 'USD')), [/`currency` \(tell\)/]],
	['amounts as numbers', eachRecord((r) => (r.amount = Number(r.amount))), [/`amount` \(fine\)/]],
];

/** Words of the records that the code knows, so that they may be shown. */
const known = ['Partially paid', 'partially paid'];

/** @type {import('../alter').Refused} */
const refused = [
	[
		'without https, which nobody allowed',
		{ baseUrl: 'http://nobody.invalid', allowHttp: '' },
		/base URL/,
	],
	[
		'without https, which is allowed',
		{ baseUrl: 'http://nobody.invalid', allowHttp: 'yes' },
		/could not reach/,
	],
];

module.exports = { odd, known, refused };
