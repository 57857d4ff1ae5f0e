import { sleep } from 'n8n-workflow';
import { Gate } from '../../../nodes/shared/http/gate';

const turn = async () => await sleep(0);

/** Has some requests wait at the gate, and tells how many were let in so far. */
function crowd(gate: Gate, requests: number, most: number) {
	const inside: number[] = [];
	const all = Array.from({ length: requests }, async () => {
		inside.push(await gate.enter(most));
	});
	return { inside, all: Promise.all(all) };
}

describe('the gate', () => {
	test('lets in as many requests as may be on their way, and one more for each that is done', async () => {
		const gate = new Gate();
		const { inside } = crowd(gate, 5, 3);
		await turn();
		expect(inside).toHaveLength(3);
		gate.leave();
		await turn();
		expect(inside).toHaveLength(4);
	});

	test('is halved once for all that were on their way together', async () => {
		const gate = new Gate();
		const { inside, all } = crowd(gate, 8, 8);
		await all;
		for (const borne of inside) {
			gate.slowDown(borne);
			gate.leave();
		}
		const next = crowd(gate, 8, 8);
		await turn();
		expect(next.inside).toHaveLength(4);
	});

	test('is halved again by one that came in after that, but never closed', async () => {
		const gate = new Gate();
		for (let round = 0; round < 5; round++) {
			gate.slowDown(await gate.enter(8));
			gate.leave();
		}
		const { inside } = crowd(gate, 3, 8);
		await turn();
		expect(inside).toHaveLength(1);
	});

	test('lets nobody in while one waits, also when a second wait begins meanwhile', async () => {
		const gate = new Gate();
		const ends: Array<() => void> = [];
		const pause = async () => await new Promise<void>((resolve) => ends.push(resolve));
		gate.waitFor(pause());
		const { inside } = crowd(gate, 2, 4);
		gate.waitFor(pause());
		ends[0]();
		await turn();
		expect(inside).toHaveLength(0);
		ends[1]();
		await turn();
		expect(inside).toHaveLength(2);
	});

	test('is idle when all have left', async () => {
		const gate = new Gate();
		await crowd(gate, 2, 4).all;
		let isIdle = false;
		const idle = gate.whenIdle().then(() => (isIdle = true));
		gate.leave();
		await turn();
		expect(isIdle).toBe(false);
		gate.leave();
		await idle;
		expect(isIdle).toBe(true);
	});
});
