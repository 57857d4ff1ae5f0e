/** Unit tests, and every operation in the real n8n-core against the sandbox. */
module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/host/'],
	modulePathIgnorePatterns: ['<rootDir>/test/host/', '<rootDir>/.packages/'],
	transform: { '\\.ts$': ['ts-jest', { tsconfig: 'test/tsconfig.json', diagnostics: false }] },
	testTimeout: 30_000,
};
