/** What is special to Talkdesk Insurance: accounts, a secret and a path that the user makes up, drafts. */
/* eslint-disable @n8n/community-nodes/no-restricted-imports -- this is no node */
import { once as event } from 'node:events';
import { type RequestListener, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { talkdeskInsurance as api } from '../../nodes/TalkdeskInsurance/api';
import {
	type Case,
	EMPTY,
	INCOMPLETE_HINT,
	OF_ITEM,
	cannotBe,
	describeBadInput,
	failWith,
	ofList,
	saidBy,
} from '../badInput';
import { everything, newOn } from '../onlyNew';
import { echo, once, secretsOn } from '../secrets';
import {
	type Json,
	base64,
	byId,
	expectWhole,
	jsonOf,
	listOf,
	reveal,
	setUp,
	problemIn,
} from '../support';
import { triggersOn } from '../triggers';
import { ACCOUNT, insuranceInvoice, talkdeskInsurance as insurance } from './talkdeskInsurance';

const stage = setUp();
const { secretOf, expectNoSecret, performWithEcho } = secretsOn(stage);
const { run, keysOf } = newOn(stage);
const { started, recordOf } = triggersOn(stage);
const always = { times: Infinity };

/** A server of the test's own, which answers as it likes. */
async function listeningServer(answer: RequestListener) {
	const server = createServer(answer).listen(0, '127.0.0.1');
	await event(server, 'listening');
	const { port } = server.address() as AddressInfo;
	return {
		origin: `http://127.0.0.1:${port}`,
		close: async () => {
			server.closeAllConnections();
			await event(server.close(), 'close');
		},
	};
}

describe('accounts', () => {
	it('one without invoices gives nothing', async () => {
		const parameters = { operation: 'getAll', returnAll: true, accountId: 'ACC-EMPTY' };
		expectWhole(await stage.run(insurance, parameters), []);
	});

	it('each item has its own', async () => {
		const { insuranceAccounts, data } = stage.sandbox;
		const filled = insuranceAccounts.filter((account) => !account.includes('/'));
		const input = filled.map((account) => ({ json: { account } }));
		const parameters = { operation: 'getAll', returnAll: true, accountId: '={{ $json.account }}' };
		expectWhole(
			await stage.run(insurance, parameters, { input }),
			filled.flatMap((account) => data.talkdeskInsurance[account]),
		);
	});

	it('one with a slash', async () => {
		const { data } = await stage.ownSandbox();
		data.talkdeskInsurance['ACC 2/ü'] = data.talkdeskInsurance[ACCOUNT];
		const parameters = { operation: 'getAll', returnAll: true, accountId: 'ACC 2/ü' };
		expectWhole(await stage.run(insurance, parameters), data.talkdeskInsurance[ACCOUNT]);
		expect(stage.requests[0].path).toContain('/ACC%202%2F%C3%BC');
	});

	it('one with spaces and umlauts', async () => {
		const operation = listOf(insurance);
		expectWhole(await stage.perform(operation), operation.expected(stage.sandbox));
		expect(stage.requests[0].path).toContain('/M%C3%BCller%20%26%20S%C3%B6hne%207');
	});

	it('of another one a trigger begins anew', async () => {
		const poll = async (accountId: string, staticData: object) =>
			await stage.engine.poll({
				type: 'talkdeskInsuranceTrigger',
				parameters: { output: 'raw', accountId },
				credentials: stage.credentialsOf(insurance),
				staticData,
			});
		const { staticData } = await poll(ACCOUNT, {});
		const other = stage.sandbox.insuranceAccounts.find((account) => account !== ACCOUNT)!;
		const { items, logs } = await poll(other, staticData);
		expect(items).toEqual([]);
		expect(logs.map(({ message }) => message).join()).toMatch(/now watches a different list/);
	});

	it('a trigger without one fails before it asks', async () => {
		const poll = stage.engine.poll({
			type: 'talkdeskInsuranceTrigger',
			parameters: { accountId: '' },
			credentials: stage.credentialsOf(insurance),
		});
		await expect(poll).rejects.toThrow(/Account ID/);
		expect(stage.requests).toEqual([]);
	});
});

describe('the test of the credential', () => {
	const test = async (changes: Json) =>
		await stage.engine.testCredential('talkdeskInsuranceApi', {
			...stage.sandbox.credentials.talkdeskInsuranceApi,
			...changes,
		});

	it('passes without an account to ask for', async () => {
		expect(await test({ testAccountId: '' })).toMatchObject({ status: 'OK' });
	});

	it('fails with a wrong secret also without an account to ask for', async () => {
		expect(await test({ testAccountId: '', headerValue: 'wrong' })).toEqual({
			status: 'Error',
			message: 'Authentication failed (HTTP 401). Check the secret and that it may read invoices',
		});
	});

	it('asks for an account with spaces and umlauts', async () => {
		expect(await test({ testAccountId: ACCOUNT })).toMatchObject({ status: 'OK' });
		expect(stage.sandbox.requests.map(({ status }) => status)).toEqual([200]);
	});

	it('fails with an account that does not exist', async () => {
		expect(await test({ testAccountId: 'none' })).toMatchObject({ status: 'Error' });
	});
});

describe('answers', () => {
	test('an error as a record of a bare list', async () => {
		stage.answer(insurance, [{ userMessage: 'Not today' }]);
		const { ids, message } = await stage.ids(insurance, 'getAll');
		expect(ids).toEqual([]);
		expect(problemIn({ message: message ?? '' })).toMatch(
			/returned an error instead of the list: Not today$/,
		);
	});

	it.each([
		['a list', [insuranceInvoice]],
		['an invoice', insuranceInvoice],
	])('bare: %s', async (_, body) => {
		stage.answer(insurance, body);
		expect(await stage.invoices(insurance, 'getAll')).toMatchObject([{ id: 'B-1' }]);
		expect(await stage.invoices(insurance, 'get', byId('B-1', 'number'))).toHaveLength(1);
	});
	it('a draft is not unpaid', async () => {
		const draft = { ...insuranceInvoice, status: 'Draft' };
		stage.answer(
			insurance,
			insurance.answers.list([draft, { ...insuranceInvoice, invoice_number: 'B-2' }]),
		);
		const unpaid = await stage.invoices(insurance, 'getUnpaid');
		expect(unpaid.map(({ id }) => id)).toEqual(['B-2']);
	});
});

/** The list and how it becomes two invoices of one key, or one with a draft. */
const list = () => insurance.records(stage.sandbox);
const twin = (): Json => ({
	...list()[0],
	amount: '40.00',
	due_amount: '40.00',
	paid_amount: '0.00',
});
const DRAFT = { invoice_number: 'DRAFT-1', invoice_bill_date: '2026-01-31', status: 'Draft' };
const ISSUED = { amount: '70.00', paid_amount: '0.00', due_amount: '70.00', status: 'Open' };

describe('Invoices to Return', () => {
	beforeEach(async () => {
		await stage.ownSandbox();
		stage.engine.processedItems.forget();
	});

	describe('two invoices under one key', () => {
		it.each(['new', 'newOrChanged'])('are both returned and marked, %s', async (onlyNew) => {
			list().push(twin());
			const twins = jsonOf(await run(insurance, { onlyNew })).filter(
				({ id }) => id === twin().invoice_number,
			);
			expect(twins.map(({ warnings }) => warnings)).toEqual([
				expect.arrayContaining(['KEY_NOT_UNIQUE']),
				expect.arrayContaining(['KEY_NOT_UNIQUE']),
			]);
			expect(await keysOf(insurance, { onlyNew })).toEqual([]);
		});

		it.each(['new', 'newOrChanged'])(
			'are returned when the second one appears, %s',
			async (onlyNew) => {
				await keysOf(insurance, { onlyNew });
				list().push(twin());
				const items = jsonOf(await run(insurance, { onlyNew }));
				expect(items).toMatchObject([{ totalAmount: 40 }]);
				expect(await keysOf(insurance, { onlyNew })).toEqual([]);
				list().pop();
				expect(await keysOf(insurance, { onlyNew })).toEqual([]);
			},
		);
	});

	describe('a draft', () => {
		const idsOf = async (parameters: Json) =>
			jsonOf(await run(insurance, parameters)).map(({ id, totalAmount }) => [id, totalAmount]);

		it.each(['new', 'newOrChanged'])('is returned when it is issued, %s', async (onlyNew) => {
			list().push({ ...DRAFT });
			expect(await idsOf({ onlyNew })).not.toContainEqual(['DRAFT-1', null]);
			Object.assign(list().at(-1) as Json, ISSUED);
			expect(await idsOf({ onlyNew })).toEqual([['DRAFT-1', 70]]);
			expect(await idsOf({ onlyNew })).toEqual([]);
		});

		it.each(['new', 'newOrChanged'])('and before where it is wanted, %s', async (onlyNew) => {
			const drafts = { onlyNew, options: { includeDrafts: true } };
			await idsOf({ onlyNew });
			list().push({ ...DRAFT });
			expect(await idsOf(drafts)).toEqual([['DRAFT-1', null]]);
			expect(await idsOf(drafts)).toEqual([]);
			Object.assign(list().at(-1) as Json, ISSUED);
			expect(await idsOf(drafts)).toEqual([['DRAFT-1', 70]]);
		});

		it('is in the list where all invoices are returned', async () => {
			list().push({ ...DRAFT });
			expect(await idsOf(everything)).toContainEqual(['DRAFT-1', null]);
		});
	});

	describe('of several accounts nothing is recorded that is not returned', () => {
		const accounts = () => {
			const [first, second] = stage.sandbox.insuranceAccounts;
			return [first, '/', second].map((accountId) => ({ json: { accountId } }));
		};
		const perItem = { accountId: '={{ $json.accountId }}' };

		it('when a later item fails', async () => {
			const failed = await run(insurance, perItem, { input: accounts() });
			expect(failed.error).toBeDefined();
			const [first, , second] = accounts();
			const input = [first, second];
			const expected = input.flatMap(
				({ json }) => stage.sandbox.data.talkdeskInsurance[json.accountId],
			);
			expect(await keysOf(insurance, perItem, { input })).toHaveLength(expected.length);
		});

		it('but what is returned beside an item that fails', async () => {
			const rest = { input: accounts(), onError: 'continueRegularOutput' as const };
			const items = jsonOf(await run(insurance, perItem, rest));
			expect(items.filter(({ error }) => error)).toHaveLength(1);
			expect(items.length).toBeGreaterThan(2);
			const again = jsonOf(await run(insurance, perItem, rest));
			expect(again).toEqual([{ error: expect.stringContaining('is not a valid account ID') }]);
		});
	});
});

describe('the trigger', () => {
	beforeEach(async () => {
		await stage.ownSandbox();
	});

	describe('two invoices under one key', () => {
		it('are both told and marked', async () => {
			const [first] = list().splice(0, 1);
			const trigger = await started(insurance, { output: 'full' });
			list().push(first, { ...first, amount: '40.00', paid_amount: '0', due_amount: '40' });
			const { items } = await trigger.poll();
			expect(items?.map(({ json }) => json.warnings)).toEqual(
				[0, 1].map(() => expect.arrayContaining(['KEY_NOT_UNIQUE'])),
			);
			expect(await trigger.ids()).toBeNull();
		});

		it('are told when the second one appears', async () => {
			const trigger = await started(insurance, { output: 'full' });
			list().push(twin());
			const { items } = await trigger.poll();
			expect(items?.map(({ json }) => json.totalAmount)).toEqual([40]);
			expect((await trigger.poll()).items).toBeNull();
		});
	});

	describe('a draft', () => {
		it('is told when it is issued, with its final sum', async () => {
			const trigger = await started(insurance, { output: 'full' });
			list().push({ ...DRAFT });
			expect((await trigger.poll()).items).toBeNull();
			Object.assign(recordOf(insurance, 'DRAFT-1'), ISSUED);
			const { items } = await trigger.poll();
			expect(items?.map(({ json }) => json)).toMatchObject([{ id: 'DRAFT-1', totalAmount: 70 }]);
			expect((await trigger.poll()).items).toBeNull();
		});

		it('is told before that, too, where it is wanted', async () => {
			const trigger = await started(insurance, { options: { includeDrafts: true } });
			list().push({ ...DRAFT });
			expect(await trigger.ids()).toEqual(['DRAFT-1']);
			expect(await trigger.ids()).toBeNull();
			Object.assign(recordOf(insurance, 'DRAFT-1'), ISSUED);
			expect(await trigger.ids()).toEqual(['DRAFT-1']);
			expect(await trigger.ids()).toBeNull();
		});

		it('is another list where it is wanted from now on: nothing is told twice', async () => {
			const trigger = await started(insurance);
			list().push({ ...DRAFT });
			trigger.parameters.options = { includeDrafts: true };
			expect(await trigger.ids()).toEqual([]);
			expect(await trigger.ids()).toBeNull();
		});
	});
});

describe('a secret that is echoed is redacted', () => {
	it('without the word before it', async () => {
		const token = secretOf(insurance).replace('Bearer ', '');
		const result = await performWithEcho(
			listOf(insurance),
			insurance.answers.error(echo(token)),
			403,
		);
		expectNoSecret(result, insurance);
	});

	it.each([
		['a short word', 'Bearer ab12cd', 'you sent ab12cd', 'you sent ***'],
		['a short word in capitals', 'Bearer ab12cd', 'you sent AB12CD', 'you sent ***'],
		['a value in quotes', 'Token token="s3cr3t"', 'bad token s3cr3t', 'bad token ***'],
		['one of two values', 'Key id=4711, sig=s3c', 'bad sig s3c of 4711', 'bad sig *** of ***'],
		['the password of Basic', `Basic ${base64('user:p4ss')}`, 'user p4ss?', 'user ***?'],
		['what Basic encodes', `Basic ${base64('user:p4ss')}`, 'is user:p4ss', 'is ***'],
	])('%s', async (_, headerValue, words, shown) => {
		const bridge = await listeningServer((_request, response) =>
			response.writeHead(400).end(words),
		);
		const credentials = stage.credentialsOf(insurance, { headerValue, baseUrl: bridge.origin });
		const { error } = await stage.perform(listOf(insurance), once, { credentials });
		await bridge.close();
		expect(problemIn(error)).toBe(`Talkdesk Insurance returned an error (400): ${shown}`);
	});

	it.each([
		['in its query', '/invoices/{accountId}?key=k3y&x=1', 'no key k3y', 'no key ***'],
		[
			'as a segment',
			'/s3cretkey/invoices/{accountId}',
			'GET /s3cretkey/invoices',
			'GET /***/invoices',
		],
		['encoded', '/invoices/{accountId}?key=a%2Fb%2Bc', 'bad a/b+c', 'bad ***'],
	])('a key in Invoices Path, %s', async (_, invoicesPath, words, shown) => {
		const bridge = await listeningServer((_request, response) =>
			response.writeHead(404).end(words),
		);
		const credentials = stage.credentialsOf(insurance, {
			invoicesPath,
			baseUrl: bridge.origin,
		});
		const { error } = await stage.perform(listOf(insurance), once, {
			credentials,
		});
		await bridge.close();
		expect(problemIn(error)).toBe(`Talkdesk Insurance has no account "${ACCOUNT}" (404): ${shown}`);
	});

	it('an Invoices Path that cannot be used is not shown', async () => {
		const credentials = stage.credentialsOf(insurance, { invoicesPath: '/no/place?key=k3y' });
		const { error } = await stage.perform(listOf(insurance), once, { credentials });
		expect(error.message).toBe('The invoices path in the credential is not valid');
		expect(reveal(error)).not.toContain('k3y');
	});
});

describe('whole lists', () => {
	it('one that is capped gives what came, where that is wanted', async () => {
		const fault = { vendor: insurance.type, kind: 'capPages', size: 5, ...always };
		stage.sandbox.addFault(fault);
		const result = await stage.perform(listOf(insurance), { ifIncomplete: 'continue' });
		expectWhole(result, insurance.list(stage.sandbox).slice(0, 5));
	});
});

const ofAccount = ofList(insurance, { accountId: OF_ITEM }, ACCOUNT);

describeBadInput(stage, [
	...['a/../b', '../1', 'a\\..\\b', '..', '.'].map(
		(value): Case => ({
			...ofAccount,
			name: `the account ${value}`,
			...cannotBe(value, 'Account ID', 'account ID'),
		}),
	),
	{
		...ofAccount,
		name: 'an empty account',
		bad: () => '',
		message: '"Account ID" is empty',
		description: EMPTY.description,
	},
	{
		...ofAccount,
		name: 'an account that does not exist',
		bad: () => 'none',
		message: 'Talkdesk Insurance has no account "none" (404): This account does not exist',
		description: 'Check the ID. If it is right, check the base URL in the credential',
		httpCode: '404',
	},
	{
		...ofList(insurance, { returnAll: true }, 0),
		expected: insurance.list,
		name: 'a total that is not reached',
		// It is asked again, in case it was a passing contradiction.
		faults: [{ kind: 'total', delta: 1, after: 1, times: 2 }],
		message:
			'Could not retrieve the complete list: the vendor reports more records than it returned (expected 13 records, received 12)',
		description: INCOMPLETE_HINT,
	},
]);

it.each(['', 'invoices/{accountId}', '/invoices', '/{accountId}/{accountId}', '/../{accountId}'])(
	'the invoices path "%s"',
	async (invoicesPath) => {
		expect(saidBy(await failWith(stage, insurance, { invoicesPath }))).toEqual({
			message: 'The invoices path in the credential is not valid',
			description: 'It must start with one slash and contain {accountId} once',
			httpCode: undefined,
			itemIndex: 0,
		});
	},
);

describe('the words of an error', () => {
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
	])('%j', (body, words) => {
		expect(api.errorMessageOf(body)).toBe(words);
	});

	test('hold no stack trace that came in the message for developers', () => {
		const developerMessage =
			'java.lang.IllegalStateException: boom\n\tat com.bridge.Billing.read(Billing.java:7)\n\tat com.bridge.Main(Main.java:1)';
		expect(api.errorMessageOf({ developerMessage, details }) ?? '').not.toMatch(
			/\.java|\bat com\./,
		);
	});
});
