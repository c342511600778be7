import { jsonText } from '../../contract/json-text.ts';
import type { ToldEvent } from '../../contract/v1/event-json.ts';
import type { Moment } from '../../core/delivery/moment.ts';
import type { EventLog } from './event-log.ts';
import { type Later, realLater } from './later.ts';
import { Broadcast, frame, type Stream } from './sse.ts';

/** How many events a reader that is behind is given at a time. */
const PAGE = 256;
/** With more than this unsent, a reader that is behind is waited for. */
const AHEAD_BYTES_MAX = 131_072;
/** A reader that is behind and takes nothing for this long is dropped. */
const PATIENCE_MS = 30_000;

/** What is in no hurry waits for so long, wall milliseconds, for others to be sent with. */
const TOGETHER_MS = 2;

export interface EventStreamsOptions {
  readonly log: EventLog;
  readonly now: () => Moment;
  /** Hears of events that were just handed to the system for every reader that is not behind. */
  readonly onPushed?: (events: readonly ToldEvent[]) => void;
  readonly onError: (error: unknown, what: string) => void;
  readonly later?: Later;
}

/**
 * Sends events to everybody who reads along. Who resumes is first given what it missed, at its own pace, and then joins
 * the others: no event is left out and none is repeated in between, because joining happens in one step.
 */
export class EventStreams {
  readonly #log: EventLog;
  readonly #now: () => Moment;
  readonly #onPushed: (events: readonly ToldEvent[]) => void;
  readonly #onError: EventStreamsOptions['onError'];
  readonly #live = new Set<Stream>();
  /** On disk and told, but not yet sent. */
  #unsent: ToldEvent[] = [];
  readonly #later: Later;
  /** How to prevent what is planned. */
  #sending: (() => void) | undefined;

  constructor({ log, now, onPushed = () => undefined, onError, later = realLater }: EventStreamsOptions) {
    this.#log = log;
    this.#now = now;
    this.#onPushed = onPushed;
    this.#onError = onError;
    this.#later = later;
    log.subscribe((events) => this.#hear(events));
  }

  /**
   * Serves a reader until it goes away.
   * @param after The cursor it wants to resume at, as it sent it; `undefined` to begin at the end.
   */
  serve(stream: Stream, after: string | undefined): void {
    stream.onClose(() => this.#live.delete(stream));
    const place = after === undefined ? undefined : this.#log.placeOf(after);
    if (place?.ok) {
      const cursor = this.#log.cursorOf(place.seq);
      stream.send(frame('open', jsonText({ cursor, oldest: this.#log.oldestCursor }), cursor));
      this.#catchUp(stream, place.seq).catch((error: unknown) => {
        this.#onError(error, 'event stream');
        stream.drop();
      });
      return;
    }
    const ends = { cursor: this.#log.cursor, oldest: this.#log.oldestCursor };
    stream.send(frame('open', jsonText(ends), this.#log.cursor));
    if (place !== undefined) this.#reset(stream, place.reason);
    this.#join(stream);
  }

  #reset(stream: Stream, reason: string): void {
    const { cursor, oldestCursor: oldest } = this.#log;
    stream.send(frame('reset', jsonText({ reason, cursor, oldest }), cursor));
  }

  async #catchUp(stream: Stream, fromSeq: number): Promise<void> {
    let seq = fromSeq;
    while (stream.open) {
      const missing = await this.#log.read(seq, PAGE);
      if (!stream.open) return;
      if (missing === undefined) {
        this.#reset(stream, 'what came next is not kept any more');
        this.#join(stream);
        return;
      }
      for (const event of missing) {
        stream.send(this.#textOf([event]));
        seq = event.seq;
        if (stream.unsentBytes > AHEAD_BYTES_MAX && !(await this.#taken(stream))) return;
      }
      // From here to the end of the loop nothing else runs: what is missing now is all that is missing.
      if (seq === this.#log.lastSeq && stream.open) {
        this.#join(stream);
        return;
      }
    }
  }

  /** @returns false when the reader has gone, or takes nothing any more */
  async #taken(stream: Stream): Promise<boolean> {
    let impatience: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      impatience = setTimeout(() => {
        stream.drop();
        resolve();
      }, PATIENCE_MS);
    });
    await Promise.race([stream.drained(), patience]);
    clearTimeout(impatience);
    return stream.open;
  }

  /** The others are at the end then, too. */
  #join(stream: Stream): void {
    this.#send();
    this.#live.add(stream);
  }

  /**
   * What an executor has to act on is in a hurry. Steps that it took itself are sent behind the answers to it, and in one
   * piece with what else becomes known meanwhile: what a stream costs is the writing, not the bytes.
   */
  #hear(events: readonly ToldEvent[]): void {
    for (const event of events) this.#unsent.push(event);
    if (events.some(isInHurry)) this.#send();
    else this.#sending ??= this.#later(TOGETHER_MS, () => this.#send());
  }

  #send(): void {
    this.#sending?.();
    this.#sending = undefined;
    const events = this.#unsent;
    if (events.length === 0) return;
    this.#unsent = [];
    if (this.#live.size > 0) {
      const piece = new Broadcast(this.#textOf(events));
      for (const stream of [...this.#live]) stream.send(piece);
    }
    this.#onPushed(events);
  }

  #textOf(events: readonly ToldEvent[]): string {
    const now = this.#now();
    return events.map((event) => frame(event.type, event.text(now), event.cursor)).join('');
  }
}

/** Claims, reports, and the end of a signal that they bring about: told to those who watch, and no news to who acts. */
const isInHurry = ({ effect }: ToldEvent): boolean =>
  effect.kind !== 'delivery_claimed' &&
  effect.kind !== 'delivery_reported' &&
  !(effect.kind === 'signal_ended' && effect.state === 'EXHAUSTED');
