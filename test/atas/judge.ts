import { markOf } from './comments.ts';
import { DUST, nakedStretches } from './naked.ts';
import type { Delivery, FillView, LoopRecord, OrderView, Report, SignalRecord, Span } from './records.ts';

export interface Verdict {
  /** Entry orders that the exchange accepted. */
  readonly entries: number;
  readonly doubleEntries: number;
  readonly orphanExits: number;
  readonly nakedMsMax: number;
  readonly inDoubt: number;
  readonly ledgersEqual: boolean;
  /** Each a sentence with the ids to look for. */
  readonly problems: readonly string[];
}

const OVER = ['CLOSED', 'REJECTED', 'CANCELLED', 'DECLINED', 'NOT_SENT', 'EXPIRED', 'HALTED', 'ACKED_LEGACY'];
/** Prices and fees are compared to this share: the wire has plain numbers, the exchange decimals. */
const SHARE = 1e-6;

/** Nothing more is to come of it; `IN_DOUBT` is a matter for a person. */
export function isEnded({ intent, state }: Delivery): boolean {
  return OVER.includes(state) || state === 'IN_DOUBT' || (intent === 'CLOSE' && state === 'FILLED');
}

/** At rest: holds the exchange's ledger against the server's deliveries, order for order. */
export function judge(record: LoopRecord): Verdict {
  const books = new Books(record);
  const problems: string[] = [];
  const different: string[] = [];
  const doubled = [...books.entriesById].filter(([, orders]) => orders.length > 1);
  for (const [id, orders] of doubled) problems.push(`${id} was entered ${orders.length} times`);
  const orphans = books.orders.filter((order) => order.state === 'Working' && markOf(order.comment) !== undefined);
  for (const { comment, orderId } of orphans) problems.push(`${comment} (${orderId}) still works at rest`);
  const naked = nakedStretches(record, books.bracketOf, books.isEntry);
  const nakedMsMax = Math.max(0, ...naked.map(({ ms }) => ms));
  for (const { clientOrderId, ms } of naked) {
    if (ms > record.graceMs) problems.push(`${clientOrderId} was without a stop for ${ms} ms`);
  }
  for (const delivery of books.deliveries) {
    if (delivery.reason === '') problems.push(`${delivery.id} is ${delivery.state} without a reason`);
    if (!isEnded(delivery)) problems.push(`${delivery.id} is ${delivery.state} at rest: ${pathOf(delivery)}`);
    different.push(...differences(delivery, books));
  }
  different.push(...books.strangers());
  const inDoubt = books.deliveries.filter(({ state }) => state === 'IN_DOUBT').length;
  return {
    entries: [...books.entriesById.values()].flat().length,
    doubleEntries: doubled.length,
    orphanExits: orphans.length,
    nakedMsMax,
    inDoubt,
    ledgersEqual: different.length === 0,
    problems: [...problems, ...different],
  };
}

/** Both sides, looked up by what they share: the client order id and the exchange's order id. */
class Books {
  readonly orders: readonly OrderView[];
  readonly deliveries: readonly Delivery[];
  readonly entriesById = new Map<string, OrderView[]>();
  readonly #fills = new Map<string, FillView[]>();
  readonly #reports = new Map<string, Report[]>();
  readonly #byClientId = new Map<string, Delivery>();
  readonly #closes = new Map<string, string>();
  readonly #away: readonly Span[];

  constructor({ ledger, signals, away }: LoopRecord) {
    this.#away = away;
    const newest = new Map<string, OrderView>();
    for (const { order, fill } of ledger) {
      if (order !== null) newest.set(order.orderId, order);
      if (fill !== null) this.#fills.set(fill.orderId, [...this.fillsOf(fill.orderId), fill]);
    }
    this.orders = [...newest.values()];
    this.deliveries = signals.flatMap(({ deliveries }) => deliveries);
    for (const report of this.deliveries.flatMap(({ history }) => history.flatMap((step) => step.report ?? []))) {
      const { order_id: orderId, type } = report;
      if (orderId === undefined || type === 'CLOSED') continue;
      this.#reports.set(orderId, [...this.reportsOf(orderId), report]);
    }
    for (const delivery of this.deliveries) {
      if (delivery.client_order_id !== undefined) this.#byClientId.set(delivery.client_order_id, delivery);
    }
    this.#linkCloses(signals);
    for (const order of this.orders) {
      if (!this.isEntry(order.comment) || order.state === 'Rejected') continue;
      const id = markOf(order.comment)!.clientOrderId;
      this.entriesById.set(id, [...(this.entriesById.get(id) ?? []), order]);
    }
  }

