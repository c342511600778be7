import { assert } from '../assert.ts';
import type { Books } from '../delivery/books.ts';
import { currentGrant, deliveryIdOf, isInFlight } from '../delivery/delivery.ts';
import type { Dispatcher } from '../delivery/dispatcher.ts';
import type { Instruction } from '../delivery/instruction.ts';
import type { Moment } from '../delivery/moment.ts';
import type { ExecutionReport, Leg } from '../delivery/report.ts';
import { PAPER_ACCOUNT, PAPER_INSTANCE, type Session } from '../delivery/session.ts';
import type { Effect } from '../engine/effect.ts';
import type { Book } from '../market/book.ts';
import type { Instrument } from '../market/instrument.ts';
import type { Quote } from '../market/quote.ts';
import type { Trade } from '../market/trade.ts';
import type { AccountStatement } from '../positions/ledgers.ts';
import type { ExitSettings } from '../positions/settings.ts';
import type { Sized } from '../risk/sizing.ts';
import { hash128 } from '../signals/signal-id.ts';
import { Random } from '../simulation/random.ts';
import { feeOf, fundingOf, latencyMs } from './costs.ts';
import { Holding } from './holding.ts';
import type { PaperFill } from './order.ts';
import { PaperVenue, wholeSteps } from './paper-venue.ts';
import type { PaperSettings } from './settings.ts';

export interface PaperTraderParts {
  readonly settings: PaperSettings;
  readonly exits: ExitSettings;
  readonly runAnchor: string;
  readonly books: Books;
  readonly take: Dispatcher['take'];
  readonly instrumentOf: (symbol: string) => Instrument | undefined;
  /** How much to trade of it, or why not. */
  readonly size: (instruction: Instruction, instrument: Instrument) => Sized | string;
}

const QUOTE_ASSET = 'USDT';
const TARGETS = ['TP1', 'TP2', 'TP3'] as const;
/** What order ids end with, as executors do it. */
const SUFFIX: Readonly<Record<Leg, string>> = { ENTRY: '', STOP: '-S', TP1: '-1', TP2: '-2', TP3: '-3', CLOSE: '' };

/**
 * Trades every signal on the account `paper`, as any executor does: claims it, sends an order to the paper venue, and reports
 * what came of it. What it knows of a position is what its reports say, so after a restart it goes on from the books. An
 * entry that was under way when the process ended is taken back: nothing executes while nobody is there.
 */
export class PaperTrader {
  readonly #parts: PaperTraderParts;
  readonly #venue: PaperVenue;
  /** By the entry's delivery. */
  readonly #holdings = new Map<string, Holding>();
  /** By order: whose it is, and which of its legs. */
  readonly #orders = new Map<string, { readonly holding: Holding; readonly leg: Leg }>();
  #isRestored = false;
  /** Symbols of what could not be taken up yet. */
  readonly #unlisted = new Set<string>();
  /** Of symbols that were delisted while something was open in them. */
  readonly #lastQuotes = new Map<string, Pick<Quote, 'bidPrice' | 'askPrice'>>();

  constructor(parts: PaperTraderParts) {
    this.#parts = parts;
    this.#venue = new PaperVenue(parts.settings, parts.runAnchor);
  }

