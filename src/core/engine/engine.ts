import { Books } from '../delivery/books.ts';
import type { Command, Publish } from '../delivery/command.ts';
import { Dispatcher } from '../delivery/dispatcher.ts';
import type { Moment } from '../delivery/moment.ts';
import type { DeliveryRefusal } from '../delivery/refusal.ts';
import type { Replies } from '../delivery/reply.ts';
import { DEFAULT_ACCOUNT, PAPER_ACCOUNT } from '../delivery/session.ts';
import { type Explanation, explain } from '../fusion/explanation.ts';
import { type Decision, Fusion } from '../fusion/fusion.ts';
import type { Silence } from '../fusion/silence.ts';
import type { Bar } from '../market/bar.ts';
import type { Book } from '../market/book.ts';
import type { Quote } from '../market/quote.ts';
import { TIMEFRAME_MS, type Timeframe } from '../market/timeframe.ts';
import type { Side, Trade } from '../market/trade.ts';
import type { AccountStatement } from '../positions/ledgers.ts';
import { buildBracket } from '../risk/bracket.ts';
import { chooseLeverage } from '../risk/leverage.ts';
import type { Equity } from '../risk/risk-officer.ts';
import type { SignalVote } from '../signals/signal.ts';
import type { Opinion } from '../strategies/strategy.ts';
import { Census } from './census.ts';
import { Desk, type DeskView } from './desk.ts';
import type { Effect } from './effect.ts';
import type { EngineEvent, SignalDraft } from './event.ts';
import { type EngineSettings, signalTtlMs } from './settings.ts';
import { isSound } from './soundness.ts';
import { type HouseTime, Trading } from './trading.ts';

/** One instrument as people see it: the opinions, what fusion makes of them, and what else would stand in the way. */
export interface EngineView extends DeskView {
  /** One per timeframe, in the same order. */
  readonly explanations: readonly Explanation[];
  readonly lastSignalMs: number | undefined;
  /** What would silence a decision now, whatever it says. */
  readonly obstacles: readonly Silence[];
  readonly coolDownLeftMs: number;
}

/**
 * Events in, effects out: synchronous, deterministic, on one thread. The same settings and the same events give the
 * same effects, with the same ids. What it knows of signals is a book that changes by folding effects only, so a restart
 * that folds the journal stands where the engine stood; the indicators warm up again from market data.
 */
export class Engine {
  readonly #settings: EngineSettings;
  readonly #fusion: Fusion;
  readonly #census: Census;
  readonly #books: Books;
  readonly #dispatcher: Dispatcher;
  readonly #desks = new Map<string, Desk>();
  readonly #trading: Trading | undefined;
  /** House time of the event under way; `undefined` where market time is all there is. */
  #houseTime: HouseTime | undefined;
  /** When the last command was asked. */
  #asked: Moment | undefined;
  /** Market time before which a decision comes too late to be a signal. */
  #liveFromMs = 0;
  /** What must not be acted on: a symbol, or `undefined` for everything. */
  readonly #doubted = new Set<string | undefined>();

