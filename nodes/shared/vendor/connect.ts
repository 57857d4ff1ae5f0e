import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { Connection } from '../http/connection';
import { secretFrom } from '../http/secretValue';
import { baseUrlFrom } from '../http/url';

/**
 * Returns the `connect` function of a vendor whose credential contains a base URL and one secret, which
 * is sent in a header. The function throws ReadFailure if either cannot be used.
 *
 * @param field the credential field that contains the secret
 * @param displayName that field's name as the user sees it
 */
export function connectBySecret(field: string, displayName: string) {
	return ({ baseUrl, [field]: secret }: ICredentialDataDecryptedObject): Connection => ({
		baseUrl: baseUrlFrom(baseUrl),
		secrets: [secretFrom(secret, displayName)],
	});
}
