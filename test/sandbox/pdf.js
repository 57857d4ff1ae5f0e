'use strict';

/**
 * @param {string} line
 * @returns {string} what a PDF string may hold with a standard font: printable ASCII, escaped
 */
function pdfString(line) {
	return line.replace(/[^\x20-\x7e]/g, '?').replace(/[\\()]/g, '\\$&');
}

/**
 * One page with the given lines on it. The same lines give the same bytes: no date, no random id.
 *
 * @param {string[]} lines
 * @returns {Buffer}
 */
function makePdf(lines) {
	const shown = lines.map((line) => `(${pdfString(line)}) Tj T*`).join('\n');
	const content = `BT /F1 11 Tf 16 TL 60 780 Td\n${shown}\nET`;
	const objects = [
		'<< /Type /Catalog /Pages 2 0 R >>',
		'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
		'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R' +
			' /Resources << /Font << /F1 5 0 R >> >> >>',
		`<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
		'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
	];

	let file = '%PDF-1.4\n';
	let table = '0000000000 65535 f \n';
	objects.forEach((object, index) => {
		table += `${String(file.length).padStart(10, '0')} 00000 n \n`;
		file += `${index + 1} 0 obj\n${object}\nendobj\n`;
	});
	const size = objects.length + 1;
	const start = file.length;
	file += `xref\n0 ${size}\n${table}trailer\n<< /Size ${size} /Root 1 0 R >>\n`;
	file += `startxref\n${start}\n%%EOF\n`;
	return Buffer.from(file, 'latin1');
}

const CHUNK = 64 * 1024;

/**
 * A file of exactly `bytes` bytes that begins and ends like a PDF, in pieces, so that a size far
 * beyond the memory can be asked for.
 *
 * @param {number} bytes
 * @returns {Generator<Buffer>}
 */
function* bigPdf(bytes) {
	const head = Buffer.from('%PDF-1.4\n%');
	const tail = Buffer.from('\n%%EOF\n');
	const filler = Buffer.alloc(CHUNK, '.');
	let left = bytes - head.length - tail.length;
	yield head.subarray(0, Math.max(0, bytes));
	for (; left > 0; left -= CHUNK) yield filler.subarray(0, Math.min(CHUNK, left));
	if (bytes > head.length)
		yield tail.subarray(tail.length - Math.min(tail.length, bytes - head.length));
}

module.exports = { makePdf, bigPdf };
