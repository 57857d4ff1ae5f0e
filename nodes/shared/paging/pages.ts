/** A page, addressed by number and size. */
export interface NumberedPage {
	/** From 1. */
	page: number;
	size: number;
	/** Position of its first record, from 0. */
	offset: number;
}

/**
 * Returns the page that contains a position and reaches furthest beyond it. Page k of size s starts at
 * (k - 1) · s, so if the size is free, a page can start at, or shortly before, any position. With
 * sizes up to 50 it reaches at least 22 records beyond it in lists of up to 300,000; with sizes up to
 * 10 some positions cannot be passed.
 *
 * @param position of the record that the page has to contain, from 0
 * @param maxSize the largest page size of the vendor
 */
export function pageAt(position: number, maxSize: number): NumberedPage {
	let best: NumberedPage = { page: position + 1, size: 1, offset: position };
	for (let size = 2; size <= maxSize; size++) {
		const offset = Math.floor(position / size) * size;
		if (offset + size > best.offset + best.size) {
			best = { page: offset / size + 1, size, offset };
		}
	}
	return best;
}

/** Returns the largest page that starts exactly at a position. */
export function pageFrom(position: number, maxSize: number): NumberedPage {
	let size = maxSize;
	while (position % size !== 0) size--;
	return { page: position / size + 1, size, offset: position };
}
