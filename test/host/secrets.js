'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { VENDORS } = require('../rows');

/** A piece of a secret that is this long is a leak; a shorter one may be chance. */
const PIECE = 12;

const base64 = (text) => Buffer.from(text).toString('base64');
const inJson = (text) => JSON.stringify(text).slice(1, -1);

/** A secret in each way in which a program may write it. */
function formsOf(secret) {
	return [
		secret,
		inJson(secret),
		inJson(inJson(secret)),
		encodeURIComponent(secret),
		// What stands before it decides how its bytes fall into base64.
		...['', 'u', 'u:'].map((before) => base64(before + secret).slice(4, -4)),
	];
}

/** All parts of a text that have a length. */
function partsOf(text, length) {
	const most = Math.max(0, text.length - length + 1);
	return Array.from({ length: most }, (_, at) => text.slice(at, at + length));
}

/** Each piece holds a whole sample that begins at a multiple of the stride: only there one looks. */
const SAMPLE = 6;
const STRIDE = PIECE - SAMPLE + 1;

/** Finds pieces of secrets in texts, in whatever form and case they are written. */
class Finder {
	secrets = new Set();
	pieces = new Set();
	samples = new Set();

	/** @param {string[]} secrets */
	add(secrets) {
		for (const secret of secrets) {
			if (this.secrets.has(secret)) continue;
			this.secrets.add(secret);
			for (const form of formsOf(secret).map((text) => text.toLowerCase())) {
				for (const piece of partsOf(form, PIECE)) this.pieces.add(piece);
				for (const sample of partsOf(form, SAMPLE)) this.samples.add(sample);
			}
		}
	}

	/** Gives the places in which a piece was found, each with some of the text around it. */
	findIn(text) {
		const lower = text.toLowerCase();
		const places = [];
		for (let at = 0; at < lower.length; at += STRIDE) {
			if (!this.samples.has(lower.slice(at, at + SAMPLE))) continue;
			const around = lower.slice(Math.max(0, at - STRIDE + 1), at + PIECE);
			if (!partsOf(around, PIECE).some((piece) => this.pieces.has(piece))) continue;
			places.push(text.slice(Math.max(0, at - 60), at + 80));
			at += 200;
		}
		return places;
	}

	/** Looks through every file of a folder, byte by byte; gives the files and the places. */
	findInFolder(folder, except) {
		const files = fs
			.readdirSync(folder, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
			.filter((file) => !except.test(file));
		const places = files.flatMap((file) =>
			this.findIn(fs.readFileSync(file, 'latin1')).map((place) => `${file}: ${place}`),
		);
		return { files, places };
	}
}

/** The headers in which vendors look for their secret. */
const HEADERS = new Set(VENDORS.map(({ header }) => header));

/** What was sent to a vendor that is secret, with and without the word before it. */
function secretsSent({ headers }) {
	const values = [...HEADERS].map((name) => headers[name]).filter((value) => value !== undefined);
	return values.flatMap((value) => {
		const [, scheme, bare = ''] = /^(?:(\w+) )?(.*)$/.exec(value) ?? [];
		if (scheme !== 'Basic') return [bare];
		return [bare, Buffer.from(bare, 'base64').toString().split(':')[1]];
	});
}

/** What a careless vendor answers: the secret, in all its forms, and pieces of it. */
function echoOf(call) {
	const forms = secretsSent(call).flatMap((secret) => [
		...formsOf(secret),
		base64(secret),
		secret.toUpperCase(),
		secret.slice(0, 16),
		secret.slice(-16),
	]);
	return `You sent ${forms.join(' and ')}`;
}

module.exports = { Finder, echoOf, secretsSent };
