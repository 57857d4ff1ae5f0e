import { MAX_IDLE_READS } from './page';
import { MAX_PASSES_WITHOUT_ORDER } from './proof';

/** A server that returns one record at a time needs three requests for each. */
const MAX_REQUESTS_PER_RECORD = 4;
const MIN_REQUESTS = 100;

/** Bounds the requests of one read: what was received cannot need more. */
export class RequestBudget {
	/** The limit on all requests, once the first pass is done. */
	private limit: number | null = null;

	/** Bounds the later passes by what the first one took. */
	endFirstPass(requests: number): void {
		this.limit = (requests + MAX_IDLE_READS) * MAX_PASSES_WITHOUT_ORDER;
	}

	/** Returns whether no more requests may be sent. */
	isSpent(requests: number, records: number): boolean {
		return requests >= (this.limit ?? MIN_REQUESTS + MAX_REQUESTS_PER_RECORD * records);
	}
}
