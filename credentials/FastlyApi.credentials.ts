import type { ICredentialType, INodeProperties } from 'n8n-workflow';
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
		'https://github.com/n8n-nodes-vendor-invoices/n8n-nodes-vendor-invoices/blob/main/docs/vendors/fastly.md#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'API Token',
			name: 'apiToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'An API token whose user has billing access',
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
}
