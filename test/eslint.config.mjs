import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';

/**
 * The rules for JavaScript: of tests, tools, gulpfile and examples. n8n's rules, which are for what
 * is published, are in eslint.config.mjs, which n8n wants as it is.
 */
export default defineConfig([
	globalIgnores(['**/.installed*', '**/.user*', '**/.packages', '**/dist', '**/node_modules']),
	{
		files: ['**/*.js'],
		languageOptions: { sourceType: 'commonjs', globals: globals.node },
		linterOptions: { reportUnusedDisableDirectives: 'error' },
		rules: {
			'no-undef': 'error',
			'no-unused-vars': [
				'error',
				{ argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
			],
			eqeqeq: 'error',
			'no-empty': 'error',
			'no-fallthrough': 'error',
			'no-self-assign': 'error',
			'no-self-compare': 'error',
			'no-shadow-restricted-names': 'error',
			'no-template-curly-in-string': 'error',
			'no-unsafe-finally': 'error',
			'no-unsafe-optional-chaining': 'error',
			'no-useless-assignment': 'error',
			'no-useless-catch': 'error',
			'no-useless-escape': 'error',
			'no-var': 'error',
			'prefer-const': 'error',
		},
	},
	{
		// The second one holds tests that several files share.
		files: ['**/*.test.js', 'test/host/triggers.js'],
		languageOptions: { globals: globals.jest },
	},
]);
