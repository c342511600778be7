import type { Command } from '../../../core/delivery/command.ts';
import { Leases } from '../../../core/delivery/leases.ts';
import type { Moment } from '../../../core/delivery/moment.ts';
import type { Replies } from '../../../core/delivery/reply.ts';
import type { ApiHouse } from '../api-house.ts';
import type { EventLog } from '../event-log.ts';
import type { Later } from '../later.ts';
import { type DeliveryAnswer, refused, refusedBy } from './handler.ts';
import type { LatencyLedger } from './latency-ledger.ts';
import type { DeliveryMetrics } from './metrics.ts';

export interface DeskParts {
  readonly house: Pick<ApiHouse, 'ask' | 'clock' | 'houseClock' | 'market' | 'journalId' | 'trading' | 'channels'>;
  readonly log: EventLog;
  readonly ledger: LatencyLedger;
  readonly metrics: DeliveryMetrics;
  /** 16 hex characters that nobody else was given: the id of a session. */
  readonly sessionId: () => string;
  /** Wall milliseconds that never go back, for durations. */
  readonly monotonicMs: () => number;
  readonly later: Later;
  readonly onError: (error: unknown, what: string) => void;
}

type Value<C extends Command> = Extract<Replies[C['kind']], { readonly ok: true }>['value'];

/** What the handlers of /api/v1 work with: the house that decides, and the log that knows what is on disk. */
export class DeliveryDesk {
  readonly log: EventLog;
  readonly ledger: LatencyLedger;
  readonly metrics: DeliveryMetrics;
  readonly sessionId: () => string;
  readonly monotonicMs: () => number;
  readonly later: Later;
  readonly market: ApiHouse['market'];
  readonly trading: ApiHouse['trading'];
  /** As far as heartbeats passed through here, for people to look at: what counts is the dispatcher's own. */
  readonly leases = new Leases();
  readonly #house: DeskParts['house'];
  readonly #onError: DeskParts['onError'];

  constructor({ house, log, ledger, metrics, sessionId, monotonicMs, later, onError }: DeskParts) {
    this.log = log;
    this.ledger = ledger;
    this.metrics = metrics;
    this.sessionId = sessionId;
    this.monotonicMs = monotonicMs;
    this.later = later;
    this.market = house.market;
    this.trading = house.trading;
    this.#house = house;
    this.#onError = onError;
  }

  now(): Moment {
    const { clock, houseClock } = this.#house;
    return { atMs: clock.nowMs(), wallMs: houseClock.nowMs(), speed: clock.topSpeed ?? clock.speed };
  }

  get channels(): ReturnType<ApiHouse['channels']> {
    return this.#house.channels();
  }

  get speed(): number {
    return this.#house.clock.speed;
  }

  /** Asks the house and answers what it says, once that is on disk. */
  async ask<C extends Command>(command: C, tell: (value: Value<C>) => DeliveryAnswer): Promise<DeliveryAnswer> {
    let reply: Replies[C['kind']];
    try {
      reply = await this.#house.ask(command);
    } catch (error) {
      this.#onError(error, `${command.kind} not written`);
      const message =
        'This could not be written to the journal, and may or may not have taken place. See GET /api/health.';
      return refused('journal_failed', message);
    }
    return reply.ok ? tell(reply.value as Value<C>) : refusedBy(reply.refusal);
  }
}
