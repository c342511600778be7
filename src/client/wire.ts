// What the server says, in this program's words. Everything that a decision rests on is looked at before it is believed:
// a deadline that is missing must be a problem, not a NaN that never ends.
import type { Side } from './ports.ts';

export type Decoded<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

export interface Signal {
  readonly id: string;
  readonly intent: 'ENTRY' | 'CLOSE';
  /** Of a CLOSE: the signal whose position is to be closed. */
  readonly closes?: string;
  /** Of a CLOSE: who is asked to close. */
  readonly accounts?: readonly string[];
  readonly symbol: string;
  /** The side of the order: for a CLOSE that of the closing order. */
  readonly side: Side;
  readonly timeframe: string;
  readonly entryPrice: number;
  readonly stopLoss: number;
  readonly takeProfit: number;
  /** tp1, tp2, tp3, as far as there are any. */
  readonly targets: readonly number[];
  readonly leverage: number;
  /** 0 to 100. */
  readonly strength: number;
  /** How much worse than `entryPrice` the entry may be, in hundredths of a percent. */
  readonly maxSlippageBps?: number;
  /** SIMULATED, REPLAY and DEMO are not markets. */
  readonly market: string;
  /** Wall milliseconds left when the server said this; not a deadline to trade by. Missing: no end. */
  readonly expiresInMs?: number;
}

export interface Delivery {
  readonly id: string;
  readonly signalId: string;
  readonly account: string;
  readonly intent: 'ENTRY' | 'CLOSE';
  readonly state: string;
  readonly fence?: number;
  readonly clientOrderId?: string;
  readonly session?: string;
  readonly epoch?: number;
}

/** What a claim was answered with. */
export interface Grant {
  readonly deliveryId: string;
  readonly fence: number;
  readonly clientOrderId: string;
  /** Milliseconds from the moment the claim was SENT; missing for a CLOSE, which has no end. */
  readonly executeWithinMs?: number;
  readonly signal: Signal;
}

export interface OpenedSession {
  readonly id: string;
  readonly epoch: number;
  readonly leaseMs: number;
  readonly heartbeatMs: number;
  /** Where the event stream begins for this session. */
  readonly cursor: string;
  readonly inDoubt: readonly Delivery[];
  readonly halted: boolean;
}

export interface ListedSignal {
  readonly signal: Signal;
  readonly deliveries: readonly Delivery[];
}

/** The body of `POST /deliveries/{id}/reports`, as it is written to disk and sent, again and again if need be. */
export interface ReportBody {
  readonly report_id: string;
  readonly session: string;
  readonly epoch: number;
  readonly fence: number;
  readonly type: 'SUBMITTED' | 'PARTIAL' | 'FILLED' | 'REJECTED' | 'CANCELLED' | 'CLOSED' | 'NACK' | 'NOT_SENT';
  readonly leg: string;
  readonly order_id?: string;
  readonly client_order_id?: string;
  readonly qty?: number;
  readonly cum_qty?: number;
  readonly leaves_qty?: number;
  readonly price?: number;
  readonly avg_price?: number;
  readonly fee?: number;
  readonly fee_asset?: string;
  readonly venue_time?: string;
  readonly reason?: string;
  /** Durations by the monotonic clock, milliseconds. */
  readonly latency?: Readonly<Record<string, number>>;
}

export type Fields = Readonly<Record<string, unknown>>;

