import type { EventLog } from '../../adapters/http/event-log.ts';
import type { NoticeLevel } from '../../contract/notice/notice.ts';
import type { Mute } from '../../ports/operator.ts';
import type { House } from '../house.ts';

export interface JournaledMuteParts {
  readonly log: Pick<EventLog, 'book' | 'subscribe'>;
  readonly ask: House['ask'];
  readonly houseMs: () => number;
  /** It has ended, by its time or by a person, or may have ended while nobody was here. */
  readonly onOver: () => void;
  /** What kept `onOver` from being done: it is tried again with the next look. */
  readonly onTrouble: (error: unknown) => void;
}

/** What the journal says of it: a restart does not make it loud again, and whoever mutes it from elsewhere is heard here. */
export class JournaledMute implements Mute {
  readonly #parts: JournaledMuteParts;
  /** Until somebody has looked: one that ended while nobody was here still has its end before it. */
  #holds = true;
  #unsubscribe: (() => void) | undefined;

  constructor(parts: JournaledMuteParts) {
    this.#parts = parts;
  }

  get current(): Mute['current'] {
    const { log, houseMs } = this.#parts;
    return log.book.muteAt(houseMs());
  }

  /** Goes on until the end was looked at, so that what comes behind it is told behind it. */
  get below(): NoticeLevel | undefined {
    return this.#holds ? 'alarm' : undefined;
  }

  async set(untilMs: number | undefined, by: string): Promise<string | undefined> {
    try {
      const reply = await this.#parts.ask({ kind: 'mute', untilMs, by });
      return reply.ok ? undefined : reply.refusal.message;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  start(): void {
    this.#unsubscribe = this.#parts.log.subscribe((events) => {
      if (events.some(({ type }) => type === 'notices.muted')) this.look();
    });
    this.look();
  }

  /** Time has passed, or the journal says something new of it. */
  look(): void {
    const holds = this.current !== undefined;
    try {
      if (this.#holds && !holds) this.#parts.onOver();
      this.#holds = holds;
    } catch (error) {
      this.#parts.onTrouble(error);
    }
  }

  stop(): void {
    this.#unsubscribe?.();
  }
}
