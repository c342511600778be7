// What the private side does wrong on command. `docs/venue.md` says what a client sees of each.

export type PrivateFault =
  /** Carried out, and the line is cut before the answer. */
  | { readonly kind: 'lost' }
  /** The line is cut before anything was done. */
  | { readonly kind: 'cut' }
  /** Carried out or not, and the answer says that nobody knows. */
  | { readonly kind: 'unknown'; readonly code: -1006 | -1007; readonly isDone: boolean }
  | { readonly kind: 'reject'; readonly code: number; readonly msg: string }
  /** Carried out that much later. */
  | { readonly kind: 'slow'; readonly byMs: number };

export type EventFault = 'duplicate' | 'swap' | 'lose' | 'drop';

/** Asked for every signed request and every user event; `undefined` is all is well. */
export interface PrivateFaults {
  request(method: string, path: string, params: URLSearchParams): PrivateFault | undefined;
  event(payload: string): EventFault | undefined;
}

export const NO_FAULTS: PrivateFaults = { request: () => undefined, event: () => undefined };
