'use strict';

const fs = require('node:fs');
const path = require('node:path');

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

function* piecesOf(text) {
	for (let at = 0; at + PIECE <= text.length; at++) yield text.slice(at, at + PIECE);
}

/** Finds pieces of secrets in texts, in whatever form and case they are written. */
class Finder {
	pieces = new Set();

	/** @param {string[]} secrets */
	add(secrets) {
		for (const form of secrets.flatMap(formsOf)) {
			for (const piece of piecesOf(form.toLowerCase())) this.pieces.add(piece);
		}
	}

	/** Gives the places in which a piece was found, each with some of the text around it. */
	findIn(text) {
		const lower = text.toLowerCase();
		const places = [];
		for (let at = 0; at + PIECE <= lower.length; at++) {
			if (!this.pieces.has(lower.slice(at, at + PIECE))) continue;
			places.push(text.slice(Math.max(0, at - 60), at + 80));
			at += 200;
		}
		return places;
	}

	/** Looks through every file of a folder, byte by byte; gives how many files there were. */
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

/** What was sent to a vendor that is secret, with and without the word before it. */
function secretsSent({ headers }) {
	const values = ['authorization', 'fastly-key', 'private-token']
		.map((name) => headers[name])
		.filter((value) => value !== undefined);
	return values.flatMap((value) => {
		const [, scheme, bare] = /^(?:(\w+) )?(.*)$/.exec(value);
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
