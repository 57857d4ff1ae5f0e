'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const prettier = require('prettier');
const { PINNED } = require('../host/install');
const { VENDORS } = require('../rows');
const { summaryTable, tablesOf, targetTable, time } = require('./report');
const { markdownTable } = require('./table');

const FILE = path.join(__dirname, '..', '..', 'docs', 'benchmark.md');

/** The vendors whose pages are bare arrays, of which n8n makes an item a record. */
const BARE = VENDORS.filter(({ http }) => http.each && !http.records)
	.map(({ name }) => name)
	.join(' and ');

const GLANCE = `*This package* returns finished rows of the Output *Simplified*, or the vendor's records with *Raw*, with
four requests at the same time where not said otherwise. *n8n's own nodes* are what one builds for the same without
it: the same fields, made by Edit Fields or by a Code node of what the HTTP Request node returns with its built-in
pagination. They check nothing: whether the list is complete, whether the amounts add up, whether two invoices have
the same key. The vendors are emulated: see [how it was measured](#how-it-was-measured).`;

const HOW = `## How it was measured

- The nodes run in a real n8n, installed and started as \`npm run test:e2e\` does it: in a workflow
  \`webhook → node → count\`, called through its webhook. Executions are not saved. The time is from
  the call to the answer; what n8n itself takes for the workflow is in each of these times and was
  not subtracted.
- The vendors' APIs are the sandbox of this repository, in a process of its own. It answers at once
  from pages it has kept, or after the latency named. No vendor was asked.
- *This package*: the node with the Output named and amounts as numbers, otherwise as it is added.
- *HTTP Request node*: n8n's own, newest version, with its built-in pagination, the largest pages that
  the API takes, and the same credential. Its items are pages, except for ${BARE}; the node that
  would split them into invoices is not part of its time. It checks nothing.
- *HTTP Request, Split Out, Edit Fields*: behind the same node, pages become records, records of one invoice
  become one (Talkdesk: Remove Duplicates), and Edit Fields has an expression for each field that the vendor states.
  Only with 1,000 invoices: it takes minutes for 10,000.
- *HTTP Request, Code*: behind the same node, one Code node with the same expressions as JavaScript, in n8n's own
  task runner, which is running already. What the task runner takes of CPU and memory is in a
  process of its own and is not counted against it.
- Before anything is measured, the rows of these two are compared with ours, field by field. Left out are invoices
  with a warning: there the records do not say enough to be sure.
- *HTTP Request, HTTP Request*: the list, then a request for each of its records, all at once. Its items are records,
  those of this package whole invoices.
- *axios*: a plain loop over the same pages, in a process of its own with the same Node, without n8n.
- *Limit*: axios with as many requests in flight as the node, without checks and overlap. Where
  pages cannot be addressed, that is one. For the column *× limit* the empty workflow is added
  to it, because no workflow takes less.
- All contenders are measured in turn, up to three rounds, each beginning with another one, as long as
  all rounds together stay below 20 seconds; always three at 20 ms. Times are medians. Each contender's
  records are counted: one that misses some fails the benchmark.
- *Requests* and *CPU* are those of the first latency in the table. CPU is the time that the process
  (n8n's main process, or that of axios) spent, on all its threads, divided by the invoices.
- *MB* is the peak of n8n's resident memory above what it was before, after a collection of garbage,
  in an n8n freshly started for each figure, without latency.
- *A poll* is that of a trigger as it is added, in n8n's engine in a process of its own, without latency. CPU is all
  that this process spends on it.
- The PDFs go to n8n's file system storage, its default. The HTTP Request node sends the requests for
  all files at once; the nodes of this package never have more in flight than the option says.

## How to read it

Look at ratios, not at times: they were measured in one run on one machine, and the times of another
machine are others. *× HTTP* below 1 is faster than the HTTP Request node; the first table turns it around, so that
more is better. *× limit* tells how much of
the time is neither the network's nor the vendor's nor n8n's.`;

/** @param {import('./report').Figures} figures */
function textOf(figures) {
	const section = ({ title, columns, rows }) => `## ${title}\n\n${markdownTable(columns, rows)}`;
	const [{ model }] = os.cpus();
	const { ms, cpu } = figures.empty;
	return [
		'# Benchmark',
		'Written by `npm run bench`. Do not edit: run it again.',
		section(summaryTable(figures)),
		GLANCE,
		'## Machine',
		[
			`- Machine: ${model.trim()}, ${os.cpus().length} cores, ${Math.round(os.totalmem() / 1e9)} GB`,
			`- n8n ${PINNED.n8n} on Node ${PINNED.node}`,
			`- Date: ${new Date().toISOString().slice(0, 10)}`,
			`- Empty workflow: ${time(ms)}, of it CPU ${time(cpu / 1000)} (in each time of a node)`,
		].join('\n'),
		section(targetTable(figures)),
		...tablesOf(figures).map(section),
		HOW,
	].join('\n\n');
}

/** @param {import('./report').Figures} figures */
async function writeDocument(figures) {
	const options = await prettier.resolveConfig(FILE);
	const text = await prettier.format(textOf(figures), { ...options, parser: 'markdown' });
	fs.writeFileSync(FILE, text);
	return path.relative(process.cwd(), FILE);
}

module.exports = { writeDocument };
