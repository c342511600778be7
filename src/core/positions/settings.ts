/** How positions are brought to their end. */
export interface ExitSettings {
  /** Take profit in three parts at TP1, TP2 and TP3; without it everything at TP2. */
  readonly ladder: boolean;
  /** Percent of the position for TP1, TP2 and TP3: three that add up to 100. */
  readonly ladderShares: readonly [number, number, number];
  /** Move the stop to where nothing is lost, costs included. */
  readonly breakEven: boolean;
  /** … once the position was this many stop distances in profit, or TP1 was filled. */
  readonly breakEvenAfterStops: number;
  /** Let the stop follow the best price since the entry (chandelier). */
  readonly trailing: boolean;
  /** … at this many average true ranges. */
  readonly trailingAtrs: number;
  /** … of this many minutes. */
  readonly trailingMinutes: number;
  /** Close after this long, market seconds; 0 never. */
  readonly timeStopSeconds: number;
  /** Close when the bot decides for the other side. */
  readonly closeOnOpposite: boolean;
  /** Close when no market data came for this long, seconds; 0 never. */
  readonly closeAfterSilenceSeconds: number;
}
