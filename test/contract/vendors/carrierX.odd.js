'use strict';

const { eachList, recordsBy } = require('../alter');

const eachRecord = recordsBy((body) => body.items ?? (body.invoice_sid ? [body] : []));

/** @type {import('../alter').Odd} */
const odd = [
	['no has_more', eachList((body) => delete body.has_more), [/^`has_more` \(tell\)/]],
	['no total', eachList((body) => delete body.total), [/^`total` \(tell\)/]],
	[
		'a filter that is not obeyed',
		eachList(({ items }, { query }) => {
			if (query.has('filter')) items[0].paid = true;
		}),
		[/^The filter `paid eq false` \(fine\)/],
	],
	[
		'an offset that is not obeyed',
		eachList(({ items }, { query }) => {
			if (query.get('offset') === '2') items.unshift({ ...items[0], invoice_sid: 'another' });
		}),
		[/^`offset` \(fails\)/],
	],
	[
		'dates as seconds',
		eachRecord((r) => (r.date_issued = 1_767_225_600)),
		[/`date_issued` \(tell\)/],
	],
	[
		'a PDF on another host',
		(answer, sandbox) => {
			if (!answer.path.endsWith('.pdf')) return;
			answer.status = 302;
			answer.headers = { location: `${sandbox.foreignOrigin}/file.pdf` };
		},
		[/^PDF \(fails\)/],
	],
	[
		'a PDF of another type',
		(answer) => {
			if (answer.path.endsWith('.pdf'))
				answer.headers = { 'content-type': 'application/octet-stream' };
		},
		[/^PDF: `content-type` \(fine\)/],
	],
	[
		'a page for a browser instead of the PDF',
		(answer) => {
			if (answer.path.endsWith('.pdf')) answer.body = Buffer.from('<html>');
		},
		[/^PDF: content \(fails\)/],
	],
];

/** What is found where a server gives smaller pages, and nothing else. */
const smallerPages = /^Largest page \(fine\)/;

module.exports = { odd, smallerPages };
