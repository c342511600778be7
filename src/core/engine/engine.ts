import { type Decision, Fusion } from '../fusion/fusion.ts';
import type { Silence } from '../fusion/silence.ts';
import { TIMEFRAME_MS, type Timeframe } from '../market/timeframe.ts';
import { buildBracket } from '../risk/bracket.ts';
import { chooseLeverage } from '../risk/leverage.ts';
import type { Signal, SignalVote } from '../signals/signal.ts';
import { expiryOf, SignalBook } from '../signals/signal-book.ts';
import { signalIdOf } from '../signals/signal-id.ts';
import type { Opinion } from '../strategies/strategy.ts';
import { Census } from './census.ts';
import { Desk } from './desk.ts';
import type { Effect } from './effect.ts';
import type { EngineEvent, SignalDraft } from './event.ts';
import { type EngineSettings, signalTtlMs } from './settings.ts';

/** An effect before it has its number. */
type Unnumbered<E extends Effect = Effect> = E extends Effect ? Omit<E, 'seq'> : never;

/**
 * Events in, effects out: synchronous, deterministic, on one thread. The same settings and the same events give the
 * same effects, with the same ids. What it knows of signals is a book that changes by folding effects only, so a restart
 * that folds the journal stands where the engine stood; the indicators warm up again from market data.
 */
export class Engine {
  readonly #settings: EngineSettings;
  readonly #fusion: Fusion;
  readonly #census: Census;
  readonly #book: SignalBook;
  readonly #desks = new Map<string, Desk>();
  /** Market time before which a decision comes too late to be a signal. */
  #liveFromMs = 0;
  #effects: Effect[] = [];

  /** @param book What was before, folded from the journal; it belongs to the engine from here on. */
  constructor(settings: EngineSettings, book = new SignalBook()) {
    this.#settings = settings;
    this.#fusion = new Fusion(
      settings.seats.map((seat) => seat.weight),
      settings.fusion,
    );
    this.#census = new Census(settings.seats.map((seat) => seat.definition.name));
    this.#book = book;
  }

  /** What was counted since the start: answers, silences, problems. */
  get census(): Census {
    return this.#census;
  }

  /** Runs to completion. @returns the effects of this event, in order; mostly none */
  apply(event: EngineEvent): readonly Effect[] {
    switch (event.kind) {
      case 'trade':
        this.#deskOf(event)?.onTrade(event);
        break;
      case 'quote':
        this.#deskOf(event)?.onQuote(event);
        break;
      case 'book':
        this.#deskOf(event)?.onBook(event);
        break;
      case 'bar':
        this.#deskOf(event)?.onRecordedBar(event);
        break;
      case 'clock':
        this.#advanceTo(event.eventTimeMs);
        this.#expire(event.eventTimeMs);
        break;
      case 'gap':
        for (const desk of this.#desks.values()) {
          if (event.symbol === undefined || event.symbol === desk.instrument.symbol) desk.onGap(event.toMs);
        }
        this.#emit({
          kind: 'gap_recorded',
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
        break;
      case 'acknowledge':
        this.#acknowledge(event.stampUs, event.eventTimeMs);
        break;
      case 'propose':
        this.#expire(event.eventTimeMs);
        this.#issue(event.draft, event.eventTimeMs, event.ttlMs, 'proposed');
        break;
    }
    if (this.#effects.length === 0) return NO_EFFECTS;
    const effects = this.#effects;
    this.#effects = [];
    return effects;
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
      if (silence !== undefined) this.#census.countSilence(silence);
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
    const lastMs = this.#book.lastIssuedMs(symbol) ?? Number.NEGATIVE_INFINITY;
    if (nowMs - lastMs < signals.coolDownSeconds * 1000) return 'cool_down';
    const price = desk.entryPrice(decision.side, nowMs, signals.maxPriceAgeSeconds * 1000);
    if (price === undefined) return 'stale_price';
    const { side } = decision;
    const request = { side, price, tickSize, timeframe, sigmaPerSecond: desk.sigmaPerSecond };
    const bracket = buildBracket(request, bracketSettings);
    if (typeof bracket === 'string') return bracket;
    const leverage = chooseLeverage({ ...decision, tickSize }, bracket, leverageSettings);
    if (typeof leverage === 'string') return leverage;

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
    this.#issue(draft, nowMs, ttlMs, `${barOpenMs}`);
    return undefined;
  }

  /** One live signal per symbol: the newer supersedes. */
  #issue(draft: SignalDraft, nowMs: number, ttlMs: number, bar: string): void {
    this.#expire(nowMs);
    for (const older of this.#book.open.filter((signal) => signal.symbol === draft.symbol)) {
      const reason = `a newer signal of ${draft.symbol} took its place`;
      this.#emit({ kind: 'signal_ended', signalId: older.signalId, state: 'SUPERSEDED', reason, atMs: nowMs });
    }
    const { symbol, timeframe, side } = draft;
    const identity = [this.#settings.runAnchor, symbol, timeframe, side, bar].join('|');
    const signal: Signal = {
      signalId: signalIdOf(nowMs, identity),
      stampUs: Math.max(nowMs * 1000, this.#book.lastStampUs + 1),
      ...draft,
      expiresAtMs: nowMs + ttlMs,
    };
    this.#emit({ kind: 'signal_issued', signal });
  }

  #acknowledge(stampUs: number, nowMs: number): void {
    this.#expire(nowMs);
    const signal = this.#book.open.find((open) => open.stampUs === stampUs);
    if (signal === undefined) return;
    const reason = 'a client of the guide acknowledged it';
    this.#emit({ kind: 'signal_ended', signalId: signal.signalId, state: 'ACKED_LEGACY', reason, atMs: nowMs });
  }

  #expire(nowMs: number): void {
    if (this.#book.open.length === 0) return;
    for (const signal of this.#book.open.filter((open) => open.expiresAtMs <= nowMs)) {
      this.#emit({ kind: 'signal_ended', signalId: signal.signalId, ...expiryOf(signal) });
    }
  }

  #emit(effect: Unnumbered): void {
    const numbered = { seq: this.#book.lastSeq + 1, ...effect } as Effect;
    this.#book.apply(numbered);
    this.#effects.push(numbered);
  }
}

const NO_EFFECTS: readonly Effect[] = [];
