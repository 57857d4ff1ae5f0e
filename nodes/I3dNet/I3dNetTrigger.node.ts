import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { I3dNetApi } from '../../credentials/I3dNetApi.credentials';
import { credentialTest } from '../shared/node/credentialTest';
import { pollVendor } from '../shared/node/trigger';
import { EVENT_SUBTITLE, triggerParameters } from '../shared/node/triggerParameters';
import { i3dNet } from './api';
import { i3dNetParameters } from './parameters';

/** Polls i3D.net for invoices that are created, changed or paid. */
export class I3dNetTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'i3D.net Trigger',
		name: 'i3dNetTrigger',
		icon: { light: 'file:i3dNet.svg', dark: 'file:i3dNet.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: EVENT_SUBTITLE,
		description:
			'Get invoices and PDFs from i3D.net. Starts the workflow when an i3D.net invoice is created, changed, or paid.',
		defaults: { name: 'i3D.net Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'i3dNetApi', required: true, testedBy: 'testCredential' }],
		properties: triggerParameters(i3dNet, i3dNetParameters),
	};

	methods = {
		credentialTest: { testCredential: credentialTest(i3dNet, { credential: new I3dNetApi() }) },
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollVendor(this, i3dNet);
	}
}