  /** What is open by what it holds, and by what the venue filled; `undefined` while what was left is not taken up. */
  get statement(): AccountStatement | undefined {
    if (!this.#isRestored || this.#lacksInstrument) return undefined;
    const executor: Record<string, number> = {};
    for (const { symbol, side, open } of this.#holdings.values()) {
      if (open.qty > 0) executor[symbol] = (executor[symbol] ?? 0) + (side === 'buy' ? open.qty : -open.qty);
    }
    return { executor, venue: this.#venue.positions };
  }

  get #lacksInstrument(): boolean {
    if (this.#unlisted.size === 0) return false;
    return this.#parts.books.deliveries.positions
      .openOf(PAPER_ACCOUNT)
      .some(({ symbol }) => this.#unlisted.has(symbol));
  }

  isProtected(positionId: string): boolean {
    return this.#holdings.get(positionId)?.isProtected === true;
  }

  isWaiting(symbol: string): boolean {
    return this.#venue.isWaiting(symbol);
  }

  onTrade(trade: Trade, moment: Moment): void {
    this.#filled(this.#venue.onTrade(trade), moment);
  }

  onQuote(quote: Quote, moment: Moment): void {
    this.#filled(this.#venue.onQuote(quote), moment);
  }

  onBook(book: Book, moment: Moment): void {
    this.#filled(this.#venue.onBook(book), moment);
  }

  /** What was left in it can be taken up. */
  onListed(symbol: string): void {
    this.#lastQuotes.delete(symbol);
    if (this.#unlisted.delete(symbol)) this.#isRestored = false;
  }

  /**
   * Nobody watches it any more: what is under way in it is taken back, and what is open is closed at the last prices, because
   * no others will come.
   *
   * @param last `undefined`: there never was one, and a person has to settle what is open
   */
  onDelisted(symbol: string, last: Pick<Quote, 'bidPrice' | 'askPrice'> | undefined, moment: Moment): void {
    // What comes and goes within a second was never taken up.
    if (!this.#isRestored) this.#restore(moment);
    const held = [...this.#holdings.values()].filter((holding) => holding.symbol === symbol);
    if (held.length === 0) return;
    if (last !== undefined) this.#lastQuotes.set(symbol, last);
    const reason = `${symbol} is not watched any more`;
    for (const holding of held) {
      this.#withdraw(holding, reason, moment);
      const { signalId, open } = holding;
      const close = { kind: 'close', signalId, account: PAPER_ACCOUNT, reason, by: 'paper venue' } as const;
      if (open.qty > 0) this.#parts.take(close, moment);
    }
  }

  /** Takes up what was left by the process before, and takes back what has waited long enough. */
  onTime(moment: Moment): void {
    if (!this.#isRestored) this.#restore(moment);
    for (const [symbol, prices] of this.#lastQuotes) {
      if (!this.#venue.isWaiting(symbol)) {
        this.#lastQuotes.delete(symbol);
        continue;
      }
      // A size of 0 is one that nobody knows: it costs the slippage of what is not seen.
      const quote = { kind: 'quote', symbol, ...prices, bidSize: 0, askSize: 0, eventTimeMs: moment.atMs } as const;
      this.onQuote(quote, moment);
    }
    for (const holding of this.#holdings.values()) {
      if (!holding.isEntered && moment.atMs >= holding.expiresAtMs)
        this.#withdraw(holding, 'its time was over', moment);
    }
  }

  /** Something was decided. */
  heard(effect: Effect, moment: Moment): void {
    switch (effect.kind) {
      case 'signal_issued':
        this.#enter(effect.signal.signalId, moment);
        break;
      case 'signal_amended':
        this.#amended(effect.signalId);
        break;
      case 'close_issued':
        if (effect.accounts.includes(PAPER_ACCOUNT)) this.#close(effect.closeId, effect.signalId, moment);
        break;
      case 'signal_ended':
        if (effect.state === 'CANCELLED') this.#cancelled(effect.signalId, moment);
        break;
      case 'cancel_requested':
        this.#cancelled(effect.signalId, moment);
        break;
      case 'delivery_reported':
        if (effect.report.type === 'CLOSED') this.#settled(effect.deliveryId, moment);
        break;
      case 'risk_changed':
      case 'account_halted':
        if (effect.kind === 'risk_changed' ? effect.mode === 'ACTIVE' : effect.account !== PAPER_ACCOUNT) break;
        for (const holding of this.#holdings.values()) this.#withdraw(holding, effect.reason, moment);
        break;
      default:
    }
  }

  #restore(moment: Moment): void {
    this.#isRestored = true;
    for (const instruction of this.#parts.books.deliveries.unsettled) {
      const delivery = instruction.deliveries.get(PAPER_ACCOUNT);
      if (delivery?.intent === 'ENTRY' && !this.#holdings.has(delivery.deliveryId)) this.#recall(instruction, moment);
    }
    for (const { id, closes, deliveries } of this.#parts.books.deliveries.unsettled) {
      if (closes !== undefined && deliveries.has(PAPER_ACCOUNT)) this.#close(id, closes, moment);
    }
  }

  /**
   * An entry that was under way is taken back. What it opened is held from here on, as soon as its instrument is listed: in a
   * live market that is minutes after the first second.
   */
  #recall(instruction: Instruction, moment: Moment): void {
    const { books, instrumentOf } = this.#parts;
    const delivery = instruction.deliveries.get(PAPER_ACCOUNT);
    const grant = delivery && currentGrant(delivery.facts);
    // Executed by somebody else, before the paper venue held this account.
    if (delivery === undefined || grant === undefined) return;
    const { deliveryId } = delivery;
    const before = books.deliveries.positions.position(deliveryId);
    if (isInFlight(delivery)) {
      const filled = before === undefined ? { cumQty: 0 } : { cumQty: before.entryQty, avgPrice: before.entryPrice };
      const said = { type: 'CANCELLED', leg: 'ENTRY', ...filled, leavesQty: 0, reason: ENDED } as const;
      this.#report(deliveryId, grant.fence, { clientOrderId: grant.clientOrderId, ...said }, moment);
    }
    const position = books.deliveries.positions.position(deliveryId);
    if (position?.isOpen !== true) return;
    const { symbol } = instruction.signal;
    const instrument = instrumentOf(symbol);
    if (instrument === undefined) {
      this.#unlisted.add(symbol);
      return;
    }
    const holding = new Holding(instruction, delivery, position.entryQty, instrument);
    holding.isEntered = true;
    holding.recall(position);
    this.#holdings.set(holding.deliveryId, holding);
    this.#venue.recall(symbol, holding.side, position.openQty);
    if (holding.open.qty > 0) this.#protect(holding, moment);
  }

  #enter(signalId: string, moment: Moment): void {
    const { take, settings, size, instrumentOf } = this.#parts;
    const instruction = this.#instruction(signalId);
    const instrument = instrumentOf(instruction.signal.symbol);
    if (instrument === undefined) return;
    const { sessionId, epoch } = this.#session(moment);
    const claim = {
      kind: 'claim',
      signalId,
      sessionId,
      epoch,
      account: PAPER_ACCOUNT,
      key: 'paper',
      latency: {},
    } as const;
    const granted = take(claim, moment);
    if (!granted.ok) return;
    const { delivery, grant } = granted.value;
    const sized = size(instruction, instrument);
    if (typeof sized === 'string') {
      this.#report(delivery.deliveryId, grant.fence, { type: 'NACK', leg: 'ENTRY', reason: sized }, moment);
      return;
    }
    const holding = new Holding(instruction, delivery, sized.qty, instrument);
    this.#holdings.set(holding.deliveryId, holding);
    const { side, entryPrice } = instruction.signal;
    const away = side === 'buy' ? 1 : -1;
    const collarBps = instruction.maxSlippageBps ?? settings.maxSlippageBps;
    const price = entryPrice * (1 + (away * collarBps) / 1e4);
    this.#tell(holding, { type: 'SUBMITTED', leg: 'ENTRY', qty: sized.qty }, moment);
    const id = this.#own(holding, 'ENTRY');
    const activeAtMs = moment.atMs + this.#latencyMs(id);
    this.#venue.submit(
      { id, symbol: holding.symbol, side, type: 'market', qty: sized.qty, price, activeAtMs },
      instrument,
    );
  }

  /** What the signal opened is closed at the market; what was still to be opened of it is not. */
  #close(closeId: string, signalId: string, moment: Moment): void {
    const { take, books } = this.#parts;
    const entryId = deliveryIdOf(signalId, PAPER_ACCOUNT);
    if (!this.#isRestored && !this.#holdings.has(entryId)) {
      // Of an entry that is over nothing may be kept any more.
      const instruction = books.deliveries.instruction(signalId);
      if (instruction !== undefined) this.#recall(instruction, moment);
    }
    const held = this.#holdings.get(entryId);
    if (held !== undefined) this.#withdraw(held, 'to be closed', moment);
    const deliveryId = deliveryIdOf(closeId, PAPER_ACCOUNT);
    const delivery = books.deliveries.delivery(deliveryId);
    if (delivery === undefined || (delivery.state !== 'OFFERED' && !isInFlight(delivery))) return;
    const isOpen = books.deliveries.positions.position(entryId)?.isOpen === true;
    if (held === undefined && isOpen && this.#unlisted.has(delivery.symbol)) return;
    if (held === undefined || held.open.qty === 0) {
      // Claimed by the process before, and nothing is left to close.
      const grant = currentGrant(delivery.facts);
      if (grant !== undefined) {
        const report = { type: 'CANCELLED', leg: 'CLOSE', reason: 'the position was closed before' } as const;
        this.#report(deliveryId, grant.fence, report, moment);
      }
      return;
    }
    if (held.closing !== undefined) return;
    // Claimed by the process before, perhaps in a session that is over.
    let fence = currentGrant(delivery.facts)?.fence;
    if (fence === undefined) {
      const { sessionId, epoch } = this.#session(moment);
      const claim = { signalId: closeId, sessionId, epoch, account: PAPER_ACCOUNT, key: 'paper', latency: {} };
      const granted = take({ kind: 'claim', ...claim }, moment);
      if (!granted.ok) return;
      fence = granted.value.grant.fence;
    }
    held.closing = { closeId, fence, filled: { ...held.exitOf('CLOSE') } };
    const id = this.#own(held, 'CLOSE');
    const order = { id, symbol: held.symbol, side: held.exitSide, type: 'market', qty: held.open.qty } as const;
    const activeAtMs = moment.atMs + this.#latencyMs(`${closeId}${id}`);
    this.#venue.submit({ ...order, activeAtMs, reduces: held.open }, held.instrument);
  }

  #amended(signalId: string): void {
    const holding = this.#holdings.get(deliveryIdOf(signalId, PAPER_ACCOUNT));
    if (holding === undefined || !holding.isProtected) return;
    const { stopPrice, targetPrices } = this.#instruction(signalId).signal;
    this.#venue.move(holding.symbol, this.#orderId(holding, 'STOP'), stopPrice);
    for (const [index, leg] of TARGETS.entries()) {
      this.#venue.move(holding.symbol, this.#orderId(holding, leg), targetPrices[index]!);
    }
  }

  #cancelled(signalId: string, moment: Moment): void {
    const holding = this.#holdings.get(deliveryIdOf(signalId, PAPER_ACCOUNT));
    if (holding !== undefined) this.#withdraw(holding, 'the signal was cancelled', moment);
  }

  /** It was closed, and not here: a person has said at what price, because there were no others. */
  #settled(deliveryId: string, moment: Moment): void {
    const holding = this.#holdings.get(deliveryId);
    if (holding === undefined) {
      const { deliveries } = this.#parts.books;
      const signalId = deliveries.delivery(deliveryId)?.signalId;
      for (const { id, closes } of deliveries.unsettled) {
        if (closes !== undefined && closes === signalId) this.#close(id, closes, moment);
      }
      return;
    }
    this.#venue.recall(holding.symbol, holding.exitSide, holding.open.qty);
    holding.open.qty = 0;
    this.#end(holding, moment);
  }

  /** What was not filled of the entry is taken back. */
  #withdraw(holding: Holding, reason: string, moment: Moment): void {
    if (holding.isEntered) return;
    holding.isEntered = true;
    this.#drop(holding, 'ENTRY');
    const { qty, value } = holding.entry;
    const filled = qty === 0 ? {} : { avgPrice: value / qty };
    this.#tell(holding, { type: 'CANCELLED', leg: 'ENTRY', cumQty: qty, leavesQty: 0, ...filled, reason }, moment);
    if (qty === 0) this.#end(holding);
  }

  #filled(fills: readonly PaperFill[], moment: Moment): void {
    for (const [index, fill] of fills.entries()) {
      const order = this.#orders.get(fill.orderId);
      assert(order !== undefined, `paper: ${fill.orderId} was filled and is not known`);
      const { holding, leg } = order;
      if (leg === 'ENTRY') {
        this.#entered(holding, fill, moment);
        continue;
      }
      // The venue has taken all fills of this event off what is open: only the last of them ends the position.
      const isLast = !fills.slice(index + 1).some(({ orderId }) => this.#orders.get(orderId)?.holding === holding);
      this.#exited(holding, leg, fill, isLast, moment);
    }
  }

  #entered(holding: Holding, fill: PaperFill, moment: Moment): void {
    const { entry, open } = holding;
    if (entry.qty === 0) holding.openedMs = fill.atMs;
    entry.qty = this.#steps(holding, entry.qty + fill.qty);
    entry.value += fill.qty * fill.price;
    open.qty = this.#steps(holding, open.qty + fill.qty);
    const isWhole = fill.leavesQty === 0;
    if (isWhole) {
      holding.isEntered = true;
      this.#orders.delete(fill.orderId);
    }
    const type = isWhole ? 'FILLED' : 'PARTIAL';
    this.#tell(holding, { type, leg: 'ENTRY', ...this.#fillOf(fill, entry), leavesQty: fill.leavesQty }, moment);
    if (!holding.isProtected) this.#protect(holding, moment);
  }

