// @ts-check

/** The five nodes that list invoices: the name on screen, the type, the credential. */
const VENDORS = [
	{ name: 'Talkdesk', node: 'talkdesk', credential: 'talkdeskOAuth2Api' },
	{ name: 'Talkdesk Insurance', node: 'talkdeskInsurance', credential: 'talkdeskInsuranceApi' },
	{ name: 'Fastly', node: 'fastly', credential: 'fastlyApi' },
	{ name: 'CarrierX', node: 'carrierX', credential: 'carrierXApi' },
	{ name: 'i3D.net', node: 'i3dNet', credential: 'i3dNetApi' },
];

module.exports = { VENDORS };
