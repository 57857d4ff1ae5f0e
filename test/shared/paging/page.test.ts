import { incomplete, recordKey } from '../../../nodes/shared/paging/page';
import { readSingleResponse } from '../../../nodes/shared/paging/single';

describe('recordKey', () => {
	test('an ID is text: 5 and "5" are one', () => {
		expect(recordKey(5, {})).toBe(recordKey('5', {}));
	});

	test.each([undefined, null, '', '  ', {}, true])('%p is no ID: the whole record is', (id) => {
		expect(recordKey(id, { b: 1, a: 2 })).toBe(recordKey(id, { a: 2, b: 1 }));
		expect(recordKey(id, { a: 1 })).not.toBe(recordKey(id, { a: 2 }));
	});

	test('the largest number that is exact is an ID', () => {
		expect(recordKey(9007199254740991, {})).toBe(recordKey('9007199254740991', {}));
	});

	test.each(['9007199254740992', '9007199254740993', '-9007199254740993', '1e400', '1.5'])(
		'a number that is not exact is an error: %s',
		(text) => {
			const id: unknown = JSON.parse(text);
			expect(() => recordKey(id, {})).toThrow('An ID in the response is too large to be exact');
		},
	);

	test('two IDs that JSON makes one end the read, as text they are two records', async () => {
		const read = async (text: string) => {
			const records = JSON.parse(text) as Array<{ id: unknown }>;
			const ask = async () => ({ records, total: null });
			const received: object[] = [];
			for await (const page of readSingleResponse(ask, (record) => recordKey(record.id, record)))
				received.push(...page);
			return received.length;
		};
		const numbers = '[{"id":9007199254740993},{"id":9007199254740992}]';
		await expect(read(numbers)).rejects.toMatchObject({ kind: 'vendor' });
		expect(await read(numbers.replace(/\d{2,}/g, '"$&"'))).toBe(2);
	});
});

test('what is missing is told in one line, and what to do in the hint', () => {
	const { message, details } = incomplete('it changes', {
		expected: '5',
		received: 4,
		moved: [0, 0, 9, 1, 2, 3, 4],
	});
	expect(message).toBe(
		'Could not retrieve the complete list: it changes (expected 5 records, received 4; the list shifted near record 1, 10, 2, 3, 4 and 1 more)',
	);
	expect(details.hint).toBe(
		'Run it again, as the list may have changed while it was read. To get the partial list, set "If List Is Incomplete" to "Continue" in the options',
	);
});
