import { formatInstant } from '../../../contract/instant.ts';
import { decimal, Verbatim } from '../../../contract/json-text.ts';
import { eventQuery } from '../../../contract/v1/event.ts';
import type { EventLog } from '../event-log.ts';
import type { Later } from '../later.ts';
import type { DeliveryDesk } from './desk.ts';
import { answer, type Handler, malformed, queryOf, refused } from './handler.ts';
import { cursorGone, startOf } from './pages.ts';

const WAIT_SECONDS_MAX = 30;
/** How many may wait for an event at a time. */
const WAITERS_MAX = 256;

/** Events by cursor, the time, and what is measured. */
export function eventHandlers(desk: DeliveryDesk): Readonly<Record<string, Handler>> {
  const waiters = new Waiters(desk.log, desk.later);
  return {
    'GET /api/v1/events': async (request) => {
      const query = queryOf(eventQuery, request);
      if (!query.ok) return malformed(query.problem);
      const { after, wait = 0, limit = 100 } = query.value;
      const start = after === undefined ? desk.log.oldestSeq : startOf(desk.log, after);
      if (typeof start !== 'number') return start;
      if (start === desk.log.lastSeq && wait > 0) {
        const waited = waiters.wait(Math.min(wait, WAIT_SECONDS_MAX) * 1_000, request.gone);
        if (waited === undefined) return refused('too_many_requests', 'Too many requests wait for an event already.');
        await waited;
      }
      const events = await desk.log.read(start, limit);
      if (events === undefined) return cursorGone(desk.log, 'what came after the cursor is not kept any more');
      const now = desk.now();
      const cursor = events.at(-1)?.cursor ?? desk.log.cursorOf(start);
      return answer(200, { events: events.map((event) => new Verbatim(event.text(now))), cursor });
    },

    'GET /api/v1/time': async () => {
      const { atMs, wallMs } = desk.now();
      return answer(200, {
        server_time_us: Math.round(wallMs * 1_000),
        house_time: formatInstant(wallMs),
        market_time: formatInstant(atMs),
        speed: decimal(desk.speed),
        cursor: desk.log.cursor,
        oldest_cursor: desk.log.oldestCursor,
        market: desk.market.label,
      });
    },

    'GET /api/v1/metrics': async () => ({
      status: 200,
      body: await desk.metrics.text(),
      type: desk.metrics.contentType,
    }),
  };
}

/** Who waits for the next event: all of them are woken by it. */
class Waiters {
  readonly #waking = new Set<() => void>();
  readonly #later: Later;

  constructor(log: EventLog, later: Later) {
    this.#later = later;
    log.subscribe(() => {
      for (const wake of [...this.#waking]) wake();
    });
  }

  /** @returns `undefined` when too many wait already */
  wait(ms: number, gone: AbortSignal | undefined): Promise<void> | undefined {
    if (this.#waking.size >= WAITERS_MAX) return undefined;
    return new Promise((resolve) => {
      const wake = () => {
        this.#waking.delete(wake);
        giveUp();
        gone?.removeEventListener('abort', wake);
        resolve();
      };
      const giveUp = this.#later(ms, wake);
      this.#waking.add(wake);
      gone?.addEventListener('abort', wake);
      if (gone?.aborted === true) wake();
    });
  }
}
