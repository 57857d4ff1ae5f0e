import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { CarrierXApi } from '../../credentials/CarrierXApi.credentials';
import { credentialTest } from '../shared/node/credentialTest';
import { pollVendor } from '../shared/node/trigger';
import { EVENT_SUBTITLE, triggerParameters } from '../shared/node/triggerParameters';
import { carrierX } from './api';
import { carrierXParameters } from './parameters';

/** Polls CarrierX for invoices that are created, changed or paid. */
export class CarrierXTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'CarrierX Trigger',
		name: 'carrierXTrigger',
		icon: { light: 'file:carrierX.svg', dark: 'file:carrierX.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: EVENT_SUBTITLE,
		description:
			'Get invoices and PDFs from CarrierX. Starts the workflow when a CarrierX invoice is created, changed, or paid.',
		defaults: { name: 'CarrierX Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'carrierXApi', required: true, testedBy: 'testCredential' }],
		// A trigger reads whole invoices.
		properties: triggerParameters(carrierX, carrierXParameters),
	};

	methods = {
		credentialTest: { testCredential: credentialTest(carrierX, { credential: new CarrierXApi() }) },
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollVendor(this, carrierX);
	}
}
