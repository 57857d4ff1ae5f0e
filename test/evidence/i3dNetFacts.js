'use strict';

/**
 * What i3D.net's own OpenAPI document says of the responses that are read here: which fields there
 * are, all of them required, and of which type. None may be null.
 */

/** @param {string} names */
const texts = (names) => fields(names, 'string');
/** @param {string} names */
const integers = (names) => fields(names, 'integer');

/**
 * @param {string} names
 * @param {string} type
 */
function fields(names, type) {
	return Object.fromEntries(names.split(' ').map((name) => [name, { type }]));
}

/** @param {Record<string, object>} properties */
const record = (properties) => ({
	type: 'object',
	properties,
	required: Object.keys(properties),
});

/** @param {object} items */
const list = (items) => ({ type: 'array', items });

const listed = record({
	...texts('id invoiceNumber invoiceHash description currency currencySign'),
	...texts('amountIncVAT amountExclVAT remainingAmount totalPaidAmount'),
	...integers('creationDate dueDate paymentStatus paymentDate isCredit'),
});

const item = record({
	...texts('orderId description periodFrom periodTo remarks setupCosts unitPrice'),
	...texts('vatAmount amountIncVat amountExclVat'),
	...integers('quantity vatPercentage'),
});

const detail = record({
	...integers('id paymentStatus paymentDate isCredit paymentTerm vatPercentage'),
	...texts('invoiceNumber invoiceHash clientNumber creationDate dueDate'),
	...texts('currency currencySign vatAmount amountIncVat amountExclVat'),
	items: list(item),
	clientDetails: record(
		texts('fullName companyName email address zip city country vatNumber iban bic'),
	),
	companyDetails: record(texts('name address zip city country phone email url iban bic')),
});

const user = record({
	...integers('userId accessLevel validateEmail isTrialAccount'),
	...texts('userName email firstName lastName gender phone trialAccountExpirationDate'),
	...texts('requestIp requestIpCountry requestIpCountryCode'),
	details: { type: 'object' },
	billingDetails: { type: 'object' },
});

const error = record({
	...integers('errorCode'),
	...texts('errorMessage'),
	errors: list(record(texts('property message'))),
});

module.exports = { lists: list(listed), details: list(detail), user, error };
