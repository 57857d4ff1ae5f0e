import type { KeyedWindow } from './overlap';

/** A gap between the joined records and a window after them. */
export interface Gap<R> {
	is: 'closingGap';
	/** The window after the gap; null if unknown. */
	waiting: KeyedWindow<R> | null;
	/** How many records before the last joined one the next window starts; 0 for the usual overlap. */
	stepBack: number;
}

/** The states of the reader. */
export type State<R> =
	| { is: 'reading' }
	/** A window did not fit: step back to known records, then read on to the waiting window. */
	| Gap<R>
	| { is: 'confirmingEnd'; isLastInPlace: boolean }
	/** The end was reached; is the list complete? */
	| { is: 'atEnd'; isStated: boolean }
	/** Start over. */
	| { is: 'repeating' }
	| { is: 'done' };