/** The members of a JSON object; none of anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

export function decodeSignal(value: unknown): Decoded<Signal> {
  return decode('signal', () => signalOf(value));
}

export function decodeGrant(value: unknown): Decoded<Grant> {
  return decode('grant', () => {
    const fields = fieldsOf(value);
    const signal = signalOf(fields.signal);
    const within = fields.execute_within_ms;
    if (within === null && signal.intent !== 'CLOSE') throw new Unreadable('execute_within_ms', within);
    return {
      deliveryId: text(fieldsOf(fields.delivery), 'id'),
      fence: number(fields, 'fence'),
      clientOrderId: text(fields, 'client_order_id'),
      ...(within === null ? {} : { executeWithinMs: number(fields, 'execute_within_ms') }),
      signal,
    };
  });
}

export function decodeSession(value: unknown): Decoded<OpenedSession> {
  return decode('session', () => {
    const fields = fieldsOf(value);
    return {
      id: text(fields, 'session'),
      epoch: number(fields, 'epoch'),
      leaseMs: number(fields, 'lease_ms'),
      heartbeatMs: number(fields, 'heartbeat_ms'),
      cursor: text(fields, 'cursor'),
      inDoubt: list(fields, 'in_doubt').map(deliveryOf),
      halted: fields.halted === true,
    };
  });
}

export function decodeDelivery(value: unknown): Decoded<Delivery> {
  return decode('delivery', () => deliveryOf(value));
}

export function decodeSignalPage(value: unknown): Decoded<{ signals: readonly ListedSignal[]; next?: string }> {
  return decode('signals', () => {
    const fields = fieldsOf(value);
    const signals = list(fields, 'signals').map((each) => {
      const deliveries = fieldsOf(each).deliveries;
      return { signal: signalOf(each), deliveries: Array.isArray(deliveries) ? deliveries.map(deliveryOf) : [] };
    });
    return { signals, ...(typeof fields.next === 'string' ? { next: fields.next } : {}) };
  });
}

class Unreadable extends Error {
  constructor(field: string, value: unknown) {
    super(`${field} cannot be ${String(JSON.stringify(value)).slice(0, 40)}`);
  }
}

function decode<T>(what: string, read: () => T): Decoded<T> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, problem: `${what}: ${error.message}` };
    throw error;
  }
}

function signalOf(value: unknown): Signal {
  const fields = fieldsOf(value);
  const { closes, accounts, max_slippage_bps: maxSlippageBps, expires_in_ms: expiresInMs } = fields;
  return {
    id: text(fields, 'id'),
    intent: oneOf(fields, 'intent', ['ENTRY', 'CLOSE']),
    ...(typeof closes === 'string' ? { closes } : {}),
    ...(Array.isArray(accounts) ? { accounts: accounts.map(String) } : {}),
    symbol: text(fields, 'symbol'),
    side: oneOf(fields, 'direction', ['BUY', 'SELL']),
    timeframe: text(fields, 'timeframe'),
    entryPrice: number(fields, 'entry_price'),
    stopLoss: number(fields, 'stop_loss'),
    takeProfit: number(fields, 'take_profit'),
    targets: [fields.tp1, fields.tp2, fields.tp3].filter((price) => typeof price === 'number'),
    leverage: number(fields, 'leverage'),
    strength: number(fields, 'signal_strength'),
    ...(isMissing(maxSlippageBps) ? {} : { maxSlippageBps: number(fields, 'max_slippage_bps') }),
    market: text(fields, 'market'),
    ...(isMissing(expiresInMs) ? {} : { expiresInMs: number(fields, 'expires_in_ms') }),
  };
}

function deliveryOf(value: unknown): Delivery {
  const fields = fieldsOf(value);
  const { fence, client_order_id: clientOrderId, session, epoch } = fields;
  return {
    id: text(fields, 'id'),
    signalId: text(fields, 'signal_id'),
    account: text(fields, 'account'),
    intent: oneOf(fields, 'intent', ['ENTRY', 'CLOSE']),
    state: text(fields, 'state'),
    ...(typeof fence === 'number' ? { fence } : {}),
    ...(typeof clientOrderId === 'string' ? { clientOrderId } : {}),
    ...(typeof session === 'string' ? { session } : {}),
    ...(typeof epoch === 'number' ? { epoch } : {}),
  };
}

const isMissing = (value: unknown): boolean => value === undefined || value === null;

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value === '') throw new Unreadable(name, value);
  return value;
}

function number(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Unreadable(name, value);
  return value;
}

function oneOf<const T extends string>(fields: Fields, name: string, allowed: readonly T[]): T {
  const value = fields[name];
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw new Unreadable(name, value);
  return found;
}

function list(fields: Fields, name: string): readonly unknown[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw new Unreadable(name, value);
  return value;
}
