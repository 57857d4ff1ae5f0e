'use strict';

const { NoAnswer, NotAsked } = require('./ask');
const { openInterview } = require('./interview');
const { Report } = require('./report');
const { contractOf } = require('./vendors');

const { name: PACKAGE, version } = require('../../package.json');

/**
 * Asks a vendor's API, and gives the report and the exit code: 0 as assumed, 1 with differences,
 * 2 where it could not be asked.
 *
 * @param {string} vendorName as the user types it
 * @param {Record<string, string | undefined>} environment
 * @returns {Promise<{ code: 0 | 1 | 2, text: string, report?: Report }>}
 */
async function check(vendorName, environment) {
	try {
		const contract = contractOf(vendorName);
		const credential = credentialFrom(contract, environment);
		const report = new Report();
		const interview = await openInterview({ contract, credential, report });
		await contract.questions(interview);
		const text = report.markdown({
			name: contract.vendor.name,
			package: PACKAGE,
			version,
			requests: interview.asker.requests,
		});
		return { code: report.findings.length > 0 ? 1 : 0, text, report };
	} catch (error) {
		return { code: 2, text: `Could not check: ${errorMessageOf(error)}` };
	}
}

/** Only what this tool or the nodes say themselves: other messages may hold addresses. @param {any} error */
function errorMessageOf(error) {
	if (error instanceof NotAsked) return error.message;
	if (error?.name === 'ReadFailure' && error.kind === 'input') {
		return `the base URL or another part of the credential is not valid. ${error.details.hint}`;
	}
	if (error instanceof NoAnswer) {
		return `could not reach the API (${error.message}). Check the base URL and the network`;
	}
	return 'the check does not understand the responses. Please report it';
}

/**
 * @param {import('./vendors').Contract} contract
 * @param {Record<string, string | undefined>} environment
 */
function credentialFrom({ settings }, environment) {
	const missing = settings.filter(
		({ name, fallback }) => fallback === undefined && !environment[name],
	);
	if (missing.length > 0) {
		throw new NotAsked(`set ${missing.map(({ name }) => name).join(', ')} (see --help)`);
	}
	return Object.fromEntries(
		settings.map(({ name, field, fallback, isSwitch }) => {
			const value = environment[name] || fallback;
			return [field, isSwitch ? value === 'yes' : value];
		}),
	);
}

module.exports = { check };
