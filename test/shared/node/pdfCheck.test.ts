import { NotAPdfError, PdfCheck } from '../../../nodes/shared/node/pdfCheck';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('a PDF that passes', () => {
	test('is held back until it is known to be one, and then passes whole', () => {
		const check = new PdfCheck();
		const passed = ['\r\n%P', 'DF', '-1.7 ', 'x', '%%EOF'].map((piece) => check.add(bytes(piece)));
		expect(passed.map(String)).toEqual(['', '', '\r\n%PDF-1.7 ', 'x', '%%EOF']);
		expect(check.finish()).toMatchObject({ fileSize: 17, hasEnd: true });
	});

	test('is passed on as it comes from then on', () => {
		const check = new PdfCheck();
		check.add(bytes('%PDF-'));
		const chunk = bytes('more');
		expect(check.add(chunk)).toBe(chunk);
	});
});

describe('what is no PDF', () => {
	test.each(['{"message":"You sent s3cret"}', '<html>s3cret', 's3cret'])(
		'is not passed on, so that nothing of it is stored: %s',
		(text) => {
			const check = new PdfCheck();
			const passed = [...text].map((letter) => check.add(bytes(letter)));
			expect(Buffer.concat(passed)).toHaveLength(0);
			expect(() => check.finish()).toThrow(NotAPdfError);
		},
	);

	test('is told with its first 20,000 bytes where it may be an error, else with as much as came', () => {
		const beginningOf = (text: string) => {
			try {
				return new PdfCheck().add(bytes(text)).toString();
			} catch (error) {
				return (error as NotAPdfError).beginning;
			}
		};
		expect(beginningOf(`{"a":"${'x'.repeat(50_000)}`)).toHaveLength(20_000);
		expect(beginningOf('x'.repeat(1024))).toHaveLength(1024);
		expect(beginningOf('x'.repeat(1023))).toBe('');
	});
});
