import type { ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { BASE_URL, testRules } from '../nodes/shared/http/credentialTest';
import { secretHeader } from '../nodes/shared/http/secretHeader';
import { headerNameFrom, secretFrom } from '../nodes/shared/http/secretValue';

/** Sends a header that the customer chooses, to a bridge that the customer hosts. */
export class TalkdeskInsuranceApi implements ICredentialType {
	name = 'talkdeskInsuranceApi';

	displayName = 'Talkdesk Insurance API';

	icon = {
		light: 'file:../nodes/TalkdeskInsurance/talkdeskInsurance.svg',
		dark: 'file:../nodes/TalkdeskInsurance/talkdeskInsurance.dark.svg',
	} as const;

	documentationUrl =
		'https://github.com/n8n-nodes-vendor-invoices/n8n-nodes-vendor-invoices?tab=readme-ov-file#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://bridge.example.com',
			required: true,
			description: 'The address of your Integrations Bridge. It is hosted by you, not by Talkdesk',
		},
		{
			displayName: 'Invoices Path',
			name: 'invoicesPath',
			type: 'string',
			default: '/BillingInfoAPI/accountinvoices/{accountId}',
			required: true,
			description: 'The path of "Get Account Invoices" on your bridge, with {accountId} in it',
			hint: 'Put no key or token here: paths are written to the logs of servers and proxies. A secret belongs into Header Value',
		},
		{
			displayName: 'Header Name',
			name: 'headerName',
			type: 'string',
			default: 'Authorization',
			required: true,
		},
		{
			displayName: 'Header Value',
			name: 'headerValue',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. Bearer …',
			description: 'The whole value of the header',
		},
		{
			displayName: 'Test Account ID',
			name: 'testAccountId',
			type: 'string',
			default: '',
			description:
				'An account that exists, for the test of this credential. Without it, the test passes with any answer but 401 and 403',
		},
		{
			displayName: 'Allow Plain HTTP',
			name: 'allowHttp',
			type: 'boolean',
			default: false,
			description:
				'Whether the base URL may use http, which sends the header readable through the network',
		},
	];

	authenticate = secretHeader(({ headerName, headerValue }) => [
		headerNameFrom(headerName, 'Header Name'),
		secretFrom(headerValue, 'Header Value'),
	]);

	test: ICredentialTestRequest = {
		request: {
			baseURL: BASE_URL,
			url: '={{ $credentials.invoicesPath.trim().replace("{accountId}", encodeURIComponent($credentials.testAccountId || "0")) }}',
			disableFollowRedirect: true,
			// As text, because n8n would reject an empty bare list, which is a valid response.
			encoding: 'text',
			// Without an existing account, only a rejected header is a failure.
			ignoreHttpStatusErrors:
				'={{ $credentials.testAccountId ? false : { ignore: true, except: [401, 403] } }}' as unknown as boolean,
		},
		rules: testRules(),
	};
}
