import type { IExecuteFunctions } from 'n8n-workflow';
import type { OperationContext, Vendor } from '../vendor/vendor';
import type { RunHints } from './runHints';

/** What an operation runs for: one input item of a vendor's node. */
export interface ItemRun {
	n8n: IExecuteFunctions;
	vendor: Vendor;
	context: OperationContext;
	itemIndex: number;
	hints: RunHints;
}
