import { EXAMPLE_SIGNAL } from '../../contract/example-signal.ts';
import type { Effect } from '../../core/engine/effect.ts';
import type { EngineEvent } from '../../core/engine/event.ts';
import type { Signal, SignalEndState } from '../../core/signals/signal.ts';
import { SignalBook } from '../../core/signals/signal-book.ts';
import type { ApiHouse, EngineStatistics, HealthFacts } from './api-house.ts';

/** 2024-11-21T10:30:50Z: five seconds after the guide's example was issued. */
export const NOW_MS = 1_732_185_050_000;

/** A house without an engine: signals are issued and ended by hand, and what is acknowledged ends at once. */
export class FakeHouse implements ApiHouse {
  nowMs = NOW_MS;
  readonly clock: ApiHouse['clock'];
  readonly book = new SignalBook();
  readonly journalId = '00112233445566778899aabbccddeeff';
  market: ApiHouse['market'] = { kind: 'SIMULATED', label: 'SIMULATED medium' };
  readonly submitted: EngineEvent[] = [];
  /** What `submit` waits for before it answers: the disk. */
  disk: () => Promise<void> = () => Promise.resolve();
  facts: HealthFacts = {
    feed: { state: 'flowing', reason: undefined, sinceMs: NOW_MS - 60_000, problems: {} },
    dataAgeMs: 120,
    upMs: 61_500,
    journalFault: undefined,
  };
  counted: EngineStatistics = { fusionRuns: 0, silences: {}, problems: {}, strategies: {} };
  #seq = 0;

  /** @param now Market time, when it shall run by itself. */
  constructor({ speed = 1, now }: { readonly speed?: number; readonly now?: () => number } = {}) {
    this.clock = { nowMs: now ?? (() => this.nowMs), speed };
  }

  /** Issues the example with other values; id and stamp follow from the sequence unless given. */
  issue(values: Partial<Signal> = {}): Signal {
    this.#seq += 1;
    const signalId = `01934e4e-8783-7a2b-9c4d-${String(this.#seq).padStart(12, '0')}`;
    const stampUs = EXAMPLE_SIGNAL.stampUs + this.#seq - 1;
    const expiresAtMs = this.nowMs + 15_000;
    const signal = { ...EXAMPLE_SIGNAL, signalId, stampUs, expiresAtMs, ...values };
    this.book.apply({ kind: 'signal_issued', seq: this.#seq, signal });
    return signal;
  }

  end(signal: Signal, state: SignalEndState, reason = 'as the test wants it'): Effect {
    this.#seq += 1;
    const effect = {
      kind: 'signal_ended',
      seq: this.#seq,
      signalId: signal.signalId,
      state,
      reason,
      atMs: this.nowMs,
    } as const;
    this.book.apply(effect);
    return effect;
  }

  async submit(events: readonly EngineEvent[]): Promise<readonly Effect[]> {
    this.submitted.push(...events);
    await this.disk();
    return events.flatMap((event) => {
      const signal = event.kind === 'acknowledge' && this.book.open.find(({ stampUs }) => stampUs === event.stampUs);
      return signal ? [this.end(signal, 'ACKED_LEGACY', 'acknowledged by a guide client')] : [];
    });
  }

  health(): HealthFacts {
    return this.facts;
  }

  statistics(): EngineStatistics {
    return this.counted;
  }
}
