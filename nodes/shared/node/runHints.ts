import type { IExecuteFunctions } from 'n8n-workflow';
import type { Invoice } from '../invoice/invoice';
import { counted, grouped } from '../text';
import { MAX_IN_PREVIEW } from './onlyNew';

/** The hints for the user after a successful run. All input items share them, so each is shown once. */
export class RunHints {
	private readonly incomplete: string[] = [];

	private drafts = 0;

	private cut: string | undefined;

	private isPreview = false;

	/** A list could not be read completely, and what was received is returned. */
	listIncomplete(message: string): void {
		this.incomplete.push(message);
	}

	/** Drafts are not returned, because the user did not include them. */
	draftsLeftOut(count: number): void {
		this.drafts += count;
	}

	/** "Limit" counts line items, and ends within an invoice. */
	linesCut({ invoiceNumber, id, lineItems }: Invoice, returned: number): void {
		this.cut ??= `"Limit" counts line items here: of invoice "${invoiceNumber ?? id}", only ${grouped(returned)} of ${counted(lineItems.length, 'line item')} ${returned === 1 ? 'is' : 'are'} returned. To get whole invoices, turn on "Return All".`;
	}

	/** A manual execution returns invoices whether they are new or not. */
	preview(): void {
		this.isPreview = true;
	}

	/** Shows the hints on the node. Older versions of n8n have no place for them. */
	show(n8n: Pick<IExecuteFunctions, 'addExecutionHints'>): void {
		const show = (type: 'info' | 'warning', message: string) =>
			n8n.addExecutionHints?.({ message, type, location: 'outputPane' });
		const [first, ...others] = this.incomplete;
		if (first !== undefined) show('warning', others.length === 0 ? first : andMore(first, others));
		if (this.cut !== undefined) show('warning', this.cut);
		if (this.drafts > 0) show('info', draftsMessage(this.drafts));
		if (this.isPreview) show('info', PREVIEW_MESSAGE);
	}
}

function andMore(first: string, others: string[]): string {
	const lists =
		others.length === 1 ? 'Another list is' : `${grouped(others.length)} other lists are`;
	return `${first}. ${lists} also incomplete. See the n8n log`;
}

function draftsMessage(drafts: number): string {
	const were = drafts === 1 ? 'was' : 'were';
	return `${counted(drafts, 'draft')} ${were} left out. To return invoices that are not issued yet, turn on "Include Drafts" in the options.`;
}

const PREVIEW_MESSAGE = `Manual executions return up to ${MAX_IN_PREVIEW} invoices, whether they are new or not, and do not mark them as returned. Production executions return only the invoices selected in "Invoices to Return".`;
