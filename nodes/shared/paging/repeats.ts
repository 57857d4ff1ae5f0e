import { contentKey } from './page';

/** Distinguishes records of one response that share a key. Costs nothing if none do. */
export class Duplicates {
	private firstAt: Map<string, number> | null = null;

	private readonly contents = new Map<string, Map<string, number>>();

	constructor(
		private readonly records: unknown[],
		private readonly keys: string[],
	) {}

	/** Returns the index, from 0, of a record's content among the different contents of its key. */
	variantAt(index: number): number {
		const key = this.keys[index];
		let variants = this.contents.get(key);
		if (variants === undefined) {
			variants = new Map([[contentKey(this.records[this.firstOf(key)]), 0]]);
			this.contents.set(key, variants);
		}
		const content = contentKey(this.records[index]);
		const variant = variants.get(content) ?? variants.size;
		variants.set(content, variant);
		return variant;
	}

	private firstOf(key: string): number {
		if (this.firstAt === null) {
			this.firstAt = new Map();
			for (let index = this.keys.length - 1; index >= 0; index--) {
				this.firstAt.set(this.keys[index], index);
			}
		}
		return this.firstAt.get(key)!;
	}
}
