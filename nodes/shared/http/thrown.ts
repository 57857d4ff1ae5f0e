import { ReadFailure } from '../errors';
import type { VendorResponse } from './failure';

/** An error thrown by n8n's request helper, or one of its causes. */
interface Thrown {
	code?: unknown;
	httpCode?: unknown;
	message?: unknown;
	status?: unknown;
	response?: { status?: unknown; headers?: object; data?: unknown };
	/** What n8n's OAuth2 client received instead of a token. */
	body?: unknown;
	cause?: unknown;
}

/** n8n wraps errors two or three times. */
const MAX_CAUSES = 6;

/** In n8n 1 only the errors of its OAuth2 client tell a login from a request. */
const LOGIN_MESSAGE = /OAuth2 (access )?token/;
const LOGIN_CODES = new Set<unknown>(['EAUTH', 'ESTATUS']);

/**
 * Returns the relevant parts of an error thrown by n8n's request helper, and nothing that was sent.
 *
 * @throws ReadFailure if the error is one, such as a credential that was resolved again and is invalid
 */
export function responseFromError(error: unknown): VendorResponse {
	if (error instanceof ReadFailure) throw error;
	const chain = causesOf(error);
	const response = chain.find((thrown) => thrown.response !== undefined)?.response;
	const isLogin = chain.some(
		({ code, message }) =>
			LOGIN_CODES.has(code) || (isText(message) && LOGIN_MESSAGE.test(message)),
	);
	const status = [response?.status, ...chain.flatMap((one) => [one.httpCode, one.status])]
		.map(Number)
		.find((number) => number >= 100);
	const code = chain
		.flatMap((one) => [one.code, one.httpCode])
		.reverse()
		.find((one): one is string => isText(one) && /^[A-Z]/.test(one) && !LOGIN_CODES.has(one));
	// A success is thrown only if its body was interrupted.
	const isInterrupted = !isLogin && status !== undefined && status < 300;
	return {
		status: isInterrupted ? undefined : status,
		code: isInterrupted ? 'ECONNRESET' : code,
		headers: { ...response?.headers },
		body: response?.data ?? chain.find(({ body }) => body !== undefined)?.body,
		message: innermostMessage(chain),
		isLogin,
	};
}

/** The innermost message describes the failure; n8n adds general ones around it. */
function innermostMessage(chain: Thrown[]): string | undefined {
	return chain
		.map(({ message }) => message)
		.filter(isText)
		.at(-1);
}

function causesOf(error: unknown): Thrown[] {
	const chain: Thrown[] = [];
	for (let one = error; typeof one === 'object' && one !== null; one = (one as Thrown).cause) {
		if (chain.push(one as Thrown) === MAX_CAUSES) break;
	}
	return chain;
}

function isText(value: unknown): value is string {
	return typeof value === 'string' && value !== '';
}
