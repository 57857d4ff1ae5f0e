// @ts-check
'use strict';
/** Takes vendors out of a text, so that what is left speaks of the others only. */

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * Returns a function that lists the vendors in a text, the longer name first: "Talkdesk" is in
 * "Talkdesk Insurance" but not meant there.
 *
 * @param {string[]} names
 */
function finderOf(names) {
	const longestFirst = [...names].sort((a, b) => b.length - a.length).map(escaped);
	const pattern = new RegExp(`(?<![\\w-])(?:${longestFirst.join('|')})(?![\\w-])`, 'g');
	return (text) => [...new Set(text.match(pattern) ?? [])];
}

/** Leaves names out of enumerations such as "A, B and C". @param {string} text @param {string[]} all @param {string[]} gone */
function shortenLists(text, all, gone) {
	const name = `(?:${[...all]
		.sort((a, b) => b.length - a.length)
		.map(escaped)
		.join('|')})`;
	const list = new RegExp(`${name}(?:, ${name})*(?:,? and ${name})?(?![\\w-])`, 'g');
	return text.replace(list, (found) => {
		const kept = finderOf(all)(found).filter((one) => !gone.includes(one));
		return kept.length > 0 ? new Intl.ListFormat('en-GB').format(kept) : found;
	});
}

const CHOICE = /vendors that you do not use/i;
const ITEM = /^(\d+\. |- )?(.*)$/s;

/**
 * Returns a text without what it says of some vendors: sentences that speak of these only, lines that
 * begin with a node that is gone, and, where one vendor is left, how to do without the others.
 *
 * @param {string} text lines of Markdown
 * @param {{ all: string[], gone: string[], goneNodes?: string[] }} names the vendors' titles, and the names of removed nodes
 */
function withoutVendors(text, { all, gone, goneNodes = [] }) {
	const vendorsIn = finderOf(all);
	const sentence = new RegExp(`(?<=[.!?]) (?=[\\p{Lu}*_\`]|${all.map(escaped).join('|')})`, 'u');
	const isOne = all.length - gone.length === 1;
	const isAbout = (words) => {
		if (isOne && CHOICE.test(words)) return false;
		const named = vendorsIn(words);
		return named.length === 0 || named.some((name) => !gone.includes(name));
	};
	const lines = text.split('\n').flatMap((line) => {
		const [, mark = '', words] = ITEM.exec(line) ?? [];
		const [, subject] = /^\*\*(.+?)\*\*/.exec(words) ?? [];
		if ([...goneNodes, ...gone].includes(subject)) return [];
		const kept = words.split(sentence).filter(isAbout);
		if (kept.length === 0) return [];
		return [mark + shortenLists(kept.join(' '), all, gone)];
	});
	return renumbered(lines).join('\n');
}

/** Numbers the items of each list from 1. @param {string[]} lines */
function renumbered(lines) {
	let last = 0;
	return lines.map((line) => {
		if (/^\s/.test(line)) return line;
		last = /^\d+\. /.test(line) ? last + 1 : 0;
		return line.replace(/^\d+\. /, `${last}. `);
	});
}

module.exports = { finderOf, withoutVendors };
