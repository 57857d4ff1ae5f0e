/** What is secret of a run, and all places where it might be shown. */
import {
	type Json,
	type OperationOfTest,
	type Result,
	type Stage,
	VENDORS,
	type VendorOfTest,
	base64,
	reveal,
} from './support';

/** The options of a run that is not tried again. */
export const once = { maxRetries: 0 };

const SENT = [...new Set(VENDORS.map(({ header }) => header))];

/** Everything that a run shows: items, errors, logs. */
export const shown = ({ items, errorItems, error, logs, runData }: Result): string =>
	[reveal(items), reveal(errorItems), reveal(error), reveal(logs), JSON.stringify(runData)].join();

export const echo = (secret: string) => `The header ${secret} is not known; ${secret}`;

/** Returns what the tests of secrets ask of a stage. */
export function secretsOn(stage: Stage) {
	const secretOf = ({ credential, secret }: VendorOfTest): string =>
		stage.sandbox.credentials[credential][secret];

	/** All that is secret: what the credential holds, and what was sent. */
	function secretsOf(
		vendor: VendorOfTest,
		credential: Json = stage.sandbox.credentials[vendor.credential],
	): string[] {
		const value = String(credential[vendor.secret]);
		const sent = stage.sandbox.requests.flatMap(({ headers }) =>
			SENT.map((name) => headers[name]).filter((header) => typeof header === 'string'),
		);
		const secrets = [value, base64(value), ...sent, base64(`${credential.clientId}:${value}`)];
		// Also without the word before it.
		return [...new Set(secrets.flatMap((secret) => [secret, secret.replace(/^\w+ /, '')]))];
	}

	function expectNoSecret(result: Result, vendor: VendorOfTest, credential?: Json): void {
		const text = shown(result);
		const secrets = secretsOf(vendor, credential);
		expect(secrets.length).toBeGreaterThan(1);
		expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
	}

	/** Runs an operation that the vendor refuses in these words. */
	async function performWithEcho(operation: OperationOfTest, body: unknown, status: number) {
		stage.spoil(operation, { kind: 'status', status, body, times: Infinity });
		return await stage.perform(operation, once);
	}

	return { secretOf, secretsOf, expectNoSecret, performWithEcho };
}
