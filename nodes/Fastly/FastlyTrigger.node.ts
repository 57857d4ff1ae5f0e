import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { FastlyApi } from '../../credentials/FastlyApi.credentials';
import { credentialTest } from '../shared/node/credentialTest';
import { pollVendor } from '../shared/node/trigger';
import { EVENT_SUBTITLE, triggerParameters } from '../shared/node/triggerParameters';
import { fastly } from './api';
import { fastlyParameters } from './parameters';

/** Polls Fastly for invoices that are created, changed or paid. */
export class FastlyTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Fastly Trigger',
		name: 'fastlyTrigger',
		icon: { light: 'file:fastly.svg', dark: 'file:fastly.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: EVENT_SUBTITLE,
		description:
			'Get invoices and month-to-date charges from Fastly. Starts the workflow when a Fastly invoice is created, changed, or paid.',
		defaults: { name: 'Fastly Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'fastlyApi', required: true, testedBy: 'testCredential' }],
		properties: triggerParameters(fastly, fastlyParameters),
	};

	methods = {
		credentialTest: { testCredential: credentialTest(fastly, { credential: new FastlyApi() }) },
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollVendor(this, fastly);
	}
}
