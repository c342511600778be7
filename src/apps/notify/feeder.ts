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
/** How long it waits before it writes again what could not be written. */
const RETRY_MS = 5_000;

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
  /** What else the summary of a day says. */
  readonly daily: () => Notice['rows'];
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
  #unsubscribe: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pumping: Promise<void> | undefined;
  #stopped = false;

  constructor(parts: FeederParts) {
    const { log, journalId, store, clock, market, priceDecimals } = parts;
    this.#parts = parts;
    this.#context = {
      ...{ journalId, market, priceDecimals },
      instruction: (id) => log.book.instruction(id),
      delivery: (id) => log.book.delivery(id),
    };
    const heard = store.heard(journalId);
    // What was before anybody was to be told of it is history. So is what a restored journal has lost again.
    this.#seq = heard === undefined || heard.seq > log.lastSeq ? log.lastSeq : heard.seq;
    this.#tally = (heard?.memory as DayTally | undefined) ?? emptyTally(dayOf(clock.nowMs()));
  }

  start(): void {
    this.#unsubscribe = this.#parts.log.subscribe(() => this.#soon(TOGETHER_MS));
    this.#soon(0);
  }

  /** Time has passed: a day may be over. */
  tick(): void {
    if (dayOf(this.#parts.clock.nowMs()) > this.#tally.day) this.#soon(0);
  }

  /** Something that is not in the journal. Throws when it cannot be written. */
  tell(...notices: readonly Notice[]): void {
    this.#hear(notices, undefined);
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
    const events = await log.read(this.#seq, EVENTS_AT_ONCE);
    if (events === undefined) {
      // Retention was faster. What is gone cannot be told any more, but that it is gone can.
      const oldestSeq = Math.max(log.oldestSeq, this.#seq + 1);
      const gone = goneNotice({ journalId, market, nowMs, count: oldestSeq - this.#seq, seq: oldestSeq });
      this.#commit([gone], oldestSeq, this.#tally);
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
    this.#commit(notices, this.#seq + events.length, tally);
  }

  #endDay(today: number): void {
    if (today <= this.#tally.day && this.#parts.store.heard(this.#context.journalId) !== undefined) return;
    const isOver = today > this.#tally.day;
    this.#commit(isOver ? [this.#summary(this.#tally)] : [], this.#seq, isOver ? emptyTally(today) : this.#tally);
  }

  #summary(tally: DayTally): Notice {
    const { journalId, market, houseMs, daily } = this.#parts;
    return daySummary(tally, { journalId, market, nowMs: houseMs(), more: daily() });
  }

  #commit(notices: readonly Notice[], seq: number, tally: DayTally): void {
    this.#hear(notices, { id: this.#parts.journalId, heard: { seq, memory: tally } });
    this.#seq = seq;
    this.#tally = tally;
  }

  #hear(all: readonly Notice[], journal: Parameters<OutboxStore['hear']>[0]['journal']): void {
    const { store, recipients } = this.#parts;
    const notices: { channel: string; notice: Notice }[] = [];
    const untold: { channel: string; untold: Untold }[] = [];
    for (const { channel, level, mutedBelow } of recipients) {
      const muted = mutedBelow();
      for (const notice of all.filter((each) => isAtLeast(each.level, level))) {
        if (muted === undefined || isAtLeast(notice.level, muted)) notices.push({ channel, notice });
        else untold.push({ channel, untold: { why: 'muted', count: 1, fromMs: notice.atMs, toMs: notice.atMs } });
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
