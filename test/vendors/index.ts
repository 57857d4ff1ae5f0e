/** The vendors, one row each; a further one is a line here. */
import { carrierX } from './carrierX';
import { fastly } from './fastly';
import { i3dNet } from './i3dNet';
import { talkdesk } from './talkdesk';
import { talkdeskInsurance } from './talkdeskInsurance';
import type { VendorOfTest } from './vendor';

export const VENDORS: VendorOfTest[] = [talkdesk, talkdeskInsurance, fastly, carrierX, i3dNet];
