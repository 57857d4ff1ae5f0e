module.exports = {
	arrowParens: 'always',
	endOfLine: 'lf',
	printWidth: 100,
	quoteProps: 'as-needed',
	singleQuote: true,
	trailingComma: 'all',
	useTabs: true,
};
