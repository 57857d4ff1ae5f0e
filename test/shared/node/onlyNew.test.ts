import type { IExecuteFunctions } from 'n8n-workflow';
import { onlyNewFrom } from '../../../nodes/shared/node/onlyNew';
import { list } from '../../../nodes/shared/node/vendor';

const operation = list(() => ({ pages: (async function* () {})() }), { normalize: () => [] });
const without = { helpers: {} } as IExecuteFunctions;

describe('an n8n without a store of processed items', () => {
	it('is an error that says which version has one', () => {
		expect(() => onlyNewFrom(without, operation, { onlyNew: 'new' })).toThrow(
			expect.objectContaining({
				message: 'This n8n cannot remember which invoices came out before',
				details: { hint: expect.stringContaining('1.65 or newer') },
			}),
		);
	});

	it('is good enough where nothing has to be remembered', () => {
		expect(onlyNewFrom(without, operation, {})).toBe('off');
		expect(onlyNewFrom(without, operation, { onlyNew: 'off' })).toBe('off');
	});
});
