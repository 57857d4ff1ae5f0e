import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { pollVendor } from '../shared/node/trigger';
import { EVENT_SUBTITLE, triggerParameters } from '../shared/node/triggerParameters';
import { talkdeskInsurance } from './api';
import { testInsuranceCredential } from './credentialTest';
import { talkdeskInsuranceParameters } from './parameters';

/** Polls an insurer's Talkdesk Integrations Bridge for invoices that are created, changed or paid. */
export class TalkdeskInsuranceTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Talkdesk Insurance Trigger',
		name: 'talkdeskInsuranceTrigger',
		icon: { light: 'file:talkdeskInsurance.svg', dark: 'file:talkdeskInsurance.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: EVENT_SUBTITLE,
		description:
			'Get policyholder invoices from a Talkdesk Integrations Bridge. Starts the workflow when a policyholder invoice is created, changed, or paid.',
		defaults: { name: 'Talkdesk Insurance Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'talkdeskInsuranceApi', required: true, testedBy: 'testCredential' }],
		properties: triggerParameters(talkdeskInsurance, talkdeskInsuranceParameters),
	};

	methods = { credentialTest: { testCredential: testInsuranceCredential } };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollVendor(this, talkdeskInsurance);
	}
}
