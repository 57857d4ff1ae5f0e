'use strict';

const { eachList, recordsBy } = require('../alter');

const eachRecord = recordsBy((body) => body.data ?? (body.invoice_id ? [body] : []));

/** @type {import('../alter').Odd} */
const odd = [
	['a field more', eachRecord((r) => (r.due_on = '2026-01-31')), [/`due_on` \(tell\)/]],
	[
		'another spelling',
		eachRecord((r) => {
			r.invoicePostedOn = r.invoice_posted_on;
			delete r.invoice_posted_on;
		}),
		[/`invoicePostedOn` \(tell\)/, /`invoice_posted_on` \(tell\)/],
	],
	[
		'amounts of lines as text',
		eachRecord((r) =>
			r.transaction_line_items.forEach((line) => (line.amount = line.amount.toFixed(2))),
		),
		[/`transaction_line_items.amount` \(fine\)/],
	],
	[
		'amounts with separators',
		eachRecord((r) => (r.monthly_transaction_amount = '1,234.50')),
		[/`monthly_transaction_amount` \(tell\)/],
	],
	[
		'another order',
		eachList(({ data }) => data?.reverse()),
		[/^Order by `billing_start_date` \(tell\)/],
	],
	['no total', eachList(({ meta }) => delete meta?.total), [/^`meta.total` \(tell\)/]],
	[
		'a total that is too large',
		eachList(({ meta }) => meta && (meta.total += 3)),
		[/^The node's reader \(fails\)/],
	],
	[
		'the list under another name',
		eachList((body) => {
			body.invoices = body.data;
			delete body.data;
		}),
		[/^`data` \(fails\)/],
	],
	[
		'an invoice that is wrapped',
		eachList((body, answer) => {
			if (body.invoice_id) answer.body = { data: body };
		}),
		[/^Get \(fails\)/, /^Get an invoice of the oldest form/, /^Month to date: the response/],
	],
	[
		'another invoice than the one asked for',
		eachList((body) => {
			if (body.invoice_id) body.invoice_id = 'INV-1';
		}),
		[/^Get \(fails\)/, /^Get an invoice of the oldest form \(fails\)/],
	],
	[
		'errors of another shape',
		(answer) => {
			if (answer.status >= 400) answer.body = { reason: 'no' };
		},
		[
			/^An unknown ID: the vendor's message \(tell\)/,
			/^A wrong secret: the vendor's message \(tell\)/,
		],
	],
	[
		'a wrong secret that is welcome',
		(answer) => {
			if (answer.status === 401) answer.status = 200;
		},
		[/^A wrong secret \(fails\)/],
	],
	[
		'an unknown id that is 400',
		(answer) => {
			if (answer.status === 404) answer.status = 400;
		},
		[/^An unknown ID \(fine\)/],
	],
];

/** What is found where a server gives smaller pages, and nothing else. */
const smallerPages = /^Largest page \(fine\)/;

/** Words of the records that the code knows, so that they may be shown. */
const known = ['outstanding'];

/** A fault of the sandbox, and what has to be found among other things. */
const faults = [['a cursor that comes again', { kind: 'repeatCursor' }, 'The next cursor (fails)']];

module.exports = { odd, smallerPages, known, faults };
