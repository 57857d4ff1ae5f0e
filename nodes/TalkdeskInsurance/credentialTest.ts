import { TalkdeskInsuranceApi } from '../../credentials/TalkdeskInsuranceApi.credentials';
import { credentialTest } from '../shared/node/credentialTest';
import { textFrom } from '../shared/vendor/values';
import { talkdeskInsurance } from './api';

/** Some account has to be in the path. */
const ANY_ACCOUNT = '0';

/** Tests the credential with the account that it names; without one, only whether its secret is accepted. */
export const testInsuranceCredential = credentialTest(talkdeskInsurance, {
	credential: new TalkdeskInsuranceApi(),
	parametersOf: ({ testAccountId }) => ({ accountId: textFrom(testAccountId) ?? ANY_ACCOUNT }),
	isSecretOnly: ({ testAccountId }) => textFrom(testAccountId) === undefined,
});
