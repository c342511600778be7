/** The best bid and ask. A size of 0 says that the source did not record it. */
export interface Quote {
  readonly kind: 'quote';
  readonly symbol: string;
  readonly bidPrice: number;
  readonly bidSize: number;
  readonly askPrice: number;
  readonly askSize: number;
  readonly eventTimeMs: number;
}
