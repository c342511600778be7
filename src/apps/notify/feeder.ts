import type { EventLog } from '../../adapters/http/event-log.ts';
import {
  type DayTally,
  dayOf,
  dayReached,
  daySummary,
  emptyTally,
  withEffect,
} from '../../contract/notice/day-tally.ts';
import { type NoticeContext, noticeOf } from '../../contract/notice/effect-notice.ts';
import { isAtLeast, type Notice, type NoticeLevel } from '../../contract/notice/notice.ts';
import type { MarketClock } from '../../ports/clock.ts';
import type { OutboxStore, Untold } from '../../ports/outbox-store.ts';

/** Events come together for so long: they share a write. */
const TOGETHER_MS = 50;
const EVENTS_AT_ONCE = 256;
/** Whoever was away for longer is told how much happened, and not all of it, house milliseconds. */
const AWAY_MS = 3_600_000;
/** So often it is written down that somebody listens, though nothing happens. */
const PRESENT_EVERY_MS = 60_000;
/** How long it waits before it writes again what could not be written. */
const RETRY_MS = 5_000;

/** Kept with how far the journal was heard. */
interface Memory {
  readonly tally: DayTally;
  /** House time at which somebody last listened. */
  readonly presentMs: number;
}

/** Who is told from which level on, at this moment. */
export interface Recipient {
  readonly channel: string;
  /** What is below is not for this one. */
  readonly level: NoticeLevel;
  /** What is below is kept from it for now, and counted. */
  readonly mutedBelow: () => NoticeLevel | undefined;
  readonly wake: () => void;
}

export interface FeederParts {
  readonly log: Pick<EventLog, 'subscribe' | 'read' | 'book' | 'lastSeq' | 'oldestSeq'>;
  readonly journalId: string;
  readonly store: OutboxStore;
  readonly recipients: readonly Recipient[];
  readonly clock: Pick<MarketClock, 'nowMs'>;
  readonly houseMs: () => number;
  readonly market: string;
  readonly priceDecimals: NoticeContext['priceDecimals'];
  /** What else the summary of a day says; days since 1970. */
  readonly daily: (day: number) => Notice['rows'];
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Takes what happened from the journal to the outbox. How far it came is written together with what is to be told, so
 * after a kill it goes on where it was: nothing is left out, nothing is told twice. Nobody waits for it.
 */
export class Feeder {
  readonly #parts: FeederParts;
  readonly #context: Omit<NoticeContext, 'nowMs'>;
  #seq: number;
  #tally: DayTally;
  #presentMs: number;
  /** Up to here everything is stale: nobody was told of it for long. */
  readonly #staleSeq: number;
  #unsubscribe: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pumping: Promise<void> | undefined;
  #stopped = false;

  constructor(parts: FeederParts) {
    const { log, journalId, store, clock, houseMs, market, priceDecimals } = parts;
    this.#parts = parts;
    this.#context = {
      ...{ journalId, market, priceDecimals },
      instruction: (id) => log.book.instruction(id),
      delivery: (id) => log.book.delivery(id),
      position: (id) => log.book.positions.position(id),
    };
    const heard = store.heard(journalId);
    // What was before anybody was to be told of it is history. So is what a restored journal has lost again.
    this.#seq = heard === undefined || heard.seq > log.lastSeq ? log.lastSeq : heard.seq;
    const memory = heard?.memory as Memory | undefined;
    this.#tally = memory?.tally ?? emptyTally(dayOf(clock.nowMs()));
    this.#presentMs = memory?.presentMs ?? houseMs();
    this.#staleSeq = houseMs() - this.#presentMs > AWAY_MS ? log.lastSeq : 0;
  }

  start(): void {
    this.#unsubscribe = this.#parts.log.subscribe(() => this.#soon(TOGETHER_MS));
    this.#soon(0);
  }

