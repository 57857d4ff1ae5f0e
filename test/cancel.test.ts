/** A stopped execution ends at once: nothing more is asked, waited for, returned or remembered. */
import { expectStopped, setUpStops, slow, small } from './cancel';
import { PAGED, PDFS, listOf, operationOf, rows, vendorRows } from './support';

const stage = setUpStops();

describe('a stopped execution ends at once', () => {
	it.each(vendorRows(PAGED))('%s: while answers are awaited', async (_, vendor) => {
		stage.sandbox.addFault({ ...slow, vendor: vendor.type, after: 1 });
		expectStopped(await stage.stopped(listOf(vendor), 2, small));
	});

	it.each(vendorRows(PAGED))('%s: also where it continues on fail', async (_, vendor) => {
		stage.sandbox.addFault({ ...slow, vendor: vendor.type, after: 1 });
		const onError = 'continueRegularOutput';
		expectStopped(await stage.stopped(listOf(vendor), 2, small, { onError, input: [{}, {}, {}] }));
	});

	it.each(vendorRows(PAGED))('%s: while it waits as the vendor asks', async (_, vendor) => {
		stage.sandbox.addFault({
			kind: 'throttle',
			retryAfter: 100,
			vendor: vendor.type,
			times: Infinity,
		});
		expectStopped(await stage.stopped(listOf(vendor), 1, small));
	});

	it.each(vendorRows())('%s: between items', async (_, vendor) => {
		stage.sandbox.addFault({ ...slow, vendor: vendor.type, after: 5 });
		const input = Array.from({ length: 40 }, () => ({}));
		expectStopped(await stage.stopped(operationOf(vendor, 'get'), 6, {}, { input }));
	});

	it.each(rows(PDFS))('%s: while the file comes', async (_, operation) => {
		stage.sandbox.addFault({ kind: 'stall', path: operation.path, times: Infinity });
		expectStopped(await stage.stopped(operation, 2, {}));
	});
});
