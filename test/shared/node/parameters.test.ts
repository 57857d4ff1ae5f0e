import type { INodeProperties } from 'n8n-workflow';
import {
	optionsParameter,
	pageSizeOption,
	pdfOptions,
} from '../../../nodes/shared/node/parameters';

const namesOf = ({ options }: INodeProperties) =>
	(options as INodeProperties[]).map(({ displayName }) => displayName);

const PAGE_SIZE = pageSizeOption({ usual: 100, min: 10, max: 1000 });

describe('optionsParameter', () => {
	test('holds the options of the vendor beside the shared ones', () => {
		const shared = namesOf(optionsParameter([]));
		expect(shared).toEqual(
			expect.arrayContaining(['If List Is Incomplete', 'Max Retries', 'Timeout']),
		);
		expect(new Set(namesOf(optionsParameter([PAGE_SIZE, ...pdfOptions])))).toEqual(
			new Set([
				...shared,
				'Page Size',
				'Attach PDF',
				'File Name',
				'Max File Size (MB)',
				'Put Output File in Field',
			]),
		);
	});

	test('is sorted by what the user reads, wherever the options come from', () => {
		const names = namesOf(optionsParameter([PAGE_SIZE, ...pdfOptions]));
		expect(names).toEqual([...names].sort());
	});

	test('one vendor has no options of another', () => {
		optionsParameter(pdfOptions);
		expect(namesOf(optionsParameter([PAGE_SIZE]))).not.toContain('File Name');
	});
});
