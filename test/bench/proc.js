'use strict';

const fs = require('node:fs');

// What Linux tells of a process.

/** The kernel counts a process's time in hundredths of a second, whatever its own clock does. */
const MICROSECONDS_PER_TICK = 10_000;

/**
 * @param {number} pid
 * @returns {number} CPU time of all its threads so far, in microseconds
 */
function cpuTime(pid) {
	const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
	// The name stands in brackets and may hold anything, so fields are counted behind it.
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return (Number(fields[11]) + Number(fields[12])) * MICROSECONDS_PER_TICK;
}

/**
 * @param {number} pid
 * @param {'VmRSS' | 'VmHWM'} field memory in use now, or the most since `forgetPeak`
 * @returns {number} bytes
 */
function memory(pid, field) {
	const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
	const match = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status);
	if (!match) throw new Error(`/proc/${pid}/status has no ${field}`);
	return Number(match[1]) * 1024;
}

/** @param {number} pid */
function forgetPeak(pid) {
	fs.writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

module.exports = { cpuTime, forgetPeak, memory };
