/* eslint-disable @n8n/community-nodes/no-restricted-globals -- this is no node */
import { sleep } from 'n8n-workflow';
import { RequestLimiter } from '../../../nodes/shared/http/requestLimiter';
import { withRetries } from '../../../nodes/shared/http/retryLoop';

const turn = async () => await sleep(0);

/** Has some requests wait at the limiter, and tells how many were let in so far. */
function crowd(limiter: RequestLimiter, requests: number, most: number) {
	const inside: number[] = [];
	const all = Array.from({ length: requests }, async () => {
		inside.push(await limiter.acquire(most));
	});
	return { inside, all: Promise.all(all) };
}

describe('the limiter', () => {
	test("has n8n's event loop run between responses that arrive together", async () => {
		const limiter = new RequestLimiter();
		const order: string[] = [];
		const process = async (response: number) => {
			await limiter.turn();
			order.push(`response ${response}`);
			setImmediate(() => order.push(`event loop after ${response}`));
		};
		await Promise.all([process(1), process(2)]);
		expect(order).toEqual(['response 1', 'event loop after 1', 'response 2']);
	});

	test('lets in as many requests as may be on their way, and one more for each that is done', async () => {
		const limiter = new RequestLimiter();
		const { inside } = crowd(limiter, 5, 3);
		await turn();
		expect(inside).toHaveLength(3);
		limiter.release();
		await turn();
		expect(inside).toHaveLength(4);
	});

	test('is halved once for all that were on their way together', async () => {
		const limiter = new RequestLimiter();
		const { inside, all } = crowd(limiter, 8, 8);
		await all;
		for (const limitAtStart of inside) {
			limiter.slowDown(limitAtStart);
			limiter.release();
		}
		const next = crowd(limiter, 8, 8);
		await turn();
		expect(next.inside).toHaveLength(4);
	});

	test('is halved again by one that came in after that, but never closed', async () => {
		const limiter = new RequestLimiter();
		for (let round = 0; round < 5; round++) {
			limiter.slowDown(await limiter.acquire(8));
			limiter.release();
		}
		const { inside } = crowd(limiter, 3, 8);
		await turn();
		expect(inside).toHaveLength(1);
	});

	test('lets nobody in while one waits, also when a second wait begins meanwhile', async () => {
		const limiter = new RequestLimiter();
		const ends: Array<() => void> = [];
		const pause = async () => await new Promise<void>((resolve) => ends.push(resolve));
		limiter.pauseUntil(pause());
		const { inside } = crowd(limiter, 2, 4);
		limiter.pauseUntil(pause());
		ends[0]();
		await turn();
		expect(inside).toHaveLength(0);
		ends[1]();
		await turn();
		expect(inside).toHaveLength(2);
	});

	test('is closed when nothing is in flight any more', async () => {
		const limiter = new RequestLimiter();
		await crowd(limiter, 2, 4).all;
		let isIdle = false;
		const idle = limiter.close().then(() => (isIdle = true));
		expect(limiter.closed.aborted).toBe(true);
		limiter.release();
		await turn();
		expect(isIdle).toBe(false);
		limiter.release();
		await idle;
		expect(isIdle).toBe(true);
	});

	test('ends what is in flight when it is closed, and nothing is tried or waited for any more', async () => {
		const limiter = new RequestLimiter();
		const settings = {
			limiter,
			maxRetries: 5,
			parallelRequests: 1,
			signal: undefined,
			onWait: () => {},
		};
		let tries = 0;
		const endless = withRetries<never>(settings, async (end) => {
			tries++;
			await new Promise((resolve) => end.addEventListener('abort', resolve));
			throw new Error('aborted');
		});
		const waiting = withRetries<never>(settings, async () => {
			throw new Error('never asked');
		});
		const outcomes = Promise.allSettled([endless, waiting]);
		await turn();
		await limiter.close();
		const failures = (await outcomes).map((one) => one.status === 'rejected' && one.reason.message);
		expect(failures).toEqual(['aborted', 'The execution was canceled']);
		expect(tries).toBe(1);
	});
});
