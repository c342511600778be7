import { randomBytes } from 'node:crypto';
import type { ApiHouse } from '../api-house.ts';
import type { EventLog } from '../event-log.ts';
import { EventStreams } from '../event-stream.ts';
import { type Later, realLater } from '../later.ts';
import type { MarketStreams } from '../market-stream.ts';
import { Streams } from '../sse.ts';
import { DeliveryDesk } from './desk.ts';
import { eventHandlers } from './events.ts';
import { executionHandlers } from './execution.ts';
import type { Handler } from './handler.ts';
import { idsOf, type LatencyLedger } from './latency-ledger.ts';
import { DeliveryMetrics, type MetricFacts } from './metrics.ts';
import { noticeHandlers } from './notices.ts';
import { operationHandlers } from './operation.ts';
import { positionHandlers } from './positions.ts';
import { signalHandlers } from './signals.ts';
import { type HouseView, viewHandlers } from './views.ts';

/** What the apps make for it, because the house tells them first. */
export interface DeliveryMeans {
  readonly log: EventLog;
  readonly ledger: LatencyLedger;
  readonly market: MarketStreams;
  readonly view: HouseView;
}

export interface DeliveryApiParts extends DeliveryMeans {
  readonly house: Pick<ApiHouse, 'ask' | 'clock' | 'houseClock' | 'market' | 'journalId' | 'trading' | 'channels'>;
  readonly requests: MetricFacts['requests'];
  readonly journalFailed: () => boolean;
  /** What is measured of a live feed; nothing when absent. */
  readonly feedMeasures?: MetricFacts['feed'];
  /** Headers that every answer has, streams too. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly monotonicMs: () => number;
  /** 16 hex characters, never the same twice. */
  readonly sessionId?: () => string;
  readonly later?: Later;
  readonly onError: (error: unknown, what: string) => void;
}

/** /api/v1 without HTTP: a handler for every call, by method and path as the route table writes them, and two streams. */
export class DeliveryApi {
  readonly handlers: ReadonlyMap<string, Handler>;
  readonly streams: Streams;
  readonly events: EventStreams;
  readonly market: MarketStreams;
  readonly log: EventLog;

  constructor(parts: DeliveryApiParts) {
    const {
      house,
      log,
      ledger,
      market,
      requests,
      journalFailed,
      headers,
      monotonicMs,
      later = realLater,
      onError,
    } = parts;
    this.log = log;
    this.market = market;
    this.streams = new Streams(headers === undefined ? {} : { headers });
    const metrics = new DeliveryMetrics({
      streams: () => this.streams.counts,
      inDoubtCount: () => inDoubtCountOf(log),
      journalFailed,
      feed: parts.feedMeasures ?? (() => ({})),
      requests,
    });
    const sessionId = parts.sessionId ?? (() => randomBytes(8).toString('hex'));
    const desk = new DeliveryDesk({ house, log, ledger, metrics, sessionId, monotonicMs, later, onError });
    this.events = new EventStreams({
      log,
      now: () => desk.now(),
      onPushed: (events) => {
        const effects = events.map(({ effect }) => effect);
        ledger.pushed(effects);
        for (const id of idsOf(effects)) metrics.pushed(ledger.of(id));
        metrics.told(effects);
      },
      onError,
      later,
    });
    this.handlers = new Map(
      [
        signalHandlers,
        executionHandlers,
        operationHandlers,
        positionHandlers,
        noticeHandlers,
        eventHandlers,
        viewHandlers(parts.view),
      ].flatMap((make) => Object.entries(make(desk))),
    );
  }

  /** Ends every stream. */
  close(): void {
    this.streams.close();
  }
}

function inDoubtCountOf(log: EventLog): number {
  let count = 0;
  for (const { account } of log.book.accounts) {
    for (const { state } of log.book.inFlight(account)) if (state === 'IN_DOUBT') count += 1;
  }
  return count;
}
