'use strict';

/**
 * The vendor with lists that do not change, for measurements: each page is made once and kept, so
 * that the time taken is the client's. Faults about pages and changes of the data are not for it.
 *
 * @param {import('./server').Vendor} vendor
 * @returns {import('./server').Vendor}
 */
function frozen(vendor) {
	/** @type {Map<string, import('./answers').Answer>} */
	const kept = new Map();
	const routes = vendor.routes.map((route) => {
		if (route.kind !== 'list') return route;
		/** @type {import('./server').Route['handle']} */
		const handle = (call, ...groups) => {
			// i3D.net's window stands in a header.
			const key = `${call.url} ${call.headers['ranged-data'] ?? ''}`;
			const answer = kept.get(key) ?? route.handle(call, ...groups);
			kept.set(key, answer);
			return answer;
		};
		return { ...route, handle };
	});
	return { ...vendor, routes };
}

module.exports = { frozen };
