import type { House } from '../../src/apps/house.ts';
import type { HttpReply, HttpRequest, ServerEvent } from '../../src/client/ports.ts';
import type { Books } from '../../src/core/delivery/books.ts';
import type { Effect } from '../../src/core/engine/effect.ts';
import type { MarketClock } from '../../src/ports/clock.ts';
import type { Journal } from '../../src/ports/journal.ts';
import type { Outlet } from '../../src/ports/outlet.ts';
import { EventTape } from './event-tape.ts';
import { Front } from './front.ts';
import type { Process } from './machine.ts';
import type { Witness } from './witness.ts';

export interface DoorMeans {
  readonly process: Process;
  readonly house: Pick<House, 'ask' | 'submit'>;
  readonly journal: Journal;
  /** The number of its last effect. */
  readonly lastSeq: number;
  /** The fold of what is on disk; not folded yet when the door is made. */
  readonly books: Books;
  readonly clock: MarketClock;
  readonly houseClock: Pick<MarketClock, 'nowMs'>;
  readonly witness: Witness;
  readonly newId: () => string;
}

/** How a house is reached from outside. */
export interface Door {
  /** Hears of every effect right behind the books, those that were there before as well. */
  folded(effect: Effect): void;
  /** Hears of every batch once it is on disk. */
  readonly outlet: Outlet;
  answer(request: HttpRequest): Promise<HttpReply>;
  subscribe(after: string | undefined, heard: (event: ServerEvent) => void): () => void;
}

export type OpenDoor = (means: DoorMeans) => Door | Promise<Door>;

/** The house is asked directly, and events are objects: what most worlds need, at a fifth of the cost. */
export function plainDoor(means: DoorMeans): Door {
  const { books, clock, journal, process, witness } = means;
  const events = new EventTape(journal.id, books);
  const front = new Front({ ...means, events, marketNowMs: () => clock.nowMs() });
  return {
    folded: (effect) => events.add(effect),
    outlet: { publish: () => events.tell() },
    answer: (request) => front.answer(request),
    subscribe: (after, heard) => {
      let cursor = after ?? events.cursor;
      if (events.after(cursor) === undefined) {
        cursor = events.cursor;
        heard({ type: 'reset', cursor, data: { reason: 'the cursor is not kept any more' } });
      } else {
        heard({ type: 'open', cursor, data: {} });
      }
      const push = (): void => {
        if (!process.isAlive) return;
        for (const event of events.after(cursor) ?? []) {
          cursor = event.cursor;
          witness.pushed(event);
          heard(event);
        }
      };
      push();
      return events.listen(push);
    },
  };
}
