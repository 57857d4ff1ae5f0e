'use strict';

/**
 * The arrows of the house: who may import whom. They run one way, from the node class down to the
 * invoice; `npm run lint` follows them.
 */

/** The rooms of `nodes/shared`, each with those it may import beside itself. */
const ARROWS = {
	node: ['vendor', 'polling', 'paging', 'http', 'invoice'],
	vendor: ['paging', 'http', 'invoice'],
	polling: ['invoice'],
	paging: ['invoice'],
	http: [],
	invoice: [],
};

/** Modules without a room: the failure that everybody throws, and a helper. */
const COMMON = '^nodes/shared/[^/]+\\.ts$';

const room = (name) => `^nodes/shared/${name}/`;

module.exports = {
	forbidden: [
		...Object.entries(ARROWS).map(([from, to]) => ({
			name: `shared-${from}`,
			comment: `shared/${from} imports only ${['itself', ...to].join(', ')}`,
			severity: 'error',
			from: { path: room(from) },
			to: { path: '^(nodes|credentials)/', pathNot: [...[from, ...to].map(room), COMMON] },
		})),
		{
			name: 'common-imports-nothing',
			comment: 'what everybody imports imports nothing',
			severity: 'error',
			from: { path: COMMON },
			to: { path: '^(nodes|credentials)/' },
		},
		{
			name: 'no-vendor-imports-another',
			comment: 'each vendor is also built as a package of its own',
			severity: 'error',
			from: { path: '^nodes/(?!shared/)([^/]+)/' },
			to: { path: '^nodes/', pathNot: ['^nodes/shared/', '^nodes/$1/'] },
		},
		{
			name: 'what-a-vendor-knows-knows-no-node',
			comment: 'endpoints and records are handed to shared/node; they do not import it',
			severity: 'error',
			from: {
				path: '^nodes/(?!shared/)[^/]+/(api|connect|errors|normalize|grouping|records)\\.ts$',
			},
			to: { path: room('node') },
		},
		{
			name: 'records-become-invoices',
			comment: 'a normalizer is a pure function from records to invoices',
			severity: 'error',
			from: { path: '^nodes/(?!shared/)[^/]+/(normalize|grouping)\\.ts$' },
			to: {
				path: '^nodes/',
				pathNot: [room('invoice'), COMMON, '^nodes/[^/]+/(records|normalize|grouping)\\.ts$'],
			},
		},
		{
			name: 'no-cycle',
			severity: 'error',
			from: {},
			to: { circular: true },
		},
		{
			name: 'only-what-n8n-has',
			comment: 'a published community node has no dependencies of its own',
			severity: 'error',
			from: { path: '^(nodes|credentials)/' },
			to: {
				dependencyTypes: ['npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown', 'core'],
				pathNot: ['n8n-workflow', 'luxon', '^crypto$'],
			},
		},
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		exclude: { path: '\\.json$' },
		tsConfig: { fileName: 'tsconfig.json' },
		// Types count: an arrow is one, whether or not it is there at run time.
		tsPreCompilationDeps: true,
	},
};