  /** @param books What was before, folded from the journal; they belong to the engine from here on. */
  constructor(settings: EngineSettings, books = new Books()) {
    this.#settings = settings;
    this.#fusion = new Fusion(
      settings.seats.map((seat) => seat.weight),
      settings.fusion,
    );
    this.#census = new Census(settings.seats.map((seat) => seat.definition.name));
    this.#books = books;
    const { runAnchor, trading } = settings;
    this.#dispatcher = new Dispatcher(books, runAnchor, trading === undefined ? undefined : OWN_ACCOUNTS);
    if (trading !== undefined) {
      const deskOf = (symbol: string): Desk | undefined => this.#desks.get(symbol);
      this.#trading = new Trading({ settings: trading, runAnchor, books, dispatcher: this.#dispatcher, deskOf });
    }
  }

  /** What was counted since the start: answers, silences, problems. */
  get census(): Census {
    return this.#census;
  }

  instrument(symbol: string): Desk['instrument'] | undefined {
    return this.#desks.get(symbol)?.instrument;
  }

  /** The account of the paper venue as it stands; `undefined` where nothing is traded on paper. */
  equity(): Equity | undefined {
    return this.#trading?.equity();
  }

  /** What a position of this side could be closed at; `undefined` while nobody knows. */
  exitPrice(symbol: string, side: Side): number | undefined {
    return this.#desks.get(symbol)?.exitPrice(side);
  }

  /** Positions on paper that no stop protects at this moment. */
  get unprotected(): readonly string[] {
    return this.#trading?.unprotected ?? [];
  }

  /** What the paper trader and its venue say is open; `undefined` where nothing is traded on paper. */
  statement(): AccountStatement | undefined {
    return this.#trading?.trader.statement;
  }

  /**
   * Runs to completion.
   * @param time of the house; market time where it is not given, so that a tape alone says everything
   * @returns the effects of this event, in order; mostly none
   */
  apply(event: EngineEvent, time?: HouseTime): readonly Effect[] {
    this.#houseTime = time;
    switch (event.kind) {
      case 'trade':
        if (this.#believes(event) && this.#deskOf(event)?.onTrade(event)) this.#trading?.onTrade(event, time);
        break;
      case 'quote':
        if (this.#believes(event) && this.#deskOf(event)?.onQuote(event)) this.#trading?.onQuote(event, time);
        break;
      case 'book':
        if (this.#believes(event) && this.#deskOf(event)?.onBook(event)) this.#trading?.onBook(event, time);
        break;
      case 'bar':
        this.#deskOf(event)?.onRecordedBar(event);
        break;
      case 'clock':
        this.#advanceTo(event.eventTimeMs);
        this.#dispatcher.expire(event.eventTimeMs);
        this.#census.passTo(event.eventTimeMs);
        this.#trading?.onClock(event.eventTimeMs, time);
        break;
      case 'gap':
        for (const desk of this.#desks.values()) {
          if (event.symbol === undefined || event.symbol === desk.instrument.symbol) desk.onGap(event.toMs);
        }
        this.#dispatcher.recordGap({
          symbol: event.symbol,
          fromMs: event.fromMs,
          toMs: event.toMs,
          reason: event.reason,
        });
        break;
      case 'catch_up':
        this.#liveFromMs = Math.max(this.#liveFromMs, event.untilMs);
        this.#census.fromMs = this.#liveFromMs;
        break;
      case 'instrument':
        this.#list(event.instrument);
        this.#trading?.onListed(event.instrument.symbol);
        break;
      case 'delisted':
        this.#trading?.onDelisted(event.symbol, event.eventTimeMs, time);
        this.#desks.delete(event.symbol);
        this.#doubted.delete(event.symbol);
        break;
      case 'doubt':
        if (event.reason === undefined) this.#doubted.delete(event.symbol);
        else this.#doubted.add(event.symbol);
        break;
      case 'acknowledge':
        this.#dispatcher.acknowledge(event.stampUs, event.eventTimeMs);
        break;
      case 'propose':
        this.#dispatcher.expire(event.eventTimeMs);
        if (!this.#dispatcher.isHalted(DEFAULT_ACCOUNT)) {
          this.#dispatcher.issue(event.draft, event.eventTimeMs, event.ttlMs, 'proposed');
        }
        break;
    }
    return this.#settle(event, time);
  }

  get symbols(): readonly string[] {
    return [...this.#desks.keys()];
  }

  /** What there is to see of one instrument, for people; `undefined` when it is not watched. Looking changes nothing. */
  look(symbol: string, nowMs: number): EngineView | undefined {
    const desk = this.#desks.get(symbol);
    if (desk === undefined) return undefined;
    const { seats, fusion, signals } = this.#settings;
    const weights = seats.map(({ weight }) => weight);
    const view = desk.look(nowMs);
    const lastSignalMs = this.#books.signals.lastIssuedMs(symbol);
    const coolMs = lastSignalMs === undefined ? 0 : lastSignalMs + signals.coolDownSeconds * 1000 - nowMs;
    const hasPrice = desk.entryPrice('buy', nowMs, signals.maxPriceAgeSeconds * 1000) !== undefined;
    return {
      ...view,
      explanations: view.timeframes.map(({ opinions }) => explain(opinions, weights, fusion)),
      lastSignalMs,
      obstacles: [
        ...(nowMs < this.#liveFromMs ? (['catching_up'] as const) : []),
        ...(this.#dispatcher.isHalted(DEFAULT_ACCOUNT) ? (['halted'] as const) : []),
        ...(coolMs > 0 ? (['cool_down'] as const) : []),
        ...(hasPrice ? [] : (['stale_price'] as const)),
        ...this.#riskObstacles(desk, nowMs),
      ],
      coolDownLeftMs: Math.max(0, coolMs),
    };
  }

  /** What risk has against any entry here now; what it has against one of a certain size only a decision can tell. */
  #riskObstacles(desk: Desk, nowMs: number): readonly Silence[] {
    if (this.#trading === undefined) return [];
    const { mode } = this.#books.deliveries.risk.state;
    const byMode = { ACTIVE: undefined, REDUCING: 'risk_reducing', HALTED: 'risk_halted' } as const;
    return [byMode[mode], desk.objection(nowMs)].filter((silence) => silence !== undefined);
  }

  /** Closed bars, oldest first; none of what is not watched. */
  bars(symbol: string, timeframe: Timeframe, barsMax: number): readonly Bar[] {
    return this.#desks.get(symbol)?.bars(timeframe, barsMax) ?? [];
  }

  /** Answers a command at once. Its effects, and those of time that has passed, wait for `drain`. */
  take<C extends Command>(command: C, moment: Moment): Replies[C['kind']];
  take(command: Command, moment: Moment): Replies[Command['kind']] {
    this.#asked = moment;
    if (command.kind === 'kill') {
      const { net, unpriced } = this.#trading?.equity() ?? { net: 0, unpriced: [] };
      const isHalted = this.#books.deliveries.risk.state.mode !== 'ACTIVE';
      if (command.action === 'resume' && isHalted && unpriced.length > 0) {
        const unknown = `the price of what is open in ${[...new Set(unpriced)].join(', ')} is not known yet`;
        const message = `Losses are measured anew from a resume, and ${unknown}: try again when it is, or settle it.`;
        return { ok: false, refusal: { code: 'stale_market', message } };
      }
      return this.#dispatcher.take({ ...command, net }, moment);
    }
    if (command.kind !== 'publish') return this.#dispatcher.take(command, moment);
    const { timeframe } = command.draft;
    const ttlMs = command.ttlMs ?? signalTtlMs(timeframe, this.#settings.signals) / moment.speed;
    const published = { ...command, ttlMs };
    // One that is known already is answered as it was, whatever the market says by now.
    const refusal = this.#books.deliveries.instruction(command.signalId) ? undefined : this.#offMarket(command, moment);
    return refusal === undefined ? this.#dispatcher.take(published, moment) : { ok: false, refusal };
  }

  /** The effects of `take`, in order. */
  drain(): readonly Effect[] {
    const first = this.#dispatcher.drain();
    return first.length === 0 || this.#trading === undefined ? first : this.#follow(first, this.#asked!);
  }

  #settle(event: EngineEvent, time: HouseTime | undefined): readonly Effect[] {
    const first = this.#dispatcher.drain();
    if (this.#trading === undefined) return first;
    if (first.length === 0 && event.kind !== 'clock') return first;
    const eventMs = 'eventTimeMs' in event ? event.eventTimeMs : event.kind === 'bar' ? event.closeTimeMs : 0;
    const atMs = Math.max(eventMs, this.#books.signals.latestMs);
    return this.#follow(first, { atMs, wallMs: time?.wallMs ?? atMs, speed: time?.speed ?? 1 });
  }

  /** Whatever was decided is heard in the process itself, which may decide more. */
  #follow(first: readonly Effect[], moment: Moment): readonly Effect[] {
    const effects: Effect[] = [];
    const trading = this.#trading!;
    let fresh = first;
    for (;;) {
      for (const effect of fresh) effects.push(effect);
      if (fresh.length > 0) trading.heard(fresh, moment);
      else trading.watch(moment);
      const wasQuiet = fresh.length === 0;
      fresh = this.#dispatcher.drain();
      if (fresh.length === 0 && wasQuiet) return effects;
    }
  }

  /** Whoever publishes it: a price that the market does not know is a mistake somewhere. */
  #offMarket({ draft }: Publish, { atMs }: Moment): DeliveryRefusal | undefined {
    const { signals, unpriced } = this.#settings;
    if (unpriced === true) return undefined;
    const desk = this.#desks.get(draft.symbol);
    if (desk === undefined) {
      const message = `${draft.symbol} is not watched here, so nothing can be said of its price.`;
      return { code: 'unknown_symbol', message };
    }
    const price = desk.entryPrice(draft.side, atMs, signals.maxPriceAgeSeconds * 1000);
    if (price === undefined) {
      const message = `The last price of ${draft.symbol} is older than ${signals.maxPriceAgeSeconds} s.`;
      return { code: 'stale_market', message };
    }
    const percent = (Math.abs(draft.entryPrice - price) / price) * 100;
    if (percent <= signals.maxEntryDistancePercent) return undefined;
    const message =
      `The entry ${draft.entryPrice} is ${percent.toFixed(2)} % away from the market at ${price}; ` +
      `${signals.maxEntryDistancePercent} % is allowed (signals.maxEntryDistancePercent).`;
    return { code: 'price_off_market', message };
  }

  #believes(event: Trade | Quote | Book): boolean {
    if (isSound(event)) return true;
    this.#census.countProblem(`impossible ${event.kind}`);
    return false;
  }

  #deskOf({ symbol }: { readonly symbol: string }): Desk | undefined {
    const desk = this.#desks.get(symbol);
    if (desk === undefined) this.#census.countProblem('unknown instrument');
    return desk;
  }

  /** All desks together, moment by moment: one that ran ahead would push the stamps of the others' decisions forward. */
  #advanceTo(nowMs: number): void {
    for (;;) {
      let dueMs = nowMs;
      for (const desk of this.#desks.values()) dueMs = Math.min(dueMs, desk.dueMs);
      for (const desk of this.#desks.values()) desk.advanceTo(dueMs);
      if (dueMs === nowMs) return;
    }
  }

  #list(instrument: Desk['instrument']): void {
    if (this.#desks.has(instrument.symbol)) return;
    const desk = new Desk(instrument, this.#settings, this.#fusion, this.#census, (...decision) => {
      const silence = this.#consider(...decision);
      if (silence === undefined) this.#census.countSignal();
      else this.#census.countSilence(silence);
    });
    this.#desks.set(instrument.symbol, desk);
  }

  /** From a decision to a signal. @returns what spoke against it, if anything */
  #consider(
    desk: Desk,
    timeframe: Timeframe,
    decision: Decision,
    opinions: readonly Opinion[],
    nowMs: number,
  ): Silence | undefined {
    const { signals, bracket: bracketSettings, leverage: leverageSettings, seats } = this.#settings;
    const { symbol, tickSize } = desk.instrument;
    if (nowMs < this.#liveFromMs) return 'catching_up';
    if (this.#doubted.has(undefined) || this.#doubted.has(symbol)) return 'degraded_feed';
    // A decision closes what stands on the other side, whatever speaks against a new entry.
    this.#trading?.onDecision(symbol, decision.side, nowMs, this.#houseTime);
    if (this.#dispatcher.isHalted(DEFAULT_ACCOUNT)) return 'halted';
    const lastMs = this.#books.signals.lastIssuedMs(symbol) ?? Number.NEGATIVE_INFINITY;
    if (nowMs - lastMs < signals.coolDownSeconds * 1000) return 'cool_down';
    const price = desk.entryPrice(decision.side, nowMs, signals.maxPriceAgeSeconds * 1000);
    if (price === undefined) return 'stale_price';
    const { side } = decision;
    const request = { side, price, tickSize, timeframe, sigmaPerSecond: desk.sigmaPerSecond };
    const bracket = buildBracket(request, bracketSettings);
    if (typeof bracket === 'string') return bracket;
    const leverage = chooseLeverage({ ...decision, tickSize }, bracket, leverageSettings);
    if (typeof leverage === 'string') return leverage;
    const { entryPrice, stopPrice } = bracket;
    const candidate = { symbol, side, entryPrice, stopPrice, targetPrice: bracket.targetPrices[1], leverage };
    const objection = this.#trading && (desk.objection(nowMs) ?? this.#trading.risk.judge(candidate, nowMs));
    if (objection !== undefined) return objection;

    const votes: SignalVote[] = [];
    opinions.forEach((opinion, seat) => {
      if (opinion.side !== side) return;
      const { definition, weight } = seats[seat]!;
      const strength = Math.round(opinion.strength * 10) / 10;
      votes.push({ strategy: definition.name, weight, side, strength, reason: String(opinion.reason) });
    });
    const barMs = TIMEFRAME_MS[timeframe];
    const barOpenMs = Math.floor(nowMs / barMs) * barMs;
    const ttlMs = signalTtlMs(timeframe, signals);
    const draft: SignalDraft = {
      symbol,
      side,
      timeframe,
      entryPrice: bracket.entryPrice,
      stopPrice: bracket.stopPrice,
      targetPrices: bracket.targetPrices,
      leverage,
      strength: decision.strength,
      consensus: decision.consensus,
      strategiesAgree: decision.strategiesAgree,
      votes,
      reasons: [
        `${votes.length} of ${seats.length} strategies agree on ${side}, ${decision.consensus.toFixed(1)} % of the weight`,
        ...votes.map((vote) => `${vote.strategy} ${vote.strength.toFixed(0)}: ${vote.reason}`),
      ],
      market: this.#settings.market,
    };
    this.#dispatcher.issue(draft, nowMs, ttlMs, `${barOpenMs}`);
    return undefined;
  }
}

/** Accounts whose executor is this process itself. */
const OWN_ACCOUNTS: ReadonlySet<string> = new Set([PAPER_ACCOUNT]);
