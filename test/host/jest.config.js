'use strict';

// The end-to-end tests: one real n8n, so one file at a time.
module.exports = {
	rootDir: __dirname,
	testEnvironment: 'node',
	testMatch: ['<rootDir>/*.test.js'],
	testTimeout: 300_000,
	maxWorkers: 1,
	// jest would take in each package.json of the installed n8n.
	modulePathIgnorePatterns: ['<rootDir>/.installed', '<rootDir>/.user'],
	// The rows of the vendors are TypeScript.
	transform: {
		'\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/../tsconfig.json', diagnostics: false }],
	},
};
