import type { KeyedWindow } from './overlap';

/** A gap between what was joined and what is behind it. */
export interface Gap<R> {
	is: 'closingGap';
	/** The window behind the gap; null where nothing is known of what is there. */
	waiting: KeyedWindow<R> | null;
	/** How far before the end of what was joined the next window begins; 0 for just enough. */
	stepBack: number;
}

/** What the reader is doing. */
export type State<R> =
	| { is: 'reading' }
	/** A window did not fit: reads back to known ground, then on to the window that waits. */
	| Gap<R>
	| { is: 'confirmingEnd'; isLastInPlace: boolean }
	/** The end was reached: is all of it proven? */
	| { is: 'atEnd'; isStated: boolean }
	/** Begins again at the beginning. */
	| { is: 'repeating' }
	| { is: 'done' };
