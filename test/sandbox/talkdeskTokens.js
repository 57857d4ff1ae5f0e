'use strict';

const { json } = require('./answers');
const { Refusal } = require('./query');

/**
 * OAuth2 as Talkdesk has it: client credentials, authorization code, refresh token; the client says
 * who it is by HTTP Basic only.
 */

const LIFE = 599;
const CODE_LIFE = 600;

/**
 * @param {object} options
 * @param {string} options.clientId
 * @param {string} options.clientSecret
 * @param {string[]} options.scopes all there are
 * @param {import('./random').Random} options.random
 * @param {() => number} options.now
 * @param {string} options.mark
 */
function createTokens({ clientId, clientSecret, scopes, random, now, mark }) {
	/** @type {Map<string, { scopes: string[], until: number }>} */
	const tokens = new Map();
	/** @type {Map<string, { scopes: string[], until: number, redirectUri: string }>} */
	const codes = new Map();
	/** @type {Map<string, string[]>} */
	const refreshTokens = new Map();

	/**
	 * @param {number} status
	 * @param {string} error
	 */
	const refuse = (status, error) => json(status, { error }, { 'cache-control': 'no-store' });

	/**
	 * @param {string | null} text
	 * @returns {string[] | undefined} nothing if one of them does not exist
	 */
	function readScopes(text) {
		const wanted = (text ?? '').split(' ').filter(Boolean);
		if (wanted.length === 0) return scopes;
		return wanted.every((scope) => scopes.includes(scope)) ? wanted : undefined;
	}

	/**
	 * @param {string[]} granted
	 * @param {string} [refreshToken]
	 */
	function grant(granted, refreshToken) {
		const token = random.hex(64) + mark;
		tokens.set(token, { scopes: granted, until: now() + LIFE * 1000 });
		const body = {
			access_token: token,
			token_type: 'Bearer',
			expires_in: LIFE,
			scope: granted.join(' '),
			...(refreshToken ? { refresh_token: refreshToken } : {}),
		};
		return json(200, body, { 'cache-control': 'no-store' });
	}

	/** @param {import('./server').Call} call */
	function issue({ headers, body }) {
		const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
		const [scheme, secret] = (headers.authorization ?? '').split(' ');
		if (scheme.toLowerCase() !== 'basic' || secret !== basic) {
			return refuse(401, 'invalid_client');
		}
		if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
			return refuse(400, 'invalid_request');
		}

		const form = new URLSearchParams(body);
		const grantType = form.get('grant_type');
		if (grantType === 'client_credentials') {
			const granted = readScopes(form.get('scope'));
			return granted ? grant(granted) : refuse(400, 'invalid_scope');
		}
		if (grantType === 'authorization_code') {
			const code = form.get('code') ?? '';
			const issued = codes.get(code);
			codes.delete(code);
			if (!issued || issued.until < now() || issued.redirectUri !== form.get('redirect_uri')) {
				return refuse(400, 'invalid_grant');
			}
			const refreshToken = random.hex(64) + mark;
			refreshTokens.set(refreshToken, issued.scopes);
			return grant(issued.scopes, refreshToken);
		}
		if (grantType === 'refresh_token') {
			const refreshToken = form.get('refresh_token') ?? '';
			const granted = refreshTokens.get(refreshToken);
			return granted ? grant(granted, refreshToken) : refuse(400, 'invalid_grant');
		}
		return refuse(400, 'unsupported_grant_type');
	}

	/**
	 * The user agrees at once.
	 * @param {import('./server').Call} call
	 */
	function authorize({ query }) {
		const redirectUri = query.get('redirect_uri') ?? '';
		if (query.get('client_id') !== clientId) return refuse(401, 'invalid_client');
		if (!URL.canParse(redirectUri)) return refuse(400, 'invalid_request');

		const target = new URL(redirectUri);
		const state = query.get('state');
		if (state !== null) target.searchParams.set('state', state);
		const granted = readScopes(query.get('scope'));
		if (query.get('response_type') !== 'code') {
			target.searchParams.set('error', 'unsupported_response_type');
		} else if (!granted) {
			target.searchParams.set('error', 'invalid_scope');
		} else {
			const code = random.hex(32);
			codes.set(code, { scopes: granted, until: now() + CODE_LIFE * 1000, redirectUri });
			target.searchParams.set('code', code);
		}
		return { status: 302, headers: { location: target.href } };
	}

	/**
	 * @param {string | undefined} authorization the header
	 * @param {string} [scope]
	 */
	function check(authorization, scope) {
		const [scheme, value] = (authorization ?? '').split(' ');
		const token = scheme.toLowerCase() === 'bearer' ? tokens.get(value) : undefined;
		if (!token || token.until <= now()) throw new Refusal(401, 'The access token is not valid');
		if (scope && !token.scopes.includes(scope)) {
			throw new Refusal(403, 'The access token lacks a scope');
		}
	}

	return { issue, authorize, check, expireAll: () => tokens.clear() };
}

module.exports = { createTokens };
