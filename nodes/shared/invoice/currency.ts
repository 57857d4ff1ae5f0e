/** Decimal places of the ISO 4217 currencies that do not have two. */
const DIGITS = new Map<string, number>([
	...withDigits('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF', 0),
	...withDigits('BHD IQD JOD KWD LYD OMR TND', 3),
	...withDigits('CLF UYW', 4),
]);

function withDigits(codes: string, digits: number): Array<[string, number]> {
	return codes.split(' ').map((code) => [code, digits]);
}

/** Unambiguous currency names. "Dollar" alone could be any of twenty. */
const NAMES = new Map<string, string>([
	['australian dollar', 'AUD'],
	['bahraini dinar', 'BHD'],
	['brazilian real', 'BRL'],
	['british pound', 'GBP'],
	['canadian dollar', 'CAD'],
	['chilean peso', 'CLP'],
	['danish krone', 'DKK'],
	['euro', 'EUR'],
	['euros', 'EUR'],
	['hong kong dollar', 'HKD'],
	['icelandic krona', 'ISK'],
	['iraqi dinar', 'IQD'],
	['japanese yen', 'JPY'],
	['jordanian dinar', 'JOD'],
	['kuwaiti dinar', 'KWD'],
	['norwegian krone', 'NOK'],
	['omani rial', 'OMR'],
	['polish zloty', 'PLN'],
	['pound sterling', 'GBP'],
	['singapore dollar', 'SGD'],
	['south korean won', 'KRW'],
	['swedish krona', 'SEK'],
	['swiss franc', 'CHF'],
	['tunisian dinar', 'TND'],
	['turkish lira', 'TRY'],
	['united states dollar', 'USD'],
	['us dollar', 'USD'],
	['vietnamese dong', 'VND'],
	['yen', 'JPY'],
]);

/** Returns a three-letter currency code in capitals; null for any other text. */
export function currencyCode(text: string | null): string | null {
	const code = text?.trim() ?? '';
	return /^[A-Za-z]{3}$/.test(code) ? code.toUpperCase() : null;
}

/** Returns the code of a currency given as a code or an unambiguous name; null for any other text. */
export function currencyByName(text: string | null): string | null {
	const name = text?.trim().toLowerCase().replace(/\./g, '') ?? '';
	// Names first: "yen" has three letters, too.
	return NAMES.get(name) ?? currencyCode(text);
}

/** Returns the number of decimal places of a currency. */
export function minorDigits(currency: string): number {
	return DIGITS.get(currency) ?? 2;
}
