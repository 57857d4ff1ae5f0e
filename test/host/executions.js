'use strict';

const assert = require('node:assert/strict');

// What tests read of an execution, as `runWorkflow` returns it.

/** The json of items; none of a node that did not run. @param {Array<{ json: any }>} [items] */
const jsonOf = (items = []) => items.map(({ json }) => json);

/** Fails with n8n's own words where the execution failed. */
function expectSuccess({ status, error }) {
	assert.deepEqual({ status, message: error?.message }, { status: 'success', message: undefined });
}

module.exports = { expectSuccess, jsonOf };