  /** Time has passed: a day may be over. */
  tick(): void {
    const { clock, houseMs } = this.#parts;
    if (dayOf(clock.nowMs()) > this.#tally.day || houseMs() - this.#presentMs > PRESENT_EVERY_MS) this.#soon(0);
  }

  /** Something that is not in the journal. Throws when it cannot be written. */
  tell(...notices: readonly Notice[]): void {
    this.#hear(notices, { isStale: false, journal: undefined });
  }

  /** Takes what is there by now, and stops. */
  async stop(): Promise<void> {
    this.#unsubscribe?.();
    await this.#pumping;
    await this.#pump();
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #soon(ms: number): void {
    if (this.#stopped || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#pumping ??= this.#pump().finally(() => {
        this.#pumping = undefined;
      });
    }, ms);
  }

  async #pump(): Promise<void> {
    try {
      while (this.#seq < this.#parts.log.lastSeq) await this.#page();
      this.#endDay(dayOf(this.#parts.clock.nowMs()));
    } catch (error) {
      this.#parts.onTrouble(error);
      this.#soon(RETRY_MS);
    }
  }

  async #page(): Promise<void> {
    const { log, journalId, market, houseMs } = this.#parts;
    const nowMs = houseMs();
    const isStale = this.#seq < this.#staleSeq;
    const limit = isStale ? Math.min(EVENTS_AT_ONCE, this.#staleSeq - this.#seq) : EVENTS_AT_ONCE;
    const events = await log.read(this.#seq, limit);
    if (events === undefined) {
      // Retention was faster. What is gone cannot be told any more, but that it is gone can.
      const oldestSeq = Math.max(log.oldestSeq, this.#seq + 1);
      const gone = goneNotice({ journalId, market, nowMs, count: oldestSeq - this.#seq, seq: oldestSeq });
      this.#commit([gone], oldestSeq, this.#tally, false);
      return;
    }
    const notices: Notice[] = [];
    let tally = this.#tally;
    for (const { effect } of events) {
      const day = dayReached(tally, effect);
      if (day > tally.day) {
        notices.push(this.#summary(tally));
        tally = emptyTally(day);
      }
      tally = withEffect(tally, effect);
      const notice = noticeOf(effect, { ...this.#context, nowMs });
      if (notice !== undefined) notices.push(notice);
    }
    this.#commit(notices, this.#seq + events.length, tally, isStale);
  }

  /** Ends the day when it is over, and writes down that somebody listens. */
  #endDay(today: number): void {
    const { journalId, store, houseMs } = this.#parts;
    const isKnown = houseMs() - this.#presentMs <= PRESENT_EVERY_MS && store.heard(journalId) !== undefined;
    if (today <= this.#tally.day && isKnown) return;
    const isOver = today > this.#tally.day;
    this.#commit(
      isOver ? [this.#summary(this.#tally)] : [],
      this.#seq,
      isOver ? emptyTally(today) : this.#tally,
      false,
    );
  }

  #summary(tally: DayTally): Notice {
    const { journalId, market, houseMs, daily } = this.#parts;
    return daySummary(tally, { journalId, market, nowMs: houseMs(), more: daily(tally.day) });
  }

  #commit(notices: readonly Notice[], seq: number, tally: DayTally, isStale: boolean): void {
    const presentMs = this.#parts.houseMs();
    const memory: Memory = { tally, presentMs };
    this.#hear(notices, { isStale, journal: { id: this.#parts.journalId, heard: { seq, memory } } });
    this.#seq = seq;
    this.#tally = tally;
    this.#presentMs = presentMs;
  }

  #hear(
    all: readonly Notice[],
    how: { readonly isStale: boolean; readonly journal: Parameters<OutboxStore['hear']>[0]['journal'] },
  ): void {
    const { store, recipients } = this.#parts;
    const { isStale, journal } = how;
    const notices: { channel: string; notice: Notice }[] = [];
    const untold: { channel: string; untold: Untold }[] = [];
    for (const { channel, level, mutedBelow } of recipients) {
      const muted = mutedBelow();
      for (const notice of all.filter((each) => isAtLeast(each.level, level))) {
        const { atMs } = notice;
        const why = isStale && notice.level !== 'alarm' && notice.kind !== 'daily' ? 'away' : 'muted';
        const isKept = why === 'away' || (muted !== undefined && !isAtLeast(notice.level, muted));
        if (isKept) untold.push({ channel, untold: { why, count: 1, fromMs: atMs, toMs: atMs } });
        else notices.push({ channel, notice });
      }
    }
    if (notices.length + untold.length === 0 && journal === undefined) return;
    store.hear({ notices, untold, ...(journal !== undefined && { journal }) });
    for (const { wake } of recipients) wake();
  }
}

function goneNotice(gone: {
  readonly journalId: string;
  readonly market: string;
  readonly nowMs: number;
  readonly count: number;
  readonly seq: number;
}): Notice {
  const { journalId, market, nowMs, count, seq } = gone;
  return {
    ...{ key: `gone:${journalId}:${seq}`, kind: 'not_told', level: 'alarm', market },
    title: `${count} events were not told`,
    ...{ rows: [], remarks: ['They were dropped from the journal before they could be told.'] },
    ...{ atMs: nowMs, madeMs: nowMs },
  };
}
