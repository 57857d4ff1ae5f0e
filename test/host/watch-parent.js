'use strict';

const v8 = require('node:v8');
const vm = require('node:vm');

// Loaded into n8n before n8n itself. The channel to the parent closes when the parent ends,
// however it ends; n8n must not stay behind as an orphan that holds the port.
const GRACE = 8000;

function killGroup() {
	try {
		process.kill(-process.pid, 'SIGKILL');
	} catch {
		// Not the leader of a group: nothing else to end.
		process.exit(1);
	}
}

process.on('disconnect', () => {
	process.kill(process.pid, 'SIGTERM');
	setTimeout(killGroup, GRACE).unref();
});

/** V8 gives its collector of garbage away only on request. */
function collectGarbage() {
	v8.setFlagsFromString('--expose-gc');
	vm.runInNewContext('gc')();
}

// The parent may ask how much memory is in use, garbage apart, and what keeps this process alive.
process.on('message', (question) => {
	if (question !== 'memory') return;
	collectGarbage();
	process.send?.({ ...process.memoryUsage(), resources: process.getActiveResourcesInfo() });
});

// The channel alone is no reason to stay alive.
process.channel?.unref();