  /** The entry's client order id that an order belongs to: that of a CLOSE is another, and counts to what it closes. */
  readonly bracketOf = (comment: string | null): string | undefined => {
    const id = markOf(comment)?.clientOrderId;
    return id === undefined ? undefined : (this.#closes.get(id) ?? id);
  };

  readonly isEntry = (comment: string | null): boolean => {
    const mark = markOf(comment);
    return mark !== undefined && mark.leg === undefined && !this.#closes.has(mark.clientOrderId);
  };

  fillsOf(orderId: string): readonly FillView[] {
    return this.#fills.get(orderId) ?? [];
  }

  /** All orders of a bracket, of whatever state. */
  ordersOf(clientOrderId: string): readonly OrderView[] {
    return this.orders.filter(({ comment }) => this.bracketOf(comment) === clientOrderId);
  }

  /** What was reported of an order, but for the end of the position. */
  reportsOf(orderId: string): readonly Report[] {
    return this.#reports.get(orderId) ?? [];
  }

  /** How much of it is reported as traded. */
  reportedOf(orderId: string): number {
    return this.reportsOf(orderId).reduce((sum, report) => sum + tradedIn(report), 0);
  }

  /** All fills of a bracket, of its entry or of everything else. */
  fillsOfBracket(clientOrderId: string, ofEntry: boolean): readonly FillView[] {
    return this.ordersOf(clientOrderId)
      .filter(({ comment }) => this.isEntry(comment) === ofEntry)
      .flatMap(({ orderId }) => this.fillsOf(orderId));
  }

  /** What a person closed of a bracket between its first fill and its last. */
  closedByHand(fills: readonly FillView[]): number {
    const times = fills.map(({ time }) => Date.parse(time));
    const [fromMs, toMs] = [Math.min(...times), Math.max(...times)];
    const isMeanwhile = ({ time }: FillView): boolean => Date.parse(time) >= fromMs && Date.parse(time) <= toMs;
    const theirs = this.orders
      .filter(({ comment }) => markOf(comment) === undefined)
      .flatMap(({ orderId }) => this.fillsOf(orderId))
      .filter(isMeanwhile);
    const added = theirs.filter(({ side }) => side === fills[0]?.side);
    return quantityOf(theirs) - 2 * quantityOf(added);
  }

  /** Nobody could see this fill with its price: the platform was away, and a broker has no history to ask. */
  isUnseen({ time }: FillView): boolean {
    const atMs = Date.parse(time);
    return this.#away.some(({ fromMs, toMs }) => atMs >= fromMs - UNDER_WAY_MS && atMs <= toMs);
  }

  /** Orders of ours at the exchange that no delivery knows. */
  strangers(): readonly string[] {
    return this.orders.flatMap(({ comment, orderId }) => {
      const id = markOf(comment)?.clientOrderId;
      return id === undefined || this.#byClientId.has(id)
        ? []
        : [`the server knows nothing of ${comment} (${orderId})`];
    });
  }

  #linkCloses(signals: readonly SignalRecord[]): void {
    const entryIds = new Map<string, string>();
    for (const { id, deliveries } of signals) {
      const entryId = deliveries.find(({ intent }) => intent === 'ENTRY')?.client_order_id;
      if (entryId !== undefined) entryIds.set(id, entryId);
    }
    for (const { closes, deliveries } of signals) {
      if (closes === undefined) continue;
      for (const { client_order_id: id } of deliveries) {
        if (id !== undefined) this.#closes.set(id, entryIds.get(closes) ?? id);
      }
    }
  }
}

/** What the exchange has told before a kill and nobody had heard yet. */
const UNDER_WAY_MS = 1_500;

