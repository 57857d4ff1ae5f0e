/** Where a request was sent, and how long it was allowed to take. */
export interface Endpoint {
	/** The host, with its port unless that is the default. */
	host: string;
	timeoutSeconds: number;
}

/** Why there is no response, and what to do about it. */
export interface ConnectionProblem {
	/** Continues the sentence after a colon. */
	why: string;
	hint: string;
}

/** The code of this package's own timeouts. Their messages are already in the user's words. */
export const TIMED_OUT = 'TIMED_OUT';

/** Returns why a request was given up after its timeout. */
export function noResponseAfter(seconds: number): string {
	return `no complete response after ${seconds} s`;
}

type Remedy = 'address' | 'protocol' | 'network' | 'timeout' | 'certificate' | 'trust';

/** @param setting the settings of the credential that lead to the host */
const HINTS: Record<Remedy, (setting: string) => string> = {
	address: (setting) => `Check the ${setting} in the credential, and that n8n can reach this host`,
	protocol: (setting) => `Check the host and port of the ${setting} in the credential`,
	network: (setting) =>
		`Try again later. If it keeps happening, check the ${setting} in the credential and the network of n8n`,
	timeout: () => 'Try again later, or increase "Timeout" in the options',
	certificate: (setting) =>
		`Check the ${setting} in the credential. If it is right, contact the vendor`,
	trust: (setting) =>
		`Check the ${setting} in the credential. If it is right, make n8n trust the certificate with NODE_EXTRA_CA_CERTS`,
};

/** Returns the name of a host, without its port. */
function nameOf({ host }: Endpoint): string {
	return host.replace(/:\d+$/, '');
}

type Explanation = [why: (endpoint: Endpoint) => string, remedy: Remedy];

const CLOSED: Explanation = [() => 'the connection was closed unexpectedly', 'network'];
const UNREACHABLE: Explanation = [({ host }) => `the network has no route to ${host}`, 'network'];
const NOT_HTTPS: Explanation = [({ host }) => `${host} does not support HTTPS`, 'protocol'];
const SELF_SIGNED: Explanation = [
	(endpoint) => `the certificate of ${nameOf(endpoint)} is self-signed`,
	'trust',
];
const UNKNOWN_ISSUER: Explanation = [
	(endpoint) => `the certificate of ${nameOf(endpoint)} was issued by an unknown authority`,
	'trust',
];

/** By the error codes of Node and axios, which mean nothing to a user. */
const EXPLANATIONS = new Map<string, Explanation>([
	[
		'EAI_AGAIN',
		[(endpoint) => `the host name ${nameOf(endpoint)} could not be looked up`, 'network'],
	],
	['ENOTFOUND', [(endpoint) => `the host name ${nameOf(endpoint)} was not found`, 'address']],
	['ECONNREFUSED', [({ host }) => `nothing is listening at ${host}`, 'address']],
	['EADDRNOTAVAIL', UNREACHABLE],
	['EHOSTUNREACH', UNREACHABLE],
	['ENETDOWN', UNREACHABLE],
	['ENETUNREACH', UNREACHABLE],
	['ETIMEDOUT', [({ host }) => `the connection to ${host} timed out`, 'network']],
	// For axios, its own timeout is an aborted connection.
	['ECONNABORTED', [({ timeoutSeconds }) => noResponseAfter(timeoutSeconds), 'timeout']],
	['ECONNRESET', CLOSED],
	['EPIPE', CLOSED],
	['ERR_NETWORK', CLOSED],
	['ERR_BAD_RESPONSE', CLOSED],
	['ERR_STREAM_PREMATURE_CLOSE', CLOSED],
	['EPROTO', NOT_HTTPS],
	['ERR_SSL_WRONG_VERSION_NUMBER', NOT_HTTPS],
	['ERR_SSL_PACKET_LENGTH_TOO_LONG', NOT_HTTPS],
	[
		'CERT_HAS_EXPIRED',
		[(endpoint) => `the certificate of ${nameOf(endpoint)} has expired`, 'certificate'],
	],
	[
		'CERT_NOT_YET_VALID',
		[(endpoint) => `the certificate of ${nameOf(endpoint)} is not valid yet`, 'certificate'],
	],
	[
		'ERR_TLS_CERT_ALTNAME_INVALID',
		[(endpoint) => `the certificate is not for ${nameOf(endpoint)}`, 'certificate'],
	],
	['DEPTH_ZERO_SELF_SIGNED_CERT', SELF_SIGNED],
	['SELF_SIGNED_CERT_IN_CHAIN', SELF_SIGNED],
	['UNABLE_TO_GET_ISSUER_CERT', UNKNOWN_ISSUER],
	['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNKNOWN_ISSUER],
	['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNKNOWN_ISSUER],
]);

/** The codes of Node's HTTP parser. */
const PARSER_CODE = /^HPE_/;
const NOT_HTTP: Explanation = [({ host }) => `${host} did not respond with HTTP`, 'protocol'];

/**
 * Returns why a request received no complete response, in the user's words.
 *
 * @param setting the settings of the credential that lead to the host, such as `base URL`
 */
export function connectionProblem(
	{ code = '', message }: { code?: string; message?: string },
	endpoint: Endpoint,
	setting: string,
): ConnectionProblem {
	if (code === TIMED_OUT && message !== undefined) {
		return { why: message, hint: HINTS.timeout(setting) };
	}
	const explanation = PARSER_CODE.test(code) ? NOT_HTTP : EXPLANATIONS.get(code);
	if (explanation === undefined) {
		return { why: message || code || 'the reason is unknown', hint: HINTS.network(setting) };
	}
	const [why, remedy] = explanation;
	return { why: why(endpoint), hint: HINTS[remedy](setting) };
}
