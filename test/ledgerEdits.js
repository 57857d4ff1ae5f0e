'use strict';

const fs = require('node:fs');
const path = require('node:path');

// What a person does to a ledger, at random: each edit leaves books that beancount accepts.

/** Returns a source of numbers below a limit, the same for the same seed. */
function randomFrom(seed) {
	let state = seed;
	return (limit) => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
	};
}

const pick = (random, all) => all[random(all.length)];

/** A transaction of an invoice, also one that is commented out. */
const isBooked = (block) => /Invoice \d+|Credit note \d+/.test(block);
const isCommented = (block) => block.startsWith(';');
const isLive = (block) => isBooked(block) && !isCommented(block);

/** Returns the number of the invoice that a block books. */
const numberOf = (block) => Number(/(?:Invoice|Credit note) (\d+)/.exec(block)?.[1]);

/** Changes lines of a transaction: those of its title, its metadata or its postings. */
const lines = (expression, change) => (block) =>
	block
		.split('\n')
		.map((line) => (expression.test(line) ? change(line) : line))
		.join('\n');

const TITLE = /^\d{4}/;
const METADATA = /^\s+[a-z]\w+:/;
const POSTING = /^\s+([!*] )?[A-Z]\w+:/;

const shuffled = (random, all) =>
	all
		.map((one) => [random(1 << 30), one])
		.sort(([a], [b]) => a - b)
		.map(([, one]) => one);

/** Inserts a line before one of the metadata or postings. */
function inserted(block, random, added) {
	const all = block.split('\n');
	const places = all.flatMap((line, at) => (METADATA.test(line) || POSTING.test(line) ? [at] : []));
	all.splice(pick(random, places), 0, added);
	return all.join('\n');
}

