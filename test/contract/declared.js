'use strict';

const fs = require('node:fs');
const ts = require('typescript');

/**
 * What the code declares of a vendor's records, read from its own interfaces, so that it is written
 * down only once.
 *
 * @typedef {object} Declared
 * @property {Set<string>} kinds of JSON: string, number, boolean, array, object, any
 * @property {Record<string, Declared> | null} fields of the object or of each entry of the array
 */

/**
 * @param {string} file
 * @param {string} name of an interface in it
 * @returns {Record<string, Declared>}
 */
function declaredFields(file, name) {
	const source = ts.createSourceFile(
		file,
		fs.readFileSync(file, 'utf8'),
		ts.ScriptTarget.Latest,
		true,
	);
	/** @type {Map<string, ts.InterfaceDeclaration | ts.TypeAliasDeclaration>} */
	const types = new Map();
	ts.forEachChild(source, (node) => {
		if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) {
			types.set(node.name.text, node);
		}
	});

	/** @param {string} of @returns {Record<string, Declared>} */
	function fieldsOf(of) {
		const found = types.get(of);
		if (!found || !ts.isInterfaceDeclaration(found)) throw new Error(`no interface ${of}`);
		// What an interface declares itself goes before what it extends.
		const inherited = (found.heritageClauses ?? []).flatMap((clause) =>
			clause.types.map(({ expression }) => fieldsOf(expression.getText())),
		);
		/** @type {Record<string, Declared>} */
		const fields = Object.assign({}, ...inherited);
		for (const member of found.members) {
			if (!ts.isPropertySignature(member) || !member.type) continue;
			const named = /** @type {ts.Identifier | ts.StringLiteral} */ (member.name);
			fields[named.text] = declaredBy(member.type);
		}
		return fields;
	}

	/** @param {ts.TypeNode} type @returns {Declared} */
	function declaredBy(type) {
		if (ts.isUnionTypeNode(type)) {
			const parts = type.types.map(declaredBy);
			return {
				kinds: new Set(parts.flatMap(({ kinds }) => [...kinds])),
				fields: parts.find(({ fields }) => fields !== null)?.fields ?? null,
			};
		}
		if (ts.isArrayTypeNode(type)) return listOf(type.elementType);
		if (ts.isLiteralTypeNode(type)) return only('null');
		if (!ts.isTypeReferenceNode(type)) return only(type.getText());
		const of = type.typeName.getText();
		if (of === 'Array' && type.typeArguments) return listOf(type.typeArguments[0]);
		if (of === 'Record') return only('object');
		const alias = types.get(of);
		if (alias && ts.isTypeAliasDeclaration(alias)) return declaredBy(alias.type);
		return { kinds: new Set(['object']), fields: fieldsOf(of) };
	}

	/** @param {ts.TypeNode} entry @returns {Declared} */
	const listOf = (entry) => ({ kinds: new Set(['array']), fields: declaredBy(entry).fields });
	/** @param {string} kind @returns {Declared} */
	const only = (kind) => ({ kinds: new Set([kind]), fields: null });
	return fieldsOf(name);
}

module.exports = { declaredFields };
