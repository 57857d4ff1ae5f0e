'use strict';

const { NotAsked } = require('../ask');
const { invoicesOf, listIn, noSecret } = require('../interview');
const { builtVendor } = require('./built');

const LIST = '/express/invoices';
const MOST = 250;
const SMALL = 10;
const FAR = 100_000;

const vendor = builtVendor('Talkdesk', 'talkdesk');
const { normalize } = vendor.operations['invoice:getAll'];

/** @type {Record<string, string>} */
const LOGIN = { us: 'talkdeskid.com', eu: 'talkdeskid.eu', ca: 'talkdeskidca.com' };

/**
 * The token comes from the login of the account, or where the region is custom, from its token URL.
 *
 * @param {any} credential
 * @param {any} asker
 */
async function tokenOf({ account, region, tokenUrl, clientId, clientSecret, scope }, asker) {
	if (region !== 'custom' && !Object.hasOwn(LOGIN, region)) {
		throw new NotAsked('TALKDESK_REGION must be us, eu, ca, or custom');
	}
	const url = region === 'custom' ? tokenUrl : `https://${account}.${LOGIN[region]}/oauth/token`;
	const form = { grant_type: 'client_credentials', ...(scope && { scope }) };
	const { status, body } = await asker.token(url, form, clientId, clientSecret);
	if (status === 200 && typeof body?.access_token === 'string') return body.access_token;
	throw new NotAsked(
		`Talkdesk rejected the login (${status}). Check the client ID, client secret, and scope`,
	);
}

/** @param {any} answer */
const linesOf = (answer) => listIn(answer.body?._embedded?.invoices);

