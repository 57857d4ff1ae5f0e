'use strict';

/** The emulators throw this; the server turns it into the vendor's own error. */
class Refusal extends Error {
	/**
	 * @param {number} status
	 * @param {string} message
	 * @param {string} [field] the parameter at fault
	 */
	constructor(status, message, field) {
		super(message);
		this.status = status;
		this.field = field;
	}
}

/**
 * @param {URLSearchParams} query
 * @param {string} name
 * @param {{ fallback: number, least: number, most?: number, status?: number }} bounds
 * @returns {number}
 */
function integerParameter(query, name, { fallback, least, most = Infinity, status = 400 }) {
	const text = query.get(name);
	if (text === null) return fallback;
	const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
	if (!(value >= least && value <= most)) {
		const range = most === Infinity ? `at least ${least}` : `${least} to ${most}`;
		throw new Refusal(status, `${name} must be a whole number, ${range}`, name);
	}
	return value;
}

/**
 * @param {string} text
 * @returns {boolean} a day that exists, as YYYY-MM-DD
 */
function isCivilDate(text) {
	if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
	const time = Date.parse(`${text}T00:00:00Z`);
	return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/**
 * @param {string} segment
 * @returns {string} one path segment, decoded
 */
function decodeSegment(segment) {
	try {
		return decodeURIComponent(segment);
	} catch {
		throw new Refusal(400, 'the path is not properly encoded');
	}
}

module.exports = { Refusal, integerParameter, isCivilDate, decodeSegment };
