import type { INode } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import { ReadFailure } from '../errors';

type NodeApiErrorOptions = NonNullable<ConstructorParameters<typeof NodeApiError>[2]>;

/**
 * Gives n8n's error for whatever was thrown: the sentence, what to do, the HTTP status and the item.
 * It is built from words alone, so nothing of the request (headers, options) goes along.
 */
export function nodeErrorFrom(
	node: INode,
	error: unknown,
	itemIndex?: number,
): NodeApiError | NodeOperationError {
	if (!(error instanceof ReadFailure)) return unexpected(node, error, itemIndex);
	const { kind, message, details } = error;
	const nodeError =
		kind === 'vendor'
			? new NodeApiError(
					node,
					{ message },
					{
						message,
						description: details.hint,
						httpCode: details.status?.toString(),
						itemIndex,
						...failureFor(details.status, details.retryAfterMs),
					},
				)
			: new NodeOperationError(node, message, { description: details.hint, itemIndex });
	// n8n puts a general sentence in place of one that holds certain words; ours says more.
	nodeError.message = message;
	return nodeError;
}

/** n8n's own errors (a parameter that cannot be resolved) and bugs keep their words. */
function unexpected(node: INode, error: unknown, itemIndex?: number): NodeOperationError {
	const thrown = error as { message?: unknown; description?: unknown } | null;
	const message = typeof thrown?.message === 'string' ? thrown.message : String(error);
	const description = typeof thrown?.description === 'string' ? thrown.description : undefined;
	return new NodeOperationError(node, message, { description, itemIndex });
}

/** Tells n8n's scheduler of poll triggers what happened; older versions do not look at it. */
function failureFor(
	status: number | undefined,
	retryAfterMs: number | undefined,
): Pick<NodeApiErrorOptions, 'failure'> {
	if (status === 429) return { failure: { cause: 'rate-limited', retryAfterMs } };
	if (status === 401) return { failure: { cause: 'credential-invalid' } };
	return {};
}
