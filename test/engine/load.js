/**
 * Loads a package the way n8n does and says what it holds:
 * node test/engine/load.js [folder of the package]
 */
const path = require('node:path');
const { createEngine } = require('.');

async function main() {
	const packageDir = path.resolve(process.argv[2] ?? path.join(__dirname, '..', '..'));
	const engine = await createEngine({ packageDir });
	const { n8n } = require(path.join(packageDir, 'package.json'));
	const names = [...n8n.nodes, ...n8n.credentials].map((file) => path.basename(file, '.js'));
	console.log(names.join(', '));
	await engine.close();
}

main().catch((error) => {
	console.error(error);
	process.exitCode = 1;
});
