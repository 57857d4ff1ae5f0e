'use strict';

// The end-to-end tests: one real n8n, so one file at a time.
module.exports = {
	rootDir: __dirname,
	testEnvironment: 'node',
	// The long ones have a configuration of their own.
	testMatch: ['<rootDir>/!(*.long).test.js'],
	testTimeout: 300_000,
	maxWorkers: 1,
	// jest would take in each package.json of the installed n8n.
	modulePathIgnorePatterns: ['<rootDir>/.installed', '<rootDir>/.user'],
	// The rows of the vendors are TypeScript.
	transform: {
		'\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/../tsconfig.json', diagnostics: false }],
	},
};
