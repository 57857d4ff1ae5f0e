import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { Connection } from '../http/connection';
import { secretFrom } from '../http/secretValue';
import { baseUrlFrom } from '../http/url';

/**
 * Returns the `connect` of a vendor whose credential holds a base URL and one secret, which a header
 * sends.
 *
 * @param field of the credential that holds the secret
 * @param displayName of that field
 */
export function connectBySecret(field: string, displayName: string) {
	return ({ baseUrl, [field]: secret }: ICredentialDataDecryptedObject): Connection => ({
		baseUrl: baseUrlFrom(baseUrl),
		secrets: [secretFrom(secret, displayName)],
	});
}
