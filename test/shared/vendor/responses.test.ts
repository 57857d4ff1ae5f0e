import {
	singleRecordFrom,
	findRequestedRecords,
} from '../../../nodes/shared/vendor/requestedRecords';
import { recordsIn } from '../../../nodes/shared/vendor/responses';
import type { Source } from '../../../nodes/shared/vendor/source';

const source: Source = {
	name: 'Acme',
	errorMessageOf: (body) => (body as { msg?: string }).msg,
	secrets: () => ['s3cret'],
};
const place = { path: '_embedded.items', ids: ['id'] };
const listIn = (response: object) => recordsIn(source, response, place);

describe('recordsIn', () => {
	test('returns the list as it is', () => {
		const list = [{ id: 1 }, {}];
		expect(listIn({ _embedded: { items: list } })).toBe(list);
		expect(recordsIn(source, list, { path: '', ids: [] })).toBe(list);
	});

	test.each([
		{ total: 0, count: 0, _links: {} },
		{ total: 0, _embedded: {} },
		{ total: 0 },
		{ total: '0', _embedded: null },
		{ total: 0, _embedded: { items: null } },
		{ count: 0, total: 7 },
		{ meta: { total: 0 }, _embedded: null },
	])('%j is an empty list', (response) => expect(listIn(response)).toEqual([]));

	test.each([{}, { _embedded: {} }, { total: 3 }, { total: 3, _embedded: { items: {} } }, []])(
		'%j holds no list',
		(response) => {
			expect(() => listIn(response)).toThrow('contains no "_embedded.items" list');
		},
	);

	test.each([[[{}, null]], [[{}, 'a']], [[{}, 7]], [[{}, []]]])(
		'%j holds something else',
		(items) => {
			expect(() => listIn({ _embedded: { items } })).toThrow('Record 2 in "_embedded.items"');
		},
	);

	test.each([
		[{ _embedded: { items: [] }, msg: 'try later' }, ': try later'],
		[{ total: 0, msg: 'try later' }, ': try later'],
		[{ msg: 'token expired' }, ': token expired'],
		[{ _embedded: { items: [] }, errors: [{ code: 5 }] }, 'returned an error'],
		[{ _embedded: { items: [{}] }, errors: ['half of it'] }, 'returned an error'],
		[{ _embedded: { items: [] }, error: 'quota' }, ': quota'],
		[{ _embedded: { items: [] }, error: true }, 'returned an error'],
	])('%j is an error with the words of the vendor', (response, words) => {
		expect(() => listIn(response)).toThrow(words);
	});

	test.each([
		{ _embedded: { items: [] }, errors: [] },
		{ _embedded: { items: [] }, errors: {}, error: null },
		{ _embedded: { items: [] }, error: false },
	])('%j is no error', (response) => expect(listIn(response)).toEqual([]));

	test('a message is shown where there is no list', () => {
		const message = 'Account s3cret is unknown';
		expect(() => listIn({ message })).toThrow('"_embedded.items" list: Account *** is unknown');
	});

	test('an id that a JSON number cannot hold is named', () => {
		const items = [{ id: 1 }, { id: 2 ** 53 }];
		expect(() => listIn({ _embedded: { items } })).toThrow('9007199254740992');
	});

	test('no secret is shown', () => {
		expect(() => listIn({ msg: 'bad s3cret' })).toThrow(/^(?!.*s3cret)/);
	});
});

describe('findRequestedRecords', () => {
	const asked = { label: 'invoice "123"', id: '123', idField: 'id' };
	const found = (response: object) => findRequestedRecords(source, response, asked);

	test.each([
		[{ id: 123 }, [{ id: 123 }]],
		[[{ id: '123' }], [{ id: '123' }]],
		[[{ id: '999' }, { id: ' 123 ' }], [{ id: ' 123 ' }]],
	])('%j holds it', (response, records) => expect(found(response)).toEqual(records));

	test('letters may differ by case only where none is the same', () => {
		const ask = (ids: string[]) =>
			findRequestedRecords(
				source,
				ids.map((id) => ({ id })),
				{ ...asked, id: 'ab' },
			);
		expect(ask(['AB', 'ab'])).toEqual([{ id: 'ab' }]);
		expect(ask(['AB', 'cd'])).toEqual([{ id: 'AB' }]);
	});

	test.each([
		[{ msg: 'token expired' }, 'Acme did not return invoice "123": token expired'],
		[{ ok: true }, 'Acme did not return invoice "123"'],
		[{ id: 999 }, 'Acme returned "999" instead of invoice "123"'],
		[[{ id: 999 }], 'Acme returned "999" instead of invoice "123"'],
		[[], 'Acme has no invoice "123"'],
		[[{}], 'Acme did not return invoice "123"'],
		[{ id: { toString: 1 } }, 'Acme did not return invoice "123"'],
	])('%j does not', (response, message) => expect(() => found(response)).toThrow(message));

	test.each([[[]], [{ id: 1, a: 1 }], [{ ok: true }]])(
		'a secret that was mapped to the ID is redacted: %j',
		(response) => {
			const secret = { ...asked, id: 's3cret', label: 'invoice "s3cret"' };
			expect(() => findRequestedRecords(source, response, secret)).toThrow('invoice "***"');
		},
	);
});

describe('singleRecordFrom', () => {
	const record = (response: object) => singleRecordFrom(source, response, ['amount'], 'the month');

	test('a record has one of the fields', () => {
		expect(record({ amount: 0 })).toEqual({ amount: 0 });
		expect(record([{ amount: 0 }])).toEqual({ amount: 0 });
	});

	test.each([
		[{ amount: null }, 'Acme did not return the month'],
		[{ msg: 'token expired' }, 'Acme did not return the month: token expired'],
		[[], 'Acme did not return the month'],
	])('%j is none', (response, message) => expect(() => record(response)).toThrow(message));
});
