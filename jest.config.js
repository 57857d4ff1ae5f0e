/**
 * The node_modules of another n8n. With it in the environment, the tests run in that n8n's engine:
 * they and the nodes get its copies of what they import.
 */
const { ENGINE_MODULES } = process.env;
const ofThatN8n = ENGINE_MODULES && {
	moduleNameMapper: { '^(n8n-core|n8n-workflow|luxon|reflect-metadata)$': `${ENGINE_MODULES}/$1` },
};

/** Unit tests, and every operation in the real n8n-core against the sandbox. */
module.exports = {
	testEnvironment: 'node',
	globalSetup: '<rootDir>/test/built.js',
	roots: ['<rootDir>/test'],
	testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/host/'],
	modulePathIgnorePatterns: ['<rootDir>/test/host/', '<rootDir>/.packages/'],
	transform: { '\\.ts$': ['ts-jest', { tsconfig: 'test/tsconfig.json', diagnostics: false }] },
	testTimeout: 30_000,
	// By default jest leaves one core to itself, which is half of two.
	maxWorkers: '100%',
	...ofThatN8n,
};
