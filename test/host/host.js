'use strict';

// A real n8n for demonstrations and end-to-end tests: installed once into this folder, started on
// loopback, and talked to over the REST API that its editor uses.

const client = require('./client');
const { ensureInstalled } = require('./install');
const { installPackage } = require('./package');
const { freePort } = require('./processes');
const { startN8n } = require('./server');

module.exports = { ...client, ensureInstalled, freePort, installPackage, startN8n };
