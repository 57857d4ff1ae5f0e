import type { INode } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import { ReadFailure } from '../errors';

type NodeApiErrorOptions = NonNullable<ConstructorParameters<typeof NodeApiError>[2]>;

/**
 * Returns n8n's error for anything that was thrown, with its message, hint and HTTP status. It is built
 * from text alone, so it contains nothing of the request, such as headers.
 *
 * @param itemIndex the input item, if the error belongs to one
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
						...pollFailureFor(details.status, details.retryAfterMs),
					},
				)
			: new NodeOperationError(node, message, { description: details.hint, itemIndex });
	// n8n replaces messages that contain certain words by general ones; ours are more specific.
	nodeError.message = message;
	return nodeError;
}

/** n8n's own errors (such as a parameter that cannot be resolved) and bugs keep their messages. */
function unexpected(node: INode, error: unknown, itemIndex?: number): NodeOperationError {
	const thrown = error as { message?: unknown; description?: unknown } | null;
	const message = typeof thrown?.message === 'string' ? thrown.message : String(error);
	const description = typeof thrown?.description === 'string' ? thrown.description : undefined;
	return new NodeOperationError(node, message, { description, itemIndex });
}

/** Returns the cause for n8n's scheduler of poll triggers. Older versions of n8n ignore it. */
function pollFailureFor(
	status: number | undefined,
	retryAfterMs: number | undefined,
): Pick<NodeApiErrorOptions, 'failure'> {
	if (status === 429) return { failure: { cause: 'rate-limited', retryAfterMs } };
	if (status === 401) return { failure: { cause: 'credential-invalid' } };
	return {};
}
