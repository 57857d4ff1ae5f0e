/** What is read of an error body, whatever it holds. */
import fc from 'fast-check';
import { VENDORS } from '../../vendors';
import type { Answers } from '../../vendors/vendor';

/** What is needed of a vendor here. */
interface Vendor {
	name: string;
	errorMessageOf: (body: unknown) => string | undefined;
}

/** What each vendor has said of itself, whatever it is called there. */
const vendors = VENDORS.map(({ folder, answers }): Vendor & Pick<Answers, 'error'> => {
	const api = jest.requireActual<Record<string, Vendor>>(`../../../nodes/${folder}/api`);
	const vendor = Object.values(api).find((value) => value.errorMessageOf) as Vendor;
	return { name: vendor.name, errorMessageOf: vendor.errorMessageOf, error: answers.error };
});

describe.each(vendors)('the words of $name', ({ errorMessageOf, error }) => {
	test.each([undefined, null, '', 'plain', '<html>', 0, 7, true, [], {}, [[]], [null]])(
		'of %j are none',
		(body) => {
			expect(errorMessageOf(body)).toBeUndefined();
		},
	);

	test('are never a failure themselves, whatever the body is', () => {
		const name = fc.constantFrom(
			...['errors', 'fields', 'message', 'detail', 'title', 'msg', 'userMessage'],
			...['developerMessage', 'errorMessage', 'description', 'name', 'property', 'details'],
		);
		const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
			tree: fc.oneof(
				{ maxDepth: 4 },
				fc.constantFrom(null, '', 'words', 7, false),
				fc.array(tie('tree'), { maxLength: 3 }),
				fc.dictionary(name, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
			),
		}));
		fc.assert(
			fc.property(tree, (body) => {
				const words = errorMessageOf(body);
				expect(words === undefined || (typeof words === 'string' && words !== '')).toBe(true);
			}),
			{ seed: 1, numRuns: 2000 },
		);
	});

	test('never hold a stack trace', () => {
		const trace = 'at com.vendor.Handler.run(Handler.java:42)';
		const traces = { stackTrace: trace, stack: trace, trace };
		const within = (value: unknown): unknown => {
			if (Array.isArray(value)) return value.map(within);
			if (typeof value !== 'object' || value === null) return value;
			const fields = Object.entries(value).map(([name, field]) => [name, within(field)]);
			return { ...Object.fromEntries(fields), ...traces };
		};
		const details = [{ message: 'failed', stackTrace: trace }];
		const body = within({ details, ...error('failed') });
		expect(errorMessageOf(body)).toContain('failed');
		expect(errorMessageOf(body)).not.toContain('Handler');
	});
});
