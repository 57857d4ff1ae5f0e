export { context } from '../invoices';
export { carrierXInvoice } from './carrierX';
export { fastlyInvoice } from './fastly';
export { i3dNetDetail, i3dNetListed } from './i3dNet';
export { talkdeskLines } from './talkdesk';
export { insuranceInvoice } from './talkdeskInsurance';
