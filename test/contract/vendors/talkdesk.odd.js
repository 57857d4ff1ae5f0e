'use strict';

const { eachList, recordsBy } = require('../alter');

const eachRecord = recordsBy((body) => body._embedded?.invoices ?? []);

/** @type {import('../alter').Odd} */
const odd = [
	[
		'no link to the next page',
		eachList((body) => delete body._links?.next),
		[/^`_links.next` \(tell\)/],
	],
	[
		'each page the other way round',
		eachList(({ _embedded }) => _embedded?.invoices?.reverse()),
		[/^Order by `date` \(tell\)/, /^`page` \(fails\)/],
	],
	[
		'amounts as text',
		eachRecord((r) => (r.amount = String(r.amount.toFixed(2)))),
		[/`amount` \(fine\)/],
	],
	[
		'a filter that is not obeyed',
		eachList(({ _embedded }, { query }) => {
			if (query.has('filter')) _embedded.invoices[0].number = 'INV1';
		}),
		[/^The filter by number \(fails\)/, /^The lines of one invoice \(tell\)/],
	],
];

/** What is found where a server gives smaller pages, and nothing else. */
const smallerPages = /^Largest page \(fine\)/;

/** @type {import('../alter').Refused} */
const refused = [
	['a region that there is not', { region: 'mars', account: 'x' }, /TALKDESK_REGION/],
];

module.exports = { odd, smallerPages, refused };
