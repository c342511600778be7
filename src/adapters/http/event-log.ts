import { setImmediate } from 'node:timers/promises';
import { cursorText, EventTeller, parseCursor, type ToldEvent } from '../../contract/v1/event-json.ts';
import { assert } from '../../core/assert.ts';
import { DeliveryBook } from '../../core/delivery/delivery-book.ts';
import type { Effect } from '../../core/engine/effect.ts';
import type { Journal } from '../../ports/journal.ts';
import type { Outlet } from '../../ports/outlet.ts';

/** How many of the newest events stay in memory. */
export const EVENTS_KEPT = 4_096;
/** Effects that are folded at a time while somebody reads the far past: nobody else waits longer than that. */
const FOLDED_AT_ONCE = 256;

export interface EventLogOptions {
  readonly journal: Pick<Journal, 'id' | 'base' | 'read'>;
  /** Number of the last effect in the journal: only the newest before it are told, the others only folded. */
  readonly lastSeq: number;
  readonly keep?: number;
}

/** Where a reader stands, or why it cannot stand there. */
export type Place =
  | { readonly ok: true; readonly seq: number }
  /** `malformed`: no cursor at all. Otherwise a cursor that once was good: the reader takes a snapshot and goes on. */
  | { readonly ok: false; readonly malformed: boolean; readonly reason: string };

/**
 * The journal as events, one each, in its order. The newest are in memory, told once for everybody; older ones are
 * folded again from the journal. Its book is what the API reads from: the two never tell different stories.
 */
export class EventLog implements Outlet {
  readonly #journal: EventLogOptions['journal'];
  readonly #keep: number;
  readonly #teller: EventTeller;
  readonly #recent: ToldEvent[] = [];
  readonly #listeners = new Set<(events: readonly ToldEvent[]) => void>();
  readonly #past: PastEvents;
  #lastSeq: number;

  private constructor(journal: EventLogOptions['journal'], keep: number) {
    this.#journal = journal;
    this.#keep = keep;
    this.#past = new PastEvents(journal);
    this.#lastSeq = journal.base.seq;
    this.#teller = new EventTeller(journal.id, bookAtBase(journal));
  }

  /** Reads the whole journal once: before anybody appends to it. */
  static async open({ journal, lastSeq, keep = EVENTS_KEPT }: EventLogOptions): Promise<EventLog> {
    const log = new EventLog(journal, keep);
    for await (const effect of journal.read(journal.base.seq)) {
      log.#lastSeq = effect.seq;
      if (effect.seq > lastSeq - keep) log.#recent.push(log.#teller.tell(effect));
      else log.#teller.pass(effect);
    }
    return log;
  }

  /** The API's own fold of what is on disk. */
  get book(): DeliveryBook {
    return this.#teller.book;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  get cursor(): string {
    return this.cursorOf(this.#lastSeq);
  }

  /** Events after this one can still be read. */
  get oldestCursor(): string {
    return this.cursorOf(this.#journal.base.seq);
  }

  get oldestSeq(): number {
    return this.#journal.base.seq;
  }

  cursorOf(seq: number): string {
    return cursorText(this.#journal.id, seq);
  }

  publish(effects: readonly Effect[]): void {
    const events = effects.map((effect) => {
      assert(effect.seq === this.#lastSeq + 1, `event log: seq ${effect.seq} does not follow ${this.#lastSeq}`);
      this.#lastSeq = effect.seq;
      return this.#teller.tell(effect);
    });
    this.#recent.push(...events);
    // Moving the array costs as much as it is long, so it is not done for every event.
    if (this.#recent.length >= 2 * this.#keep) this.#recent.splice(0, this.#recent.length - this.#keep);
    for (const listener of this.#listeners) listener(events);
  }

  /** @returns how to stop hearing */
  subscribe(listener: (events: readonly ToldEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Where a cursor that somebody sent points to. */
  placeOf(text: string): Place {
    const cursor = parseCursor(text);
    if (cursor === undefined) {
      return { ok: false, malformed: true, reason: 'a cursor is <journal id>:<seq>, as an answer gave it' };
    }
    const lost = (reason: string): Place => ({ ok: false, malformed: false, reason });
    if (cursor.journalId !== this.#journal.id) return lost('the cursor is of another journal');
    if (cursor.seq < this.#journal.base.seq) return lost('what came after the cursor is not kept any more');
    if (cursor.seq > this.#lastSeq) return lost('the cursor is beyond the end of the journal: it was restored');
    return { ok: true, seq: cursor.seq };
  }

  /** Events after `seq`, oldest first, when all of them are in memory. */
  recent(seq: number, limit = Number.POSITIVE_INFINITY): readonly ToldEvent[] | undefined {
    const firstSeq = this.#lastSeq - this.#recent.length + 1;
    if (seq + 1 < firstSeq) return undefined;
    const from = seq + 1 - firstSeq;
    return this.#recent.slice(from, Math.min(this.#recent.length, from + limit));
  }

  /** The same from anywhere in the journal; `undefined` when they are gone. */
  async read(seq: number, limit: number): Promise<readonly ToldEvent[] | undefined> {
    const recent = this.recent(seq, limit);
    if (recent !== undefined) return recent;
    return this.#past.read(seq, limit);
  }
}

/** Tells old events as they were told: folds the journal again up to them. One reader after the other. */
class PastEvents {
  readonly #journal: EventLogOptions['journal'];
  #underway: Promise<unknown> = Promise.resolve();
  /** Where the reader before stopped: the next page begins there. */
  #stand: { readonly seq: number; readonly teller: EventTeller } | undefined;

  constructor(journal: EventLogOptions['journal']) {
    this.#journal = journal;
  }

  read(seq: number, limit: number): Promise<readonly ToldEvent[] | undefined> {
    const turn = this.#underway.then(async () => {
      // Retention may cut off what is being folded. What the reader wants may still be there: begin at the new base.
      for (;;) {
        const baseSeq = this.#journal.base.seq;
        const events = await this.#read(seq, limit);
        if (events !== undefined || this.#journal.base.seq === baseSeq || seq < this.#journal.base.seq) return events;
      }
    });
    // Whoever asked hears of a failure; who comes next only has to know that it is over.
    this.#underway = turn.then(nothing, nothing);
    return turn;
  }

  async #read(afterSeq: number, limit: number): Promise<readonly ToldEvent[] | undefined> {
    const stand = this.#stand;
    this.#stand = undefined;
    const usable = stand !== undefined && stand.seq <= afterSeq && stand.seq >= this.#journal.base.seq;
    const teller = usable ? stand.teller : new EventTeller(this.#journal.id, bookAtBase(this.#journal));
    let seq = usable ? stand.seq : this.#journal.base.seq;
    if (afterSeq < seq) return undefined;
    const events: ToldEvent[] = [];
    let folded = 0;
    for await (const effect of this.#journal.read(seq)) {
      // Retention has cut while we were reading.
      if (effect.seq !== seq + 1) return undefined;
      seq = effect.seq;
      if (seq > afterSeq) events.push(teller.tell(effect));
      else teller.pass(effect);
      if (events.length >= limit) break;
      folded += 1;
      if (folded % FOLDED_AT_ONCE === 0) await setImmediate();
    }
    this.#stand = { seq, teller };
    return events;
  }
}

const bookAtBase = ({ base }: Pick<Journal, 'base'>): DeliveryBook => new DeliveryBook(base.delivery);

const nothing = (): undefined => undefined;
