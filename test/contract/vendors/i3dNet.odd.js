'use strict';

const { eachList, recordsBy } = require('../alter');

const eachRecord = recordsBy((body) => (Array.isArray(body) ? body : []));

/** @type {import('../alter').Odd} */
const odd = [
	[
		'an object around the list',
		eachList((body, answer) => (answer.body = { invoices: body })),
		[/^The list \(fails\)/],
	],
	[
		'cents as numbers',
		eachRecord((r) => {
			if (r.amountIncVAT) r.amountIncVAT = Number(r.amountIncVAT);
		}),
		[/`amountIncVAT` \(fine\)/],
	],
	[
		'amounts in units instead of cents',
		eachRecord((r) => {
			if (r.amountIncVAT) r.amountIncVAT = (Number(r.amountIncVAT) / 100).toFixed(2);
		}),
		[/`amountIncVAT` \(tell\)/, /^The same invoice by Get: its content \(tell\)/],
	],
	[
		'credit invoices among the unpaid',
		eachList((body, { path: of }) => {
			if (of.endsWith('/unpaid')) body[0].isCredit = 1;
		}),
		[/^Unpaid \(fine\)/],
	],
];

/** What is found where a server gives smaller pages, and nothing else. */
const smallerPages = /^The usual page \(fine\)/;

module.exports = { odd, smallerPages };
