'use strict';

/** @param {number[]} values at least one */
function median(values) {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @param {number[]} values */
function sum(values) {
	return values.reduce((total, value) => total + value, 0);
}

/**
 * The straight line with the least squares through points.
 *
 * @param {[x: number, y: number][]} points at least three, not all at one x
 * @returns {{ slope: number, error: number }} how steep it is, and the standard error of that
 */
function lineThrough(points) {
	const [middleX, middleY] = [0, 1].map(
		(axis) => sum(points.map((point) => point[axis])) / points.length,
	);
	const spread = sum(points.map(([x]) => (x - middleX) ** 2));
	const slope = sum(points.map(([x, y]) => (x - middleX) * (y - middleY))) / spread;
	const misses = points.map(([x, y]) => y - middleY - slope * (x - middleX));
	const variance = sum(misses.map((miss) => miss ** 2)) / (points.length - 2);
	return { slope, error: Math.sqrt(variance / spread) };
}

module.exports = { lineThrough, median, sum };
