import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { pollVendor } from '../shared/node/trigger';
import { EVENT_SUBTITLE, triggerParameters } from '../shared/node/triggerParameters';
import { talkdesk } from './api';
import { talkdeskParameters } from './parameters';

/** Polls Talkdesk for invoices that are created or changed. */
export class TalkdeskTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Talkdesk Trigger',
		name: 'talkdeskTrigger',
		icon: { light: 'file:talkdesk.svg', dark: 'file:talkdesk.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: EVENT_SUBTITLE,
		description:
			'Get invoices and accounts from Talkdesk. Starts the workflow when a Talkdesk invoice is created or changed.',
		defaults: { name: 'Talkdesk Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'talkdeskOAuth2Api', required: true }],
		properties: triggerParameters(talkdesk, talkdeskParameters),
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollVendor(this, talkdesk);
	}
}
