// @ts-check
'use strict';

/** The rows of the vendors, for programs in plain Node.js as well. */

// They are TypeScript, which jest reads by itself.
if (typeof jest === 'undefined') require('tsx/cjs');

module.exports = require('./vendors');