/** @type {import('.').Contract} */
const talkdesk = {
	vendor,
	folder: 'Talkdesk',
	settings: [
		{ name: 'TALKDESK_CLIENT_ID', field: 'clientId', about: 'of an OAuth client' },
		{ name: 'TALKDESK_CLIENT_SECRET', field: 'clientSecret', about: 'of an OAuth client' },
		{
			name: 'TALKDESK_ACCOUNT',
			field: 'account',
			about: '"acme" of acme.mytalkdesk.com',
			fallback: '',
		},
		{ name: 'TALKDESK_REGION', field: 'region', about: 'us, eu, ca, or custom', fallback: 'us' },
		{
			name: 'TALKDESK_SCOPE',
			field: 'scope',
			about: 'of the token',
			fallback: 'express-accounts-invoices:read express-accounts:read',
		},
		{ name: 'TALKDESK_BASE_URL', field: 'baseUrl', about: 'for the region custom', fallback: '' },
		{ name: 'TALKDESK_TOKEN_URL', field: 'tokenUrl', about: 'for the region custom', fallback: '' },
	],
	// A wrong token is asked with: a wrong client secret might lock the client.
	signedBy: async (credential, asker, isWrong) => ({
		authorization: `Bearer ${isWrong ? credential.token : await tokenOf(credential, asker)}`,
	}),

	async questions(t) {
		const page = (
			/** @type {number} */ number,
			/** @type {number} */ size,
			order = 'date:asc',
		) => ({
			query: { order_by: order, page: number, per_page: size },
		});
		const first = await t.opening(LIST, page(1, SMALL));
		const isList = t.expect(
			'`_embedded.invoices`',
			Array.isArray(first.body?._embedded?.invoices),
			{
				assumes: 'the list of invoice lines',
				came: 'no list',
				meaning: 'fails',
			},
		);
		if (!isList) return;
		const lines = linesOf(first);
		const total = t.total(first.body.total, 'total');
		t.pageSize('`per_page`', lines, { asked: SMALL, total });
		const { _links: links } = first.body;
		const goesOn = total === null || total > lines.length;
		t.expect('`_links.next`', links !== undefined && ((links.next ?? null) !== null) === goesOn, {
			assumes: 'present exactly while more pages follow',
			came: links === undefined ? 'no `_links`' : 'something else',
			because: 'the node uses it to find the end of the list',
		});
		t.order(lines, 'date', 1);
		if (lines.length === 0) t.note('The list is empty: little could be checked');

		await t.step('`page`', async () => {
			// The nodes rely on it: page k of size s begins at (k - 1) · s, whatever the size.
			const half = await t.get(LIST, page(2, SMALL / 2));
			const keyOf = (/** @type {any} */ line) =>
				JSON.stringify([line.id, line.number, line.invoice_line_number]);
			const before = lines.slice(SMALL / 2).map(keyOf);
			const after = linesOf(half).map(keyOf);
			t.expect(
				'`page`',
				before.every((key, index) => key === after[index]),
				{
					assumes: 'page 2 of 5 is the second half of page 1 of 10',
					came: 'other lines',
					meaning: 'fails',
				},
			);
		});
		await t.step('`order_by`', async () => {
			t.order(linesOf(await t.get(LIST, page(1, SMALL, 'date:desc'))), 'date', -1);
		});
		await t.step('Largest page', async () => {
			const [answer] = await t.readByNode(2);
			const large = linesOf({ body: answer });
			t.pageSize('Largest page', large, { asked: MOST, total });
			const either = [['account_id', 'account ID']];
			const check = { type: 'TalkdeskLine', title: 'Lines of the list', either };
			t.compare(large.length > lines.length ? large : lines, { ...check, normalize });
		});
		await t.step('Above the largest page', async () => {
			const answer = await t.get(LIST, page(1, MOST + 1));
			t.tooMany('Above the largest page', answer, linesOf(answer).length, MOST);
		});
		await t.step('A page past the end', async () => {
			const answer = await t.get(LIST, page(FAR, SMALL));
			t.beyondEnd(answer, answer.body?._embedded?.invoices);
		});
		const number = lines[0]?.number;
		if (number !== undefined) {
			await t.step('The filter by number', async () => {
				const answer = await t.get(LIST, {
					query: { filter: `number eq '${number}'`, per_page: MOST },
				});
				const found = linesOf(answer);
				const isRight = found.length > 0 && found.every((line) => line.number === number);
				t.expect('The filter by number', isRight, {
					assumes: 'all lines of one invoice, and no others',
					came:
						answer.status !== 200
							? String(answer.status)
							: `${found.length} lines, including others`,
					meaning: 'fails',
				});
				await t.getByNode('Get', 'number', number);
				t.note(`The total of an invoice: ${totalOf(found)}`);
				const invoices = invoicesOf(normalize, found);
				t.expect('The lines of one invoice', invoices.length === 1, {
					assumes: 'the same account, number and currency on each',
					came: `${invoices.length} of these`,
					because: 'they are returned as several invoices',
				});
			});
		}
		await t.step('Accounts', async () => {
			const { status, body } = await t.get('/express/accounts', { query: { per_page: SMALL } });
			if (status === 403)
				return t.note('Accounts: refused, the scope express-accounts:read is missing');
			t.expect('Accounts', Array.isArray(body?._embedded?.accounts), {
				assumes: 'a list in `_embedded.accounts`',
				came: status === 200 ? 'no list' : String(status),
				meaning: 'fails',
			});
		});
		await t.wrongSecret(LIST, { token: noSecret() }, [401]);
	},
};

/**
 * Whether the total includes the tax is not documented.
 *
 * @param {any[]} lines of one invoice
 */
function totalOf([first, ...others]) {
	const cents = (/** @type {unknown} */ amount) => Math.round(Number(amount ?? NaN) * 100);
	const net = [first, ...others].reduce((sum, { amount }) => sum + cents(amount), 0);
	const [total, tax] = [cents(first.total_invoice_amount), cents(first.total_tax_amount)];
	if (tax === 0 || Number.isNaN(net + total + tax)) return 'no tax, so unknown';
	if (total === net + tax) return 'includes the tax';
	return total === net ? 'does not include the tax' : 'is not the sum of its lines';
}

module.exports = { talkdesk };
