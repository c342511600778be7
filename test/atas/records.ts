// What a loop leaves behind, in the words of those who wrote it down: the exchange's ledger and the server's deliveries.

/** An order as the exchange has it. Quantities in base units. */
export interface OrderView {
  readonly orderId: string;
  readonly side: 'Buy' | 'Sell';
  readonly type: 'Limit' | 'Market' | 'Stop' | 'StopLimit';
  readonly quantity: number;
  readonly filled: number;
  readonly comment: string | null;
  readonly state: 'Working' | 'Filled' | 'Cancelled' | 'Rejected';
  readonly reason: string | null;
  /** Accepted at the exchange, ISO 8601. */
  readonly time: string;
  /** Sent by the platform, ISO 8601. */
  readonly sentTime: string;
}

export interface FillView {
  readonly tradeId: string;
  readonly orderId: string;
  readonly side: 'Buy' | 'Sell';
  readonly price: number;
  readonly quantity: number;
  readonly fee: number;
  readonly comment: string | null;
  readonly time: string;
}

/** One line of the ledger: an order that changed, or a fill. */
export interface LedgerLine {
  readonly number: number;
  readonly time: string;
  readonly order: OrderView | null;
  readonly fill: FillView | null;
}

export interface Report {
  readonly report_id: string;
  readonly type: string;
  readonly leg: string;
  readonly order_id?: string;
  readonly client_order_id?: string;
  readonly qty?: number;
  readonly cum_qty?: number;
  readonly avg_price?: number;
  readonly fee?: number;
  readonly reason?: string;
}

export interface Delivery {
  readonly id: string;
  readonly signal_id: string;
  readonly intent: 'ENTRY' | 'CLOSE';
  readonly state: string;
  readonly reason: string;
  readonly client_order_id?: string;
  readonly filled_qty?: number;
  readonly avg_price?: number;
  readonly fees?: number;
  readonly history: readonly { readonly state: string; readonly at: string; readonly report?: Report }[];
}

export interface SignalRecord {
  readonly id: string;
  readonly intent: 'ENTRY' | 'CLOSE';
  /** Of a CLOSE: the signal whose position it ends. */
  readonly closes?: string;
  readonly direction: 'BUY' | 'SELL';
  readonly deliveries: readonly Delivery[];
}

/** Wall milliseconds. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface LoopRecord {
  readonly ledger: readonly LedgerLine[];
  readonly signals: readonly SignalRecord[];
  /** When the platform was dead, or up with its strategy not started yet. */
  readonly away: readonly Span[];
  /** When the books were looked at, wall milliseconds: what is open then is open until then. */
  readonly endMs: number;
  /** A position may be without a stop for so long. */
  readonly graceMs: number;
}
