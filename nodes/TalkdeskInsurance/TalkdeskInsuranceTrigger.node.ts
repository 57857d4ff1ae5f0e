import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { pollVendor } from '../shared/node/trigger';
import { triggerParameters } from '../shared/node/triggerParameters';
import { talkdeskInsurance } from './api';
import { talkdeskInsuranceParameters } from './parameters';

/** Polls an insurer's Talkdesk Integrations Bridge for invoices that are created, changed or paid. */
export class TalkdeskInsuranceTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Talkdesk Insurance Trigger',
		name: 'talkdeskInsuranceTrigger',
		icon: { light: 'file:talkdeskInsurance.svg', dark: 'file:talkdeskInsurance.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["event"] }}',
		description:
			'Starts the workflow when an invoice of a policyholder is created, changed or paid',
		defaults: { name: 'Talkdesk Insurance Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'talkdeskInsuranceApi', required: true }],
		properties: triggerParameters(talkdeskInsurance, talkdeskInsuranceParameters),
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollVendor(this, talkdeskInsurance);
	}
}
