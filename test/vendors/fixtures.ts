import type { InvoiceContext } from '../../nodes/shared/invoice/invoice';

/** What a user says who sets no option. */
export const context: InvoiceContext = {
	accountId: null,
	currency: null,
	timeZone: 'UTC',
	supplierName: 'The Vendor',
	includeRaw: false,
	today: '2025-06-15',
};

export { carrierXInvoice } from './carrierX';
export { fastlyInvoice } from './fastly';
export { i3dNetDetail, i3dNetListed } from './i3dNet';
export { talkdeskLines } from './talkdesk';
export { insuranceInvoice } from './talkdeskInsurance';
