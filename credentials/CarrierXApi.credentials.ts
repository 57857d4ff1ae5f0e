import type { ICredentialType, INodeProperties } from 'n8n-workflow';
import { secretHeader } from '../nodes/shared/http/secretHeader';
import { secretFrom } from '../nodes/shared/http/secretValue';

/** Sends the access token as a bearer token. https://www.carrierx.com/documentation/quick-start/core-api */
export class CarrierXApi implements ICredentialType {
	name = 'carrierXApi';

	displayName = 'CarrierX API';

	icon = {
		light: 'file:../nodes/CarrierX/carrierX.svg',
		dark: 'file:../nodes/CarrierX/carrierX.dark.svg',
	} as const;

	documentationUrl =
		'https://github.com/n8n-nodes-vendor-invoices/n8n-nodes-vendor-invoices/blob/main/docs/vendors/carrierx.md#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Access Token',
			name: 'accessToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'An access token with the scope invoices.read or invoices.manage',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.carrierx.com/core/v2',
			required: true,
		},
	];

	authenticate = secretHeader(({ accessToken }) => [
		'Authorization',
		`Bearer ${secretFrom(accessToken, 'Access Token')}`,
	]);
}
