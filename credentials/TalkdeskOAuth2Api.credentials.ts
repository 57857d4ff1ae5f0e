import type { ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { testRules } from '../nodes/shared/http/credentialTest';

const domainOf = (region: string) =>
	`(({ us: ".com", eu: ".eu", ca: "ca.com" })[${region}] || ".invalid")`;

/** The text in a field of this form, which has no value before the user enters one. */
const textIn = (field: string) => `($self["${field}"] || "")`;
const IS_CUSTOM = '$self["region"] === "custom"';
const LOGIN_HOST = `"https://" + ${textIn('account')}.replace(/[^a-z0-9-]/gi, "") + ".talkdeskid" + ${domainOf('$self["region"]')}`;

/** Plain HTTP would send the secret unencrypted, so it is allowed for localhost only. */
const SAFE_URL =
	'/^(https:\\/\\/|http:\\/\\/(localhost|127(\\.\\d+){3}|\\[::1\\])(:\\d+)?(\\/|$))/i';
const REFUSED = 'https://plain-http-is-refused.invalid';
const safeUrlIn = (field: string) =>
	`${SAFE_URL}.test(${textIn(field)}) ? ${textIn(field)} : "${REFUSED}"`;

/** Shown for the region "Custom" only. */
const customOnly = { show: { region: ['custom'] } };

/**
 * Logs in with OAuth2, by client credentials or as a user. https://docs.talkdesk.com/docs/authentication
 */
export class TalkdeskOAuth2Api implements ICredentialType {
	name = 'talkdeskOAuth2Api';

	extends = ['oAuth2Api'];

	displayName = 'Talkdesk OAuth2 API';

	icon = {
		light: 'file:../nodes/Talkdesk/talkdesk.svg',
		dark: 'file:../nodes/Talkdesk/talkdesk.dark.svg',
	} as const;

	documentationUrl =
		'https://github.com/n8n-nodes-vendor-invoices/n8n-nodes-vendor-invoices/blob/main/docs/vendors/talkdesk.md#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Grant Type',
			name: 'grantType',
			type: 'options',
			options: [
				{ name: 'Client Credentials', value: 'clientCredentials' },
				{ name: 'Authorization Code', value: 'authorizationCode' },
			],
			default: 'clientCredentials',
		},
		{
			displayName: 'Account',
			name: 'account',
			type: 'string',
			displayOptions: { hide: { region: ['custom'] } },
			default: '',
			required: true,
			placeholder: 'e.g. acme',
			description: 'The first part of your Talkdesk URL, e.g. "acme" in acme.mytalkdesk.com',
		},
		{
			displayName: 'Region',
			name: 'region',
			type: 'options',
			options: [
				{ name: 'Canada', value: 'ca' },
				{ name: 'Custom', value: 'custom' },
				{ name: 'Europe', value: 'eu' },
				{ name: 'United States', value: 'us' },
			],
			default: 'us',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			displayOptions: customOnly,
			default: '',
			required: true,
			placeholder: 'e.g. https://api.example.com',
			description:
				'Must use https. If the test shows ENOTFOUND, check the host; if it shows ECONNREFUSED, check the port.',
		},
		{
			displayName: 'Token URL',
			name: 'tokenUrl',
			type: 'string',
			displayOptions: customOnly,
			default: '',
			required: true,
			placeholder: 'e.g. https://login.example.com/oauth/token',
		},
		{
			displayName: 'Authorization URL',
			name: 'customAuthUrl',
			type: 'string',
			displayOptions: { show: { grantType: ['authorizationCode'], region: ['custom'] } },
			default: '',
			required: true,
			placeholder: 'e.g. https://login.example.com/oauth/authorize',
		},
		{
			// n8n's own field.
			displayName: 'Authorization URL',
			name: 'authUrl',
			type: 'hidden',
			default: `={{ ${IS_CUSTOM} ? ${safeUrlIn('customAuthUrl')} : ${LOGIN_HOST} + "/oauth/authorize" }}`,
		},
		{
			displayName: 'Access Token URL',
			name: 'accessTokenUrl',
			type: 'hidden',
			default: `={{ ${IS_CUSTOM} ? ${safeUrlIn('tokenUrl')} : ${LOGIN_HOST} + "/oauth/token" }}`,
		},
		{
			displayName: 'Scope',
			name: 'scope',
			type: 'string',
			default: 'express-accounts-invoices:read express-accounts:read',
			description: 'Space-separated list. Leave empty to request all granted scopes.',
		},
		{
			displayName: 'Auth URI Query Parameters',
			name: 'authQueryParameters',
			type: 'hidden',
			default: '',
		},
		{
			displayName: 'Authentication',
			name: 'authentication',
			type: 'hidden',
			default: 'header',
		},
		{
			// Otherwise n8n's HTTP Request node would send the token to any host.
			displayName: 'Allowed HTTP Request Domains',
			name: 'allowedHttpRequestDomains',
			type: 'hidden',
			default: 'domains',
		},
		{
			displayName: 'Allowed Domains',
			name: 'allowedDomains',
			type: 'hidden',
			default: `={{ ${IS_CUSTOM} ? ${textIn('baseUrl')}.replace(/^\\s*https?:\\/\\//i, "").split(/[\\/?#:]/)[0] : "api.talkdeskapp" + ${domainOf('$self["region"]')} }}`,
		},
	];

	test: ICredentialTestRequest = {
		request: {
			baseURL: `={{ $credentials.region !== "custom" ? "https://api.talkdeskapp" + ${domainOf('$credentials.region')} : ${SAFE_URL}.test(($credentials.baseUrl || "").trim()) ? $credentials.baseUrl.trim().replace(/\\/+$/, "") : "${REFUSED}" }}`,
			url: '/express/invoices',
			qs: { per_page: 1 },
			disableFollowRedirect: true,
		},
		// An empty list may consist of its total only.
		rules: testRules('total'),
	};
}
