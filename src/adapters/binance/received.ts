/** What was asked of the venue over REST. */
export type Asked =
  | { readonly name: 'exchangeInfo' | 'ticker24h' | 'time' }
  | { readonly name: 'klines'; readonly symbol: string; readonly fromMs: number; readonly toMs: number }
  | { readonly name: 'depth'; readonly symbol: string };

/**
 * Everything that reaches us from outside, as it came and in the order it came, with when: the same sequence gives the
 * same market events, live or played back. Plain JSON. Times are our clock, UTC milliseconds.
 */
export type Received =
  /** A text frame of a stream, as received. */
  | { readonly kind: 'frame'; readonly atMs: number; readonly connection: number; readonly text: string }
  /** The venue confirmed these streams on this connection. */
  | {
      readonly kind: 'subscribed' | 'unsubscribed';
      readonly atMs: number;
      readonly connection: number;
      readonly streams: readonly string[];
    }
  | { readonly kind: 'closed'; readonly atMs: number; readonly connection: number; readonly reason: string }
  /** The body of a successful answer, as received. */
  | {
      readonly kind: 'answer';
      readonly atMs: number;
      readonly askedAtMs: number;
      readonly asked: Asked;
      readonly text: string;
    }
  /** Time was looked at. */
  | { readonly kind: 'tick'; readonly atMs: number }
  /** Whether what is received waits longer than it should. */
  | { readonly kind: 'behind'; readonly atMs: number; readonly behind: boolean };
