/** ISO 4217 currencies whose smallest unit is not a hundredth: digits behind the point. */
const DIGITS: Record<string, number> = Object.fromEntries([
	...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
		.split(' ')
		.map((code) => [code, 0]),
	...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3]),
	...'CLF UYW'.split(' ').map((code) => [code, 4]),
]) as Record<string, number>;

/** Currencies that are called by one name only. "Dollar" alone could be any of twenty. */
const NAMES: Record<string, string> = {
	'australian dollar': 'AUD',
	'brazilian real': 'BRL',
	'british pound': 'GBP',
	'canadian dollar': 'CAD',
	'danish krone': 'DKK',
	euro: 'EUR',
	euros: 'EUR',
	'hong kong dollar': 'HKD',
	'japanese yen': 'JPY',
	'norwegian krone': 'NOK',
	'polish zloty': 'PLN',
	'pound sterling': 'GBP',
	'singapore dollar': 'SGD',
	'swedish krona': 'SEK',
	'swiss franc': 'CHF',
	'turkish lira': 'TRY',
	'united states dollar': 'USD',
	'us dollar': 'USD',
	yen: 'JPY',
};

/** Gives the ISO 4217 code in capitals where the text is three letters, else null. */
export function currencyCode(text: string | null): string | null {
	return text !== null && /^[A-Za-z]{3}$/.test(text) ? text.toUpperCase() : null;
}

/** Gives the code of a currency that is named by code or, unmistakably, by its name; else null. */
export function currencyByName(text: string | null): string | null {
	return currencyCode(text) ?? NAMES[text?.toLowerCase().replace(/\./g, '') ?? ''] ?? null;
}

/** How many digits amounts of a currency have behind the point. */
export function minorDigits(currency: string): number {
	return DIGITS[currency] ?? 2;
}
