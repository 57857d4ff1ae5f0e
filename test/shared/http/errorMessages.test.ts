import fc from 'fast-check';
import { carrierX } from '../../../nodes/CarrierX/api';
import { fastly } from '../../../nodes/Fastly/api';
import { i3dNet } from '../../../nodes/I3dNet/api';
import { talkdesk } from '../../../nodes/Talkdesk/api';
import { talkdeskInsurance } from '../../../nodes/TalkdeskInsurance/api';

const VENDORS = [carrierX, fastly, i3dNet, talkdesk, talkdeskInsurance];

describe("Talkdesk's messages", () => {
	test.each([
		[{ code: '0012001', message: 'Too many calls' }, 'Too many calls'],
		[{ message: 'Bad filter', description: 'Unknown field' }, 'Bad filter; Unknown field'],
		[
			{
				code: '1',
				message: 'Invalid',
				fields: [
					{ name: 'per_page', description: 'too large' },
					{ name: 'page', description: 'too small' },
				],
			},
			'Invalid; per_page: too large; page: too small',
		],
		[{ message: 'Invalid', fields: null }, 'Invalid'],
		[{ message: 'Invalid', fields: [{ name: 'page' }] }, 'Invalid; page'],
	])('%j', (body, message) => {
		expect(talkdesk.errorMessageOf(body)).toBe(message);
	});
});

describe("Talkdesk Insurance's messages", () => {
	const details = [
		{
			message: 'at com.bridge.Billing(Billing.java:7)',
			stackTrace: 'at com.bridge.Billing(Billing.java:7)',
			properties: { lineNumber: 7, parameterName: 'account', parameterLocation: 'path' },
		},
	];

	test.each([
		[
			{ status: 404, errorCode: 'E4', userMessage: 'No such policyholder', details },
			'No such policyholder',
		],
		[{ userMessage: 'For you', developerMessage: 'NullPointerException' }, 'For you'],
		[{ userMessage: '', developerMessage: 'upstream closed', details }, 'upstream closed'],
		[{ status: 500, errorCode: 'E5', details }, undefined],
	])('%j', (body, message) => {
		expect(talkdeskInsurance.errorMessageOf(body)).toBe(message);
	});

	test('hold no stack trace that came in the message for developers', () => {
		const developerMessage =
			'java.lang.IllegalStateException: boom\n\tat com.bridge.Billing.read(Billing.java:7)\n\tat com.bridge.Main(Main.java:1)';
		expect(talkdeskInsurance.errorMessageOf({ developerMessage, details }) ?? '').not.toMatch(
			/\.java|\bat com\./,
		);
	});
});

describe("Fastly's messages", () => {
	test.each([
		[{ msg: 'Not allowed', detail: 'Token lacks scope' }, 'Not allowed: Token lacks scope'],
		[{ msg: 'Not allowed' }, 'Not allowed'],
		[{ type: 'about:blank', title: 'Gone', status: 410, detail: 'It moved' }, 'Gone: It moved'],
		[{ errors: [{ title: 'Bad date', detail: 'Not a day' }] }, 'Bad date: Not a day'],
		[{ errors: [{ title: 'Bad date' }, { title: 'other' }] }, 'Bad date'],
		[{ errors: [{ detail: 'Not a day' }] }, 'Not a day'],
		[{ errors: [] }, undefined],
		[{ errors: [null] }, undefined],
	])('%j', (body, message) => {
		expect(fastly.errorMessageOf(body)).toBe(message);
	});
});

describe("CarrierX's messages", () => {
	test('are not looked for without end', () => {
		const nested = (depth: number) => JSON.parse(`${'['.repeat(depth)}"deep"${']'.repeat(depth)}`);
		expect(carrierX.errorMessageOf({ errors: nested(5) })).toBe('deep');
		expect(carrierX.errorMessageOf({ errors: nested(100_000), message: 'nope' })).toBe('nope');
	});

	test.each([
		[{ errors: 'wrong scope' }, 'wrong scope'],
		[{ errors: ['wrong scope', 'expired'] }, 'wrong scope; expired'],
		[{ errors: [{ message: 'bad limit' }, { message: 'bad offset' }] }, 'bad limit; bad offset'],
		[
			{ errors: { limit: 'too large', offset: 'no number' } },
			'limit: too large; offset: no number',
		],
		[{ errors: { limit: ['too large', 'no number'] } }, 'limit: too large; limit: no number'],
		[{ errors: [], message: 'nope' }, 'nope'],
		[{ errors: [null] }, undefined],
	])('%j', (body, message) => {
		expect(carrierX.errorMessageOf(body)).toBe(message);
	});

	test('never say [object Object]', () => {
		const body = { errors: { limit: { message: 'too large' } } };
		expect(carrierX.errorMessageOf(body) ?? '').not.toContain('[object');
	});
});

describe("i3D.net's messages", () => {
	test.each([
		[{ errorCode: 10, errorMessage: 'Wrong key' }, 'Wrong key'],
		[
			{
				errorCode: 11,
				errorMessage: 'Invalid',
				errors: [
					{ property: 'id', message: 'no number' },
					{ property: '', message: 'try later' },
				],
			},
			'Invalid; id: no number; try later',
		],
		[{ errorMessage: 'Invalid', errors: null }, 'Invalid'],
		[{ errorMessage: 'Invalid', errors: [null] }, 'Invalid'],
	])('%j', (body, message) => {
		expect(i3dNet.errorMessageOf(body)).toBe(message);
	});
});

describe.each(VENDORS)('the messages of $name', ({ errorMessageOf }) => {
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
				const message = errorMessageOf(body);
				expect(message === undefined || (typeof message === 'string' && message !== '')).toBe(true);
			}),
			{ seed: 1, numRuns: 2000 },
		);
	});

	test('never hold a stack trace', () => {
		const trace = 'at com.vendor.Handler.run(Handler.java:42)';
		const body = {
			message: 'failed',
			errorMessage: 'failed',
			userMessage: 'failed',
			msg: 'failed',
			errors: [{ message: 'failed', title: 'failed', stackTrace: trace, stack: trace }],
			fields: [{ name: 'a', description: 'b', stackTrace: trace }],
			details: [{ message: 'failed', stackTrace: trace }],
			stackTrace: trace,
			stack: trace,
			trace,
		};
		expect(errorMessageOf(body)).toContain('failed');
		expect(errorMessageOf(body)).not.toContain('Handler');
	});
});
