'use strict';

const fs = require('node:fs');

const REMOTE_ADDRESS = 2;
const INODE = 9;

/** What an open file of a process is, where it is still open. */
function targetOf(file) {
	try {
		return fs.readlinkSync(file);
	} catch {
		return undefined;
	}
}

/** How many sockets a process has open to a port of this machine, as Linux says (IPv4). */
function socketsTo(pid, port) {
	const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
	const lines = fs.readFileSync(`/proc/${pid}/net/tcp`, 'utf8').trim().split('\n').slice(1);
	const inodes = lines
		.map((line) => line.trim().split(/\s+/))
		.filter((columns) => columns[REMOTE_ADDRESS].endsWith(remote))
		.map((columns) => `socket:[${columns[INODE]}]`);
	const open = fs.readdirSync(`/proc/${pid}/fd`).map((fd) => targetOf(`/proc/${pid}/fd/${fd}`));
	return open.filter((target) => target !== undefined && inodes.includes(target)).length;
}

module.exports = { socketsTo };
