'use strict';

const fs = require('node:fs');
const path = require('node:path');
const {
	VENDORS,
	putCredentials,
	putExample,
	putExamples,
	putPostgresCredential,
} = require('./demo');
const { putButton } = require('./button');
const { FOLDER } = require('./examples');
const { ensureInstalled, installPackage, login, runWorkflow, startN8n } = require('./host');
const { ensureBuilt } = require('./package');
const { assertPortFree, duration, killRunning } = require('./processes');
const { findPostgres, startPostgres } = require('./postgres');
const { printTable } = require('./table');

const USER_FOLDER = path.join(__dirname, '.user');
/** Where the workflows may write files. */
const FILES = path.join(USER_FOLDER, 'files');
const ONCE = process.argv.includes('--once');

const log = (line) => console.log(line);

function portFrom(variable, fallback) {
	const text = process.env[variable] || String(fallback);
	const port = Number(text);
	if (Number.isInteger(port) && port > 0 && port < 65536) return port;
	throw new Error(`${variable} is "${text}"; it has to be a port number, 1 to 65535.`);
}

/** What has to be stopped, the latest last. */
const started = [];
const stopping = new AbortController();

async function stopStarted() {
	while (started.length) await started.pop().stop();
}

/** Ends what runs, lets `work` notice it, and ends what that may have started meanwhile. */
async function stopAll(work) {
	stopping.abort();
	killRunning();
	await stopStarted();
	await work.catch(() => {});
	await stopStarted();
}

/** npm's shell, when it is ended by a signal, ends without passing it on. */
function watchShell(onGone) {
	if (!process.env.npm_lifecycle_event) return;
	const shell = process.ppid;
	setInterval(() => process.ppid !== shell && onGone('SIGTERM'), 500).unref();
}

/** Resolves when the user has had enough; a second Ctrl-C does not wait. */
function interrupted() {
	return new Promise((resolve) => {
		let asked = false;
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
			process.on(signal, () => {
				// n8n watches this process and ends with it.
				if (asked) process.exit(1);
				asked = true;
				resolve(signal);
			});
		}
		watchShell(resolve);
	});
}

async function startSandbox(port) {
	await assertPortFree(port, 'the sandbox', 'SANDBOX_PORT');
	const { createSandbox } = require('../sandbox');
	const sandbox = await createSandbox({ port, data: 'company' });
	started.push(sandbox);
	log(`The sandbox of the vendors' APIs is at ${sandbox.origin}`);
	return sandbox;
}

async function startHost(port) {
	fs.mkdirSync(FILES, { recursive: true });
	const n8n = await startN8n({
		userFolder: USER_FOLDER,
		port,
		env: { N8N_RESTRICT_FILE_ACCESS_TO: FILES },
		log,
		signal: stopping.signal,
	});
	started.push(n8n);
	return n8n;
}

function problemsOf({ status, error, outputs }) {
	const silent = VENDORS.filter(({ name }) => !outputs[name]).map(({ name }) => name);
	if (status === 'success' && !silent.length) return undefined;
	const message = error ? `${error.node?.name ?? ''}: ${error.message}` : `${silent} gave nothing`;
	return `The example workflow ended with "${status}". ${message}`;
}

/** A database with the table of the nightly example, where the machine has PostgreSQL. */
async function startDatabase() {
	if (!findPostgres()) return undefined;
	const postgres = await startPostgres();
	started.push(postgres);
	await postgres.query(fs.readFileSync(path.join(FOLDER, 'nightly-to-postgres.sql'), 'utf8'));
	return postgres;
}

/** The workflows of the folder examples, ready to click; resolves to their ids and names. */
async function offerExamples(client, sandbox, postgres) {
	const credentials = Object.values(await putCredentials(client, sandbox));
	if (postgres) credentials.push(await putPostgresCredential(client, postgres));
	return await putExamples(client, sandbox, { credentials, folder: FILES });
}

async function runExample(client, sandbox) {
	const workflowId = await putExample(client, sandbox);
	log('Running the example workflow …');
	const result = await runWorkflow(client, workflowId);
	const byVendor = VENDORS.map(({ name }) => [name, result.items[name] ?? []]);
	log(`\n${printTable(Object.fromEntries(byVendor))}\n`);
	const problem = problemsOf(result);
	if (problem) throw new Error(problem);
	return workflowId;
}

function printAddress({ url, email, password }, { workflowId, button, examples }) {
	log(`\nn8n:       ${url}`);
	log(`Workflow:  ${url}/workflow/${workflowId}`);
	log(`E-mail:    ${email}`);
	log(`Password:  ${password}`);
	log(
		'\nTo see a trigger at work, press "Execute workflow" in the first one; within a minute, the new',
	);
	log('invoice is an execution of the second one:');
	log(`  ${url}/workflow/${button.button}`);
	log(`  ${url}/workflow/${button.watch}/executions`);
	log('\nMore workflows to try (each start puts them back; make a copy to change one):');
	for (const { id, name } of examples) log(`  ${url}/workflow/${id}  ${name}`);
	log(`Files that they save are in ${FILES}`);
	if (!findPostgres()) log('For the nightly one, install PostgreSQL (apt-get install postgresql).');
	log('\nCtrl-C stops it all.');
}

/**
 * All of them at once. Where one fails, the others are told to give up, and waited for, so that nothing
 * starts after everything has been stopped.
 *
 * @template {readonly Promise<unknown>[]} T
 * @param {T} works
 */
async function together(...works) {
	try {
		return await Promise.all(works);
	} catch (error) {
		stopping.abort();
		killRunning();
		await Promise.allSettled(works);
		throw error;
	}
}

async function main() {
	const began = Date.now();
	const ports = { n8n: portFrom('N8N_PORT', 5678), sandbox: portFrom('SANDBOX_PORT', 8790) };
	// Said before the long installation, not after it.
	await assertPortFree(ports.n8n, 'n8n', 'N8N_PORT');
	await assertPortFree(ports.sandbox, 'the sandbox', 'SANDBOX_PORT');
	// The one waits for the network, the other for the compiler.
	await together(ensureInstalled({ log }), ensureBuilt({ log }));
	stopping.signal.throwIfAborted();
	await installPackage({ userFolder: USER_FOLDER, log });
	stopping.signal.throwIfAborted();
	const [n8n, sandbox, postgres] = await together(
		startHost(ports.n8n),
		startSandbox(ports.sandbox),
		startDatabase(),
	);
	const client = await login(n8n);
	const workflowId = await runExample(client, sandbox);
	const button = await putButton(client, sandbox);
	const examples = await offerExamples(client, sandbox, postgres);
	log(`Ready after ${duration(Date.now() - began)}.`);
	if (!ONCE) printAddress(n8n, { workflowId, button, examples });
}

async function guarded() {
	const stop = interrupted();
	const work = main();
	try {
		const signal = await Promise.race([stop, ONCE ? work : work.then(() => stop)]);
		if (signal) log('\nStopping …');
	} catch (error) {
		console.error(`\n${/** @type {Error} */ (error).message}`);
		process.exitCode = 1;
	}
	await stopAll(work);
	process.exit();
}

void guarded();
