import type { ICredentialType, INodeProperties } from 'n8n-workflow';
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
		'https://github.com/n8n-nodes-vendor-invoices/n8n-nodes-vendor-invoices/blob/main/docs/vendors/talkdesk-insurance.md#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://bridge.example.com',
			required: true,
			description: 'The URL of your Integrations Bridge, which you host yourself',
		},
		{
			displayName: 'Invoices Path',
			name: 'invoicesPath',
			type: 'string',
			default: '/BillingInfoAPI/accountinvoices/{accountId}',
			required: true,
			description:
				'The path of "Get Account Invoices" on your bridge. {accountId} stands for the account.',
			hint: 'Do not enter a key or token here, as servers and proxies log paths. Secrets belong in Header Value.',
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
			description: 'The complete value of the header',
		},
		{
			displayName: 'Test Account ID',
			name: 'testAccountId',
			type: 'string',
			default: '',
			description:
				'An existing account ID, used to test this credential. Without one, the test only checks that the secret is not rejected.',
		},
		{
			displayName: 'Allow Plain HTTP',
			name: 'allowHttp',
			type: 'boolean',
			default: false,
			description: 'Whether the base URL may use http, which sends the header in plain text',
		},
	];

	authenticate = secretHeader(({ headerName, headerValue }) => [
		headerNameFrom(headerName, 'Header Name'),
		secretFrom(headerValue, 'Header Value'),
	]);
}