  #protect(holding: Holding, { atMs, ...times }: Moment): void {
    const { exits } = this.#parts;
    const { stopPrice, targetPrices } = this.#instruction(holding.signalId).signal;
    const { symbol, exitSide: side, open } = holding;
    const { instrument } = holding;
    const whole = Math.max(holding.qty, open.qty);
    const place = (leg: Leg, type: 'stop' | 'limit', price: number, qty: number): void => {
      // After a restart some of it may be sold already.
      const left = this.#steps(holding, qty - (type === 'limit' && exits.ladder ? holding.exitOf(leg).qty : 0));
      if (left <= 0) return;
      const id = this.#own(holding, leg);
      this.#venue.submit({ id, symbol, side, type, qty: left, price, activeAtMs: atMs, reduces: open }, instrument);
    };
    place('STOP', 'stop', stopPrice, whole);
    const parts = this.#partsOf(whole, targetPrices, instrument);
    for (const [index, leg] of TARGETS.entries()) {
      if (parts[index]! > 0) place(leg, 'limit', targetPrices[index]!, parts[index]!);
    }
    holding.isProtected = true;
    this.#tell(holding, { type: 'SUBMITTED', leg: 'STOP', qty: whole, price: stopPrice }, { atMs, ...times });
  }

  /** What each target takes. A part too small to be an order goes to the last one. */
  #partsOf(qty: number, prices: readonly number[], { stepSize }: Instrument): readonly [number, number, number] {
    const { exits, settings } = this.#parts;
    if (!exits.ladder) return [0, qty, 0];
    const [first, second] = exits.ladderShares.map((share, index) => {
      const part = wholeSteps((qty * share) / 100, stepSize);
      return part * prices[index]! < settings.minNotional ? 0 : part;
    }) as [number, number, number];
    return [first, second, wholeSteps(qty - first - second, stepSize)];
  }

  #exited(holding: Holding, leg: Leg, fill: PaperFill, isLast: boolean, moment: Moment): void {
    const filled = holding.exitOf(leg);
    filled.qty = this.#steps(holding, filled.qty + fill.qty);
    filled.value += fill.qty * fill.price;
    const isOver = isLast && holding.open.qty === 0;
    const isWhole = fill.leavesQty === 0 || isOver;
    if (fill.leavesQty === 0) this.#orders.delete(fill.orderId);
    const { settings } = this.#parts;
    const value = fill.qty * holding.entryPrice;
    const funding = fundingOf({ side: holding.side, value, fromMs: holding.openedMs, toMs: fill.atMs }, settings);
    const told = { ...this.#fillOf(fill, filled), ...(funding !== 0 && { funding }) };
    this.#tell(
      holding,
      { type: isWhole ? 'FILLED' : 'PARTIAL', leg, ...told, leavesQty: isWhole ? 0 : fill.leavesQty },
      moment,
    );
    if (leg === 'CLOSE') this.#tellClose(holding, fill, isWhole, moment);
    if (!isOver) return;
    this.#withdraw(holding, 'its position is closed', moment);
    const { version, signal } = this.#instruction(holding.signalId);
    const reasons: Partial<Record<Leg, string>> = {
      STOP: version > 1 ? 'trailing' : 'sl',
      CLOSE: this.#closeReason(holding),
    };
    const price = fromTicksOf(holding.exitPrice);
    assert(signal.symbol === holding.symbol, 'paper: a holding keeps its signal');
    this.#tell(holding, { type: 'CLOSED', leg, avgPrice: price, leavesQty: 0, reason: reasons[leg] ?? 'tp' }, moment);
    this.#end(holding, moment);
  }

  #tellClose(holding: Holding, fill: PaperFill, isWhole: boolean, moment: Moment): void {
    const { closing } = holding;
    assert(closing !== undefined, 'paper: a close was filled that was never asked for');
    closing.filled.qty = this.#steps(holding, closing.filled.qty + fill.qty);
    closing.filled.value += fill.qty * fill.price;
    const { fee: _, ...told } = this.#fillOf(fill, closing.filled);
    const type = isWhole ? 'FILLED' : 'PARTIAL';
    const report = { type, leg: 'CLOSE', ...told, leavesQty: isWhole ? 0 : fill.leavesQty } as const;
    this.#report(deliveryIdOf(closing.closeId, PAPER_ACCOUNT), closing.fence, report, moment);
  }

  #closeReason({ closing }: Holding): string {
    return (closing && this.#instruction(closing.closeId).reason) ?? 'manual';
  }

  /** Nothing of it is left. */
  #end(holding: Holding, moment?: Moment): void {
    for (const leg of ['STOP', ...TARGETS] as const) this.#drop(holding, leg);
    const wasClosing = this.#drop(holding, 'CLOSE');
    this.#holdings.delete(holding.deliveryId);
    if (!wasClosing || moment === undefined || holding.closing === undefined) return;
    const { closeId, fence, filled } = holding.closing;
    const report = {
      type: 'CANCELLED',
      leg: 'CLOSE',
      cumQty: filled.qty,
      reason: 'the position was closed before',
    } as const;
    this.#report(deliveryIdOf(closeId, PAPER_ACCOUNT), fence, report, moment);
  }

  /** @returns whether it was still waiting */
  #drop(holding: Holding, leg: Leg): boolean {
    const id = this.#orderId(holding, leg);
    this.#orders.delete(id);
    return this.#venue.cancel(holding.symbol, id) !== undefined;
  }

  #fillOf({ qty, price, role, atMs }: PaperFill, filled: { readonly qty: number; readonly value: number }) {
    const fee = feeOf(qty * price, role, this.#parts.settings);
    const avgPrice = filled.value / filled.qty;
    return { qty, cumQty: filled.qty, price, avgPrice, fee, feeAsset: QUOTE_ASSET, venueTimeMs: atMs };
  }

  #tell(
    holding: Holding,
    report: Omit<ExecutionReport, 'reportId' | 'session' | 'epoch' | 'fence' | 'orderId'>,
    moment: Moment,
  ): void {
    const clientOrderId = `${holding.clientOrderId}${SUFFIX[report.leg]}`;
    this.#report(holding.deliveryId, holding.fence, { clientOrderId, ...report }, moment);
  }

  #report(
    deliveryId: string,
    fence: number,
    report: Omit<ExecutionReport, 'reportId' | 'session' | 'epoch' | 'fence'>,
    moment: Moment,
  ): void {
    const { books, take } = this.#parts;
    const { sessionId: session, epoch } = this.#session(moment);
    const count = books.deliveries.delivery(deliveryId)?.facts.reports.length ?? 0;
    const reportId = `paper-${fence}-${count + 1}`;
    take({ kind: 'report', deliveryId, report: { reportId, session, epoch, fence, ...report } }, moment);
  }

  #session(moment: Moment): Session {
    const { books, take, runAnchor } = this.#parts;
    const account = books.deliveries.account(PAPER_ACCOUNT)!;
    if (account.session?.instance === PAPER_INSTANCE) return account.session;
    const words = hash128(`${runAnchor}|paper|${account.epoch}`).map((word) => word.toString(16).padStart(8, '0'));
    const who = { sessionId: words.join('').slice(0, 16), consumer: 'paper venue', instance: PAPER_INSTANCE };
    const all = { account: PAPER_ACCOUNT, symbols: [], capabilities: [], takeover: true };
    const opened = take({ kind: 'open_session', ...who, ...all }, moment);
    assert(opened.ok, 'paper: the account can always be taken over');
    return opened.value.session;
  }

  #own(holding: Holding, leg: Leg): string {
    const id = this.#orderId(holding, leg);
    this.#orders.set(id, { holding, leg });
    return id;
  }

  readonly #orderId = ({ deliveryId }: Holding, leg: Leg): string => `${deliveryId}:${leg}`;

  /** The same for the same order, whatever else was drawn before. */
  #latencyMs(id: string): number {
    return latencyMs(Random.of(0, `latency|${this.#parts.runAnchor}|${id}`), this.#parts.settings);
  }

  #steps({ instrument: { stepSize } }: Holding, qty: number): number {
    return wholeSteps(qty + stepSize / 4, stepSize);
  }

  #instruction(id: string): Instruction {
    const instruction = this.#parts.books.deliveries.instruction(id);
    assert(instruction !== undefined, `paper: ${id} is not known`);
    return instruction;
  }
}

const ENDED = 'the process ended before it was filled';

/** As plain as a price can be written that is a mean of several. */
const fromTicksOf = (price: number): number => Number(price.toPrecision(15));
