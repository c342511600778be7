/** The venue's limits. Source: Binance USD-M, "General Info" and "Websocket Market Streams", 2026. */
export interface VenueLimits {
  /** Request weight per clock minute and address. */
  readonly weightPerMinute: number;
  /** Requests of `fundingRate` and `fundingInfo` per five minutes and address; they have no weight. */
  readonly fundingPerFiveMinutes: number;
  /** Requests answered 429 before the address is banned (418). The venue does not say how many. */
  readonly violationsBeforeBan: number;
  /** The first ban; each further one is twice as long, three days at most. */
  readonly firstBanMs: number;
  readonly streamsPerConnection: number;
  /** Messages, pings and pongs that a client may send in any second. */
  readonly messagesPerSecond: number;
  readonly pingEveryMs: number;
  /** Without a pong for this long the connection is closed. */
  readonly pongWithinMs: number;
  readonly lifetimeMs: number;
  /** A client that reads so slowly that this much waits for it is disconnected. The venue does not say how much. */
  readonly waitingBytes: number;
}

export const VENUE_LIMITS: VenueLimits = {
  weightPerMinute: 2_400,
  fundingPerFiveMinutes: 500,
  violationsBeforeBan: 10,
  firstBanMs: 120_000,
  streamsPerConnection: 1_024,
  messagesPerSecond: 10,
  pingEveryMs: 180_000,
  pongWithinMs: 600_000,
  lifetimeMs: 86_400_000,
  waitingBytes: 32 << 20,
};
