'use strict';

// The end-to-end tests that take too long for every commit.
module.exports = { ...require('./jest.config'), testMatch: ['<rootDir>/*.long.test.js'] };
