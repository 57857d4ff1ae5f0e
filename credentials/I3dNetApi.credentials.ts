import type { ICredentialType, INodeProperties } from 'n8n-workflow';
import { secretHeader } from '../nodes/shared/http/secretHeader';
import { secretFrom } from '../nodes/shared/http/secretValue';

/** Sends the API key in the header `PRIVATE-TOKEN`. https://www.i3d.net/docs/api/v3/ */
export class I3dNetApi implements ICredentialType {
	name = 'i3dNetApi';

	displayName = 'i3D.net API';

	icon = {
		light: 'file:../nodes/I3dNet/i3dNet.svg',
		dark: 'file:../nodes/I3dNet/i3dNet.dark.svg',
	} as const;

	documentationUrl =
		'https://github.com/n8n-nodes-vendor-invoices/n8n-nodes-vendor-invoices/blob/main/docs/vendors/i3dnet.md#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Private Token',
			name: 'privateToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'Your i3D.net API key',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.i3d.net',
			required: true,
		},
	];

	authenticate = secretHeader(({ privateToken }) => [
		'PRIVATE-TOKEN',
		secretFrom(privateToken, 'Private Token'),
	]);
}
