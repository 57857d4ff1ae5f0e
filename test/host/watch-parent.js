'use strict';

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
// The channel alone is no reason to stay alive.
process.channel?.unref();
