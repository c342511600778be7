import { guideSignalJson } from '../../contract/guide-signal.ts';
import { formatTimeMs } from '../../contract/stamp.ts';
import { normaliseSymbol } from '../../contract/symbol.ts';
import type { Signal, SignalEnd } from '../../core/signals/signal.ts';
import type { EndedSignal } from '../../core/signals/signal-book.ts';
import type { ApiHouse } from './api-house.ts';
import { feedFields, judgeHealth } from './health.ts';
import { keptBack, type View } from './showing.ts';
import { explain, statisticsFields } from './statistics.ts';

export interface Answer {
  readonly status: number;
  /** JSON text. */
  readonly body: string;
  /** Headers beside those that every answer has: names and values in turn. */
  readonly headers?: readonly string[];
}

/** What the API itself has counted since the start. */
export interface RequestCounts {
  readonly total: number;
  /** By refusal code. */
  readonly refused: Readonly<Record<string, number>>;
}

/**
 * Every answer of the guide's GET routes as JSON text, keys in the guide's order. A signal never changes, so its text
 * is made once; an answer is a few pieces of text joined, and nothing here waits.
 */
export class Answers {
  readonly #house: ApiHouse;
  readonly #requests: RequestCounts;
  readonly #signalTexts = new WeakMap<Signal, string>();
  readonly #endedTexts = new WeakMap<SignalEnd, string>();

  constructor(house: ApiHouse, requests: RequestCounts) {
    this.#house = house;
    this.#requests = requests;
  }

  signals(view: View): Answer {
    const { nowMs, timestamp } = this.#now();
    const signals = this.#house.book.live(nowMs).filter((signal) => view.sees(signal));
    return noticed(ok(`{"status":"success",${this.#list(signals)},"timestamp":"${timestamp}"}`), view.notice);
  }

  latest(view: View): Answer {
    const { nowMs, timestamp } = this.#now();
    const newest = this.#house.book.latest(nowMs);
    if (newest !== undefined && view.sees(newest)) {
      const body = `{"status":"success","signal":${this.#text(newest)},"timestamp":"${timestamp}"}`;
      return noticed(ok(body), view.notice);
    }
    const message = 'No active signals available';
    const body = `{"status":"no_signals","message":"${message}","timestamp":"${timestamp}"}`;
    return noticed({ status: 404, body }, view.notice);
  }

  ofSymbol(asked: string, view: View): Answer {
    const { nowMs, timestamp } = this.#now();
    const symbol = normaliseSymbol(asked);
    const signals = this.#house.book.live(nowMs).filter((each) => each.symbol === symbol && view.sees(each));
    const newest = signals.at(-1);
    const signal = newest === undefined ? '' : `,"signal":${this.#text(newest)}`;
    const head = `{"status":"success","symbol":${JSON.stringify(symbol)}`;
    return noticed(ok(`${head},${this.#list(signals)}${signal},"timestamp":"${timestamp}"}`), view.notice);
  }

  history(): Answer {
    const { nowMs, timestamp } = this.#now();
    const texts = this.#house.book.history(nowMs).map((ended) => this.#endedText(ended));
    const head = `{"status":"success","count":${texts.length},"signals":[${texts.join(',')}]`;
    return ok(`${head},"timestamp":"${timestamp}"}`);
  }

  acknowledged(): Answer {
    return ok(`{"status":"success","message":"Signal acknowledged","timestamp":"${this.#now().timestamp}"}`);
  }

  health(): Answer {
    const { nowMs, timestamp } = this.#now();
    const { book, clock, journalId, market } = this.#house;
    const facts = this.#house.health();
    const { status, reasons } = judgeHealth(facts, { kind: market.kind, nowMs, speed: clock.speed });
    const body = JSON.stringify({
      status,
      service: 'ATAS Platform Integration',
      active_signals: book.live(nowMs).length,
      uptime: Math.round(facts.upMs) / 1_000,
      timestamp,
      market: market.label,
      simulated: market.kind === 'SIMULATED' || market.kind === 'DEMO',
      speed: clock.speed,
      reasons: reasons.map(({ reason, sinceMs }) => ({ reason, since: formatTimeMs(sinceMs) })),
      data_age_ms: facts.dataAgeMs === undefined ? null : Math.round(facts.dataAgeMs),
      feed: feedFields(facts),
      journal: { id: journalId, state: facts.journalFault === undefined ? 'writing' : 'failed' },
    });
    return { status: status === 'failed' ? 503 : 200, body };
  }

  stats(): Answer {
    const { nowMs, timestamp } = this.#now();
    const { book, deliveries, clock, market } = this.#house;
    const { issuedCount } = book;
    const counted = this.#house.statistics();
    const facts = this.#house.health();
    const { reasons } = judgeHealth(facts, { kind: market.kind, nowMs, speed: clock.speed });
    const liveCount = book.live(nowMs).length;
    const troubles = reasons.map(({ reason }) => reason);
    const deciding = facts.journalFault === undefined;
    const statistics = {
      total_signals_exported: book.issuedCount,
      active_signals: liveCount,
      historical_signals: book.history(nowMs).length,
      total_api_requests: this.#requests.total,
      market: market.label,
      explanation: explain({
        liveCount,
        issuedCount,
        keptBack: keptBack(deliveries),
        troubles,
        deciding,
        statistics: counted,
      }),
      ...statisticsFields(counted),
      refused_requests: this.#requests.refused,
    };
    return ok(JSON.stringify({ status: 'success', statistics, timestamp }));
  }

  #now(): { readonly nowMs: number; readonly timestamp: string } {
    const nowMs = this.#house.clock.nowMs();
    return { nowMs, timestamp: formatTimeMs(nowMs) };
  }

  #list(signals: readonly Signal[]): string {
    return `"count":${signals.length},"signals":[${signals.map((signal) => this.#text(signal)).join(',')}]`;
  }

  #text(signal: Signal): string {
    let text = this.#signalTexts.get(signal);
    if (text === undefined) {
      text = guideSignalJson(signal, this.#house.book.seqOf(signal.signalId));
      this.#signalTexts.set(signal, text);
    }
    return text;
  }

  #endedText({ signal, end }: EndedSignal): string {
    let text = this.#endedTexts.get(end);
    if (text === undefined) {
      text = guideSignalJson(signal, this.#house.book.seqOf(signal.signalId), end);
      this.#endedTexts.set(end, text);
    }
    return text;
  }
}

const ok = (body: string): Answer => ({ status: 200, body });

function noticed(answer: Answer, notice: string | undefined): Answer {
  // A header takes no more than ASCII; a consumer calls itself what it likes.
  return notice === undefined
    ? answer
    : { ...answer, headers: ['X-Tapewire-Notice', notice.replace(/[^\x20-\x7e]/g, '?')] };
}
