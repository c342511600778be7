import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { RefusalCode } from '../../../contract/refusal.ts';
import { wireCode } from '../../../contract/v1/problem.ts';
import type { ServerLatency } from '../../../core/delivery/delivery.ts';
import type { ExecutionReport } from '../../../core/delivery/report.ts';
import { PAPER_ACCOUNT } from '../../../core/delivery/session.ts';
import type { DeliveryReported, Effect } from '../../../core/engine/effect.ts';
import type { StreamCounts } from '../sse.ts';

/** What a scalper waits for: half a millisecond to five seconds. */
const BUCKETS_SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

/** Looked at whenever somebody asks for the metrics. */
export interface MetricFacts {
  readonly streams: () => StreamCounts;
  readonly inDoubtCount: () => number;
  readonly journalFailed: () => boolean;
  /** What is measured of a live feed, by name. */
  readonly feed: () => Readonly<Record<string, number>>;
  /** Requests since the start, and how many of them were refused, by code. */
  readonly requests: () => { readonly total: number; readonly refused: Readonly<Record<string, number>> };
}

/** What is counted and measured of /api/v1, as Prometheus reads it. Durations come from clocks that never go back. */
export class DeliveryMetrics {
  readonly #registry = new Registry();
  readonly #seconds = {
    decidedToJournaled: this.#histogram('decided_to_journaled', 'From the decision of a signal until it is on disk.'),
    journaledToPushed: this.#histogram('journaled_to_pushed', 'From disk until every stream was written to.'),
    claim: this.#histogram('claim', 'From a claim to its answer.'),
    report: this.#histogram('report', 'From a report to its answer.'),
    receivedToClaimed: this.#histogram('received_to_claimed', 'From receipt to grant, as executors measure it.'),
    claimedToSubmitted: this.#histogram('claimed_to_submitted', 'From grant to order, as executors measure it.'),
    submittedToFilled: this.#histogram('submitted_to_filled', 'From order to fill, as executors measure it.'),
  };
  readonly #signals = this.#counter('signals', 'Signals issued, by who published them.', 'producer');
  readonly #grants = this.#counter('grants', 'Claims that were granted.');
  readonly #claimRefusals = this.#counter('claim_refusals', 'Claims that were refused, by code.', 'code');
  readonly #reports = this.#counter('reports', 'Reports taken, by type.', 'type');

  constructor(facts: MetricFacts) {
    this.#gauge('deliveries_in_doubt', 'Deliveries whose end nobody knows.', facts.inDoubtCount);
    this.#gauge('streams', 'Open streams.', () => facts.streams().open);
    this.#gauge('journal_failed', '1 once the journal cannot write any more.', () => (facts.journalFailed() ? 1 : 0));
    this.#gaugeBy('feed', 'What is measured of a live feed.', 'measure', facts.feed);
    this.#counted('streams_dropped', 'Readers of streams that were too slow.', () => facts.streams().dropped);
    this.#counted('requests', 'HTTP requests.', () => facts.requests().total);
    this.#countedBy('refusals', 'Requests that were refused, by code.', 'code', () =>
      Object.entries(facts.requests().refused).map(([code, count]) => [wireCode(code as RefusalCode), count]),
    );
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** What has just become known to everybody. */
  told(effects: readonly Effect[]): void {
    for (const effect of effects) {
      // A label for every key would grow without bound; who published what is in the journal.
      if (effect.kind === 'signal_issued') this.#signals.inc({ producer: effect.published ? 'external' : 'bot' });
      // What the paper venue does inside of this process is nothing that anybody waits for.
      else if (effect.kind === 'delivery_claimed' && effect.account !== PAPER_ACCOUNT) this.#grants.inc();
      else if (effect.kind === 'delivery_reported' && !isOfPaper(effect)) this.#reported(effect.report);
    }
  }

  /** What the house measured of a signal that was just sent out. */
  pushed({ decidedUs, journaledUs, pushedUs }: ServerLatency): void {
    if (journaledUs === undefined) return;
    if (decidedUs !== undefined) observe(this.#seconds.decidedToJournaled, (journaledUs - decidedUs) / 1_000);
    if (pushedUs !== undefined) observe(this.#seconds.journaledToPushed, (pushedUs - journaledUs) / 1_000);
  }

  claimed(ms: number, refusal: RefusalCode | undefined): void {
    observe(this.#seconds.claim, ms);
    if (refusal !== undefined) this.#claimRefusals.inc({ code: wireCode(refusal) });
  }

  answeredReport(ms: number): void {
    observe(this.#seconds.report, ms);
  }

  #reported({ type, latency = {} }: ExecutionReport): void {
    this.#reports.inc({ type });
    const { received_to_claim_ms: waited, claim_ms: asked = 0 } = latency;
    if (waited !== undefined) observe(this.#seconds.receivedToClaimed, waited + asked);
    if (latency.claim_to_submit_ms !== undefined) observe(this.#seconds.claimedToSubmitted, latency.claim_to_submit_ms);
    if (latency.submit_to_fill_ms !== undefined) observe(this.#seconds.submittedToFilled, latency.submit_to_fill_ms);
  }

  #histogram(name: string, help: string): Histogram {
    const registers = [this.#registry];
    return new Histogram({ name: `tapewire_${name}_seconds`, help, buckets: BUCKETS_SECONDS, registers });
  }

  #counter(name: string, help: string, label?: string): Counter {
    const labelNames = label === undefined ? [] : [label];
    return new Counter({ name: `tapewire_${name}_total`, help, labelNames, registers: [this.#registry] });
  }

  #gauge(name: string, help: string, read: () => number): void {
    const collect = function (this: Gauge) {
      this.set(read());
    };
    new Gauge({ name: `tapewire_${name}`, help, registers: [this.#registry], collect });
  }

  #gaugeBy(name: string, help: string, label: string, read: () => Readonly<Record<string, number>>): void {
    const collect = function (this: Gauge) {
      this.reset();
      for (const [value, measured] of Object.entries(read())) this.set({ [label]: value }, measured);
    };
    new Gauge({ name: `tapewire_${name}`, help, labelNames: [label], registers: [this.#registry], collect });
  }

  /** Counted by somebody else. */
  #counted(name: string, help: string, read: () => number): void {
    const collect = function (this: Counter) {
      this.reset();
      this.inc(read());
    };
    new Counter({ name: `tapewire_${name}_total`, help, registers: [this.#registry], collect });
  }

  #countedBy(name: string, help: string, label: string, read: () => readonly [value: string, count: number][]): void {
    const collect = function (this: Counter) {
      this.reset();
      for (const [value, count] of read()) this.inc({ [label]: value }, count);
    };
    const registers = [this.#registry];
    new Counter({ name: `tapewire_${name}_total`, help, labelNames: [label], registers, collect });
  }
}

const isOfPaper = ({ deliveryId }: DeliveryReported): boolean => deliveryId.endsWith(`.${PAPER_ACCOUNT}`);

const observe = (histogram: Histogram, ms: number): void => histogram.observe(Math.max(0, ms) / 1_000);
