/** Triggers that run on a stage, and what happens to the lists that they watch. */
import type { Json, Stage, VendorOfTest } from './support';

type Poll = Awaited<ReturnType<Stage['engine']['poll']>>;

export const messagesOf = ({ logs }: Poll): string[] =>
	logs.map(({ level, message }) => `${level}: ${message}`);

/** A trigger in an active workflow: remembers from poll to poll what n8n would. */
export class Trigger {
	staticData: Json = {};

	constructor(
		private readonly stage: Stage,
		readonly vendor: VendorOfTest,
		public parameters: Json = {},
	) {}

	/** Polls, and forgets what it learned where the poll throws. */
	async poll(rest: Json = {}): Promise<Poll> {
		const poll = await this.stage.engine.poll({
			type: `${this.vendor.type}Trigger`,
			parameters: { ...this.vendor.parameters, ...this.parameters },
			credentials: this.stage.credentialsOf(this.vendor),
			staticData: this.staticData,
			...rest,
		});
		this.staticData = poll.staticData;
		return poll;
	}

	/** Polls raw records, and returns the ids of the invoices; null where n8n is told that there is nothing. */
	async ids(): Promise<string[] | null> {
		const { items } = await this.poll();
		return items && [...new Set(items.map(({ json }) => this.vendor.idOf(json)))];
	}
}

/** Returns what the tests of triggers ask of a stage. */
export function triggersOn(stage: Stage) {
	const recordsOf = (vendor: VendorOfTest): Json[] => vendor.records(stage.sandbox);

	return {
		recordsOf,
		trigger: (vendor: VendorOfTest, parameters: Json = {}) =>
			new Trigger(stage, vendor, parameters),

		/** A trigger that has recorded what is there. */
		async started(vendor: VendorOfTest, parameters: Json = {}): Promise<Trigger> {
			const trigger = new Trigger(stage, vendor, { output: 'raw', ...parameters });
			await trigger.poll();
			return trigger;
		},

		idsOf: (vendor: VendorOfTest): string[] => [...new Set(recordsOf(vendor).map(vendor.idOf))],

		recordOf: (vendor: VendorOfTest, id: string): Json =>
			recordsOf(vendor).find((record) => vendor.idOf(record) === id)!,

		/** Takes an invoice out of the list, with all its records; returns what puts it back where it was. */
		takeOut(vendor: VendorOfTest, id: string): () => void {
			const list = recordsOf(vendor);
			const at = list.findIndex((record) => vendor.idOf(record) === id);
			const records = list.filter((record) => vendor.idOf(record) === id);
			for (const record of records) list.splice(list.indexOf(record), 1);
			return () => void list.splice(at, 0, ...records);
		},
	};
}
