/** How many levels of each side the house looks at. */
export const BOOK_LEVELS = 10;

/**
 * The top of the L2 book after an update, best level first, at most BOOK_LEVELS a side.
 * The four arrays may be reused by the source for its next event: whoever keeps a level copies it.
 */
export interface Book {
  readonly kind: 'book';
  readonly symbol: string;
  readonly bidPrices: ArrayLike<number>;
  readonly bidSizes: ArrayLike<number>;
  readonly askPrices: ArrayLike<number>;
  readonly askSizes: ArrayLike<number>;
  readonly eventTimeMs: number;
}
