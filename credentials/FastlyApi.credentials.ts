import type { ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { BASE_URL, testRules } from '../nodes/shared/http/credentialTest';
import { secretHeader } from '../nodes/shared/http/secretHeader';
import { secretFrom } from '../nodes/shared/http/secretValue';

/** Sends the API token in the header `Fastly-Key`. https://www.fastly.com/documentation/reference/api/account/billing/invoices/ */
export class FastlyApi implements ICredentialType {
	name = 'fastlyApi';

	displayName = 'Fastly API';

	icon = {
		light: 'file:../nodes/Fastly/fastly.svg',
		dark: 'file:../nodes/Fastly/fastly.dark.svg',
	} as const;

	documentationUrl =
		'https://github.com/n8n-nodes-vendor-invoices/n8n-nodes-vendor-invoices?tab=readme-ov-file#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'API Token',
			name: 'apiToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'A token whose user may see the billing of the account',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.fastly.com',
			required: true,
		},
	];

	authenticate = secretHeader(({ apiToken }) => ['Fastly-Key', secretFrom(apiToken, 'API Token')]);

	test: ICredentialTestRequest = {
		request: {
			baseURL: BASE_URL,
			url: '/billing/v3/invoices',
			qs: { limit: 1 },
			disableFollowRedirect: true,
		},
		rules: testRules('data'),
	};
}
