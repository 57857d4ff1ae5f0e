import type { IExecuteFunctions } from 'n8n-workflow';
import { dedupeModeFrom } from '../../../nodes/shared/node/onlyNew';

const without = { helpers: {}, getMode: () => 'trigger' } as unknown as IExecuteFunctions;
const choosing = (choice?: string) => ({
	parameter: <T>(_: string, fallback: T) => (choice ?? fallback) as T,
});

describe('an n8n without a store of processed items', () => {
	it('is an error that says which version has one', () => {
		expect(() => dedupeModeFrom(without, choosing('new'))).toThrow(
			expect.objectContaining({
				message: 'This version of n8n cannot remember which invoices were returned before',
				details: { hint: expect.stringContaining('1.65 or newer') },
			}),
		);
	});

	it('is good enough where nothing has to be remembered', () => {
		expect(dedupeModeFrom(without, choosing())).toBe('off');
		expect(dedupeModeFrom(without, choosing('off'))).toBe('off');
		const manual = { ...without, getMode: () => 'manual' } as IExecuteFunctions;
		expect(dedupeModeFrom(manual, choosing('new'))).toBe('preview');
	});
});
