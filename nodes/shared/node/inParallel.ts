/**
 * Returns the results for all values, in order. At most `parallel` are processed at once; after a failure
 * no further one is started.
 */
export async function inParallel<T, R>(
	values: T[],
	parallel: number,
	work: (value: T) => Promise<R>,
): Promise<R[]> {
	const results: R[] = [];
	let next = 0;
	let hasFailed = false;
	const workOn = async () => {
		while (next < values.length && !hasFailed) {
			const index = next++;
			results[index] = await work(values[index]).catch((error: unknown) => {
				hasFailed = true;
				throw error;
			});
		}
	};
	await Promise.all(Array.from({ length: Math.min(parallel, values.length) }, workOn));
	return results;
}
