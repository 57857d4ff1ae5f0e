'use strict';

const { check } = require('./check');
const { CONTRACTS } = require('./vendors');

const HELP = `Checks whether the live API of one vendor responds as the nodes assume, and writes a report in
Markdown. The report contains no values, so it can be pasted into an issue.

  npm run contract -- <vendor>      vendor: ${Object.keys(CONTRACTS).join(', ')}

It sends about a dozen requests, changes nothing, and sends the secret only to the base URL. One
request has a wrong secret on purpose. Exit code: 0 as assumed, 1 with differences, 2 if the API
could not be checked.

Settings, in the environment:
${Object.entries(CONTRACTS)
	.map(([name, { settings }]) => `\n  ${name}\n${settings.map(lineOf).join('\n')}`)
	.join('\n')}
`;

/** @param {import('./vendors').Setting} setting */
function lineOf({ name, about, fallback }) {
	const usual = fallback ? ` (default ${fallback})` : fallback === '' ? ' (optional)' : '';
	return `    ${name.padEnd(34)} ${about}${usual}`;
}

async function main() {
	const [vendor, ...others] = process.argv.slice(2);
	if (vendor === undefined || vendor === '--help' || vendor === '-h' || others.length > 0) {
		console.log(HELP);
		process.exitCode = vendor?.startsWith('-') ? 0 : 2;
		return;
	}
	const { code, text } = await check(vendor, process.env);
	if (code === 2) console.error(text);
	else console.log(text);
	process.exitCode = code;
}

void main();