/** Edits of one transaction, by name: (block, random) => block. */
const EDITS = {
	'swap metadata': (block, random) => {
		const all = block.split('\n');
		const end = all.findIndex((line) => POSTING.test(line));
		const places = all.flatMap((line, at) => (at < end && METADATA.test(line) ? [at] : []));
		const swapped = shuffled(random, places).map((at) => all[at]);
		places.forEach((at, index) => (all[at] = swapped[index]));
		return all.join('\n');
	},
	'a comment between': (block, random) => inserted(block, random, '  ; checked, see "page 3'),
	'metadata between': (block, random) => {
		const all = block.split('\n');
		const at = all.findIndex((line) => METADATA.test(line) || POSTING.test(line));
		all.splice(at, 0, `  checked${random(1e9)}: "yes; by \\"me\\""`);
		return all.join('\n');
	},
	'more blanks': lines(METADATA, (line) => line.replace(/: */, ':   ')),
	'a tab': lines(METADATA, (line) => line.replace(/: */, ':\t')),
	'no blank': lines(METADATA, (line) => line.replace(/: */, ':')),
	'indented by tabs': lines(/^\s/, (line) => line.replace(/^\s+/, '\t')),
	'indented by four': lines(/^\s/, (line) => line.replace(/^\s+/, '    ')),
	'indented by one': lines(/^\s/, (line) => line.replace(/^\s+/, ' ')),
	'comments behind': lines(/^\s+[^\s;]/, (line) => `${line} ; "seen"`),
	'blanks behind': lines(/^\s/, (line) => `${line}  \t`),
	'another flag': lines(TITLE, (line) => line.replace(/ (\*|!|txn) /, ' ! ')),
	txn: lines(TITLE, (line) => line.replace(/ (\*|!|txn) /, ' txn ')),
	'tags and links': lines(TITLE, (line) => `${line.trimEnd()} #telephony ^contract-2025/7`),
	'a narration of two lines': lines(TITLE, (line) =>
		line.replace(/ "((?:Invoice|Credit note) \d+)/, ' "Bill\ndedupeKey: \\"none\\"\n$1'),
	),
	'another payee': lines(TITLE, (line) =>
		line.replace(/"(?:[^"\\]|\\.)*"/, '"Carrier; X \\"Ltd\\""'),
	),
	'a date with slashes': lines(TITLE, (line) =>
		line.replace(/^(\d+)[-/](\d+)[-/](\d+)/, '$1/$2/$3'),
	),
	'aligned amounts': lines(POSTING, (line) =>
		line.replace(/^(\s+\S+)\s+/, (all) => all.padEnd(50)),
	),
	'a flagged posting': lines(POSTING, (line) => line.replace(/^(\s+)([!*] )?/, '$1! ')),
	'the key alone': (block) =>
		block
			.split('\n')
			.filter((line) => !/^\s+(contentHash|signedTotal):/.test(line))
			.join('\n'),
	'an escape in the key': lines(/^\s+dedupeKey:/, (line) =>
		line.replace(/:(?=[^"]*-:)/g, (colon, at) =>
			line[at + 1] === '-' && line[at - 1] !== '\\' ? '\\:' : colon,
		),
	),
	'the key at a posting': (block) => {
		const all = block.split('\n');
		const at = all.findIndex((line) => /^\s+dedupeKey:/.test(line));
		if (at === -1 || !POSTING.test(all.at(-1))) return block;
		const [key] = all.splice(at, 1);
		return [...all, `  ${key}`].join('\n');
	},
};

/** Edits of one transaction in its file: (blocks, at, random) changes the blocks. */
const MOVES = {
	up: (blocks, at) => {
		if (at > 0) [blocks[at - 1], blocks[at]] = [blocks[at], blocks[at - 1]];
	},
	last: (blocks, at) => {
		blocks.push(...blocks.splice(at, 1));
	},
	'comments and blank lines around': (blocks, at) => {
		blocks.splice(at, 0, '; March\n\n\n', '* Paid "in part\n');
	},
};

const MARKS = [';', '; ', ';; ', ';\t'];

/** The files of a ledger, in blocks that blank lines separate. */
class Books {
	constructor(folder, random) {
		this.folder = folder;
		this.random = random;
		this.number = 0;
		/** The numbers of the invoices that were commented out. */
		this.takenOut = new Set();
	}

	files() {
		return fs
			.readdirSync(this.folder, { recursive: true })
			.map((name) => path.join(this.folder, String(name)))
			.filter((file) => file.endsWith('.beancount') && !file.endsWith('accounts.beancount'));
	}

	blocks(file) {
		const text = fs.readFileSync(file, 'utf8').replaceAll('\r', '');
		return text.split(/\n{2,}/).filter((block) => block.trim() !== '');
	}

	write(file, blocks) {
		fs.mkdirSync(path.dirname(file), { recursive: true });
		const end = pick(this.random, ['\n', '\n', '\n\n\n', '']);
		const text = blocks.map((block) => block.replace(/\n+$/, '')).join('\n\n') + end;
		fs.writeFileSync(file, this.random(4) ? text : text.replaceAll('\n', '\r\n'));
	}

	/** Moves some transactions into a file that is included, by name or by a pattern. */
	move(file, blocks, at) {
		const own = [blocks[at]];
		const name = pick(this.random, [
			'2025.beancount',
			'old/part [1].beancount',
			'old/more/a b.beancount',
		]);
		this.number += 1;
		const folder = `${this.number}`;
		const target = path.join(path.dirname(file), folder, name);
		const pattern = pick(this.random, [
			`${folder}/${name.replace('[', '[[]')}`,
			`${folder}/${name.replace(/[^/]+$/, '*.beancount')}`,
			`./${folder}/${name.replace(/.\.beancount$/, '?.beancount').replace('[', '[[]')}`,
		]);
		blocks.splice(at, 1, `include "${pattern}"`);
		this.write(target, own);
		this.write(file, blocks);
	}

	/** Comments a transaction out. */
	takeOut(file, blocks, at) {
		this.takenOut.add(numberOf(blocks[at]));
		const mark = pick(this.random, MARKS);
		blocks[at] = blocks[at]
			.split('\n')
			.map((line) => mark + line)
			.join('\n');
		this.write(file, blocks);
	}

	/** Comments an include out that holds no other. */
	takeOutFile(file, blocks, at) {
		const [, pattern] = /"(.*)"/.exec(blocks[at]) ?? [];
		const target = path.join(
			path.dirname(file),
			pattern.split('/')[pattern.startsWith('.') ? 1 : 0],
		);
		const inside = this.files().filter((one) => one.startsWith(`${target}${path.sep}`));
		if (inside.length !== 1) return;
		for (const block of this.blocks(inside[0]))
			if (isBooked(block)) this.takenOut.add(numberOf(block));
		blocks[at] = `; ${blocks[at]}`;
		this.write(file, blocks);
	}

	/** Edits one of the transactions that are not commented out, or its file. Returns what it did. */
	edit() {
		const file = pick(
			this.random,
			this.files().filter((one) => this.blocks(one).some(isLive)),
		);
		const blocks = this.blocks(file);
		const places = (test) => blocks.flatMap((block, index) => (test(block) ? [index] : []));
		const at = pick(this.random, places(isLive));
		const include = pick(
			this.random,
			places((block) => /^include "\W*\d+\//.test(block)),
		);
		const kind = this.random(20);
		if (kind === 0 && include !== undefined) {
			this.takeOutFile(file, blocks, include);
			return 'comment an include out';
		}
		if (kind < 2) {
			this.takeOut(file, blocks, at);
			return 'comment out';
		}
		if (kind < 5) {
			this.move(file, blocks, at);
			return 'move';
		}
		const name = pick(this.random, Object.keys(kind < 8 ? MOVES : EDITS));
		if (kind < 8) MOVES[name](blocks, at);
		else blocks[at] = EDITS[name](blocks[at], this.random);
		this.write(file, blocks);
		return name;
	}
}

module.exports = { Books, randomFrom };
