import { firstText, joinTexts } from '../shared/http/failure';

const MAX_ERROR_DEPTH = 10;

/**
 * Returns the vendor's message in an error body. The structure of `errors` is not documented, so all
 * texts in it are returned, except stack traces.
 */
export function errorMessageOf(body: unknown): string | undefined {
	const { errors, message } = (body ?? {}) as Record<string, unknown>;
	return joinTexts('; ', ...textsIn(errors)) ?? firstText(message);
}

function textsIn(value: unknown, depth = 0): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value !== 'object' || value === null || depth > MAX_ERROR_DEPTH) return [];
	if (Array.isArray(value)) return value.flatMap((inner) => textsIn(inner, depth + 1));
	const shown = Object.entries(value).filter(([name]) => !/stack|trace/i.test(name));
	return shown.flatMap(([name, inner]) =>
		textsIn(inner, depth + 1).map((text) => (name === 'message' ? text : `${name}: ${text}`)),
	);
}
