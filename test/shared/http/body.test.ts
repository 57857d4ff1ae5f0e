import { parseJsonBody } from '../../../nodes/shared/http/body';

describe('charsets', () => {
	const record = { name: 'M\u00fcller' };
	const text = JSON.stringify(record);
	const bigEndian = Buffer.from(`\ufeff${text}`, 'utf16le').swap16();

	test.each([
		['UTF-8 that is called ASCII', 'us-ascii', Buffer.from(text)],
		['UTF-16 whose mark tells the order', 'utf-16', bigEndian],
		['UTF-16 that nobody names', '', Buffer.from(`\ufeff${text}`, 'utf16le')],
	])('%s', (_, charset, body) => {
		const headers = { 'content-type': `application/json${charset && `; charset=${charset}`}` };
		expect(parseJsonBody(body, headers, 'Fastly')).toEqual(record);
	});
});
