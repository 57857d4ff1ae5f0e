/** Creating a formatter takes longer than using it many times. */
const WITH_SEPARATORS = new Intl.NumberFormat('en-US');

/** Returns a number with thousands separators, such as `12,000`. */
export function grouped(number: number): string {
	return WITH_SEPARATORS.format(number);
}

/** Returns a number with its noun, such as `1 record` or `12,000 records`. */
export function counted(number: number, noun: string): string {
	return `${grouped(number)} ${noun}${number === 1 ? '' : 's'}`;
}