function differences(delivery: Delivery, books: Books): readonly string[] {
  const id = delivery.client_order_id;
  if (delivery.intent === 'CLOSE' || id === undefined || delivery.state === 'IN_DOUBT') return [];
  const entries = books.fillsOfBracket(id, true);
  const exits = books.fillsOfBracket(id, false);
  const entered = quantityOf(entries);
  // An exit that closed too much is taken back by an order in the entry's direction.
  const isBack = ({ side }: FillView): boolean => side === entries[0]?.side;
  const exited = quantityOf(exits) - 2 * quantityOf(exits.filter(isBack));
  const found: string[] = [];
  const isFilled = delivery.state === 'FILLED' || delivery.state === 'CLOSED';
  if (isFilled !== entered > 0) found.push(`${id} is ${delivery.state}, and the exchange filled ${entered} of it`);
  if (!isFilled || entered === 0) return found;
  const { filled_qty: filled = 0 } = delivery;
  if (!isSame(filled, entered) && !isFoundAsDifference(delivery, entered, books))
    found.push(`${id}: ${filled} filled, ${entered} at the exchange`);
  const isByHand = delivery.reason === 'manual' || isSame(exited + books.closedByHand([...entries, ...exits]), entered);
  if (delivery.state === 'CLOSED' && !isByHand && !isSame(exited, entered)) {
    found.push(`${id} is closed with ${exited} of ${entered}`);
  }
  const seen = [...entries, ...exits].every((fill) => !books.isUnseen(fill));
  if (!seen) return found;
  const price = entries.reduce((sum, fill) => sum + fill.price * fill.quantity, 0) / entered;
  if (!isSame(delivery.avg_price, price))
    found.push(`${id}: entered at ${delivery.avg_price}, ${price} at the exchange`);
  return [...found, ...orderDifferences(id, books)];
}

/**
 * The platform was away while an exit filled. When it comes back the broker shows the position alone, and by exactly as much
 * as nobody had heard of exits, less of the entry is found in it.
 */
function isFoundAsDifference(delivery: Delivery, entered: number, books: Books): boolean {
  const { client_order_id: id = '', filled_qty: filled = 0, history } = delivery;
  if (filled <= 0 || !history.some(({ report }) => report?.reason === 'found_after_restart')) return false;
  const entry = books.ordersOf(id).find(({ comment }) => books.isEntry(comment));
  let unheard = 0;
  for (const order of books.ordersOf(id)) {
    if (books.isEntry(order.comment)) continue;
    const quantity = quantityOf(books.fillsOf(order.orderId)) - books.reportedOf(order.orderId);
    // An exit that closed too much is taken back by an order in the entry's direction.
    unheard += order.side === entry?.side ? -quantity : quantity;
  }
  return unheard > 0 && isSame(filled, entered - unheard);
}

/** Each order of the bracket that traded was reported with what it traded, and its fees. */
function orderDifferences(id: string, books: Books): readonly string[] {
  const found: string[] = [];
  for (const order of books.ordersOf(id)) {
    const fills = books.fillsOf(order.orderId);
    const reported = books.reportedOf(order.orderId);
    if (!isSame(reported, quantityOf(fills))) {
      found.push(`${order.comment} (${order.orderId}): ${reported} reported, ${quantityOf(fills)} traded`);
    }
    const fee = books.reportsOf(order.orderId).reduce((sum, report) => sum + (report.fee ?? 0), 0);
    const charged = fills.reduce((sum, fill) => sum + fill.fee, 0);
    if (!isSame(fee, charged)) found.push(`${order.comment}: fee ${fee} reported, ${charged} charged`);
  }
  return found;
}

/** What became of it so far, for whoever has to find out why that was not its end. */
const pathOf = ({ history }: Delivery): string =>
  history.map(({ state, at, report }) => `${state} ${at}${report ? ` (${report.type} ${report.leg})` : ''}`).join(', ');

/** `qty` of a report on a fill is what came in addition. */
function tradedIn({ type, qty = 0 }: Report): number {
  return type === 'PARTIAL' || type === 'FILLED' || type === 'CANCELLED' ? qty : 0;
}

const quantityOf = (fills: readonly FillView[]): number => fills.reduce((sum, { quantity }) => sum + quantity, 0);

function isSame(one: number | undefined, other: number): boolean {
  return one !== undefined && Math.abs(one - other) <= Math.max(DUST, Math.abs(other) * SHARE);
}
