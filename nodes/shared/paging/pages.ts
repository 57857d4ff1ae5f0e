/** A page of a list that is addressed by page number and page size. */
export interface NumberedPage {
	/** From 1. */
	page: number;
	size: number;
	/** Position of its first record in the list, from 0. */
	offset: number;
}

/**
 * Returns the page that holds a position and reaches furthest beyond it. A page number with a size is
 * a position too (page k of size s begins at (k - 1) · s), so where the size is free, a page can
 * begin at, or little before, any position. With sizes up to 50 it reaches at least 22 records beyond
 * it in lists of up to 300,000; with sizes up to 10 there are positions it does not get away from.
 *
 * @param position of the record that the page has to hold, from 0
 * @param maxSize the largest size the vendor takes
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

/** Returns the largest page that begins at a position, and nowhere before. */
export function pageFrom(position: number, maxSize: number): NumberedPage {
	let size = maxSize;
	while (position % size !== 0) size--;
	return { page: position / size + 1, size, offset: position };
}
