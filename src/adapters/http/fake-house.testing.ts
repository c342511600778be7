import { EXAMPLE_SIGNAL } from '../../contract/example-signal.ts';
import { Books } from '../../core/delivery/books.ts';
import type { Command } from '../../core/delivery/command.ts';
import { Dispatcher } from '../../core/delivery/dispatcher.ts';
import type { Replies } from '../../core/delivery/reply.ts';
import type { Effect } from '../../core/engine/effect.ts';
import type { EngineEvent } from '../../core/engine/event.ts';
import type { Signal, SignalEndState } from '../../core/signals/signal.ts';

import type { ApiHouse, EngineStatistics, HealthFacts } from './api-house.ts';

/** Of a house that trades nothing on paper. */
export const NOTHING_TRADED: ApiHouse['trading'] = {
  settings: undefined,
  equity: () => undefined,
  exitPrice: () => undefined,
  isWatched: () => true,
  statement: () => undefined,
  silences: () => ({}),
};

/** 2024-11-21T10:30:50Z: five seconds after the guide's example was issued. */
export const NOW_MS = 1_732_185_050_000;

/**
 * A house without an engine and a journal: signals are issued and ended by hand, what is acknowledged ends at once, and
 * commands are answered by a dispatcher of its own.
 */
export class FakeHouse implements ApiHouse {
  nowMs = NOW_MS;
  readonly clock: ApiHouse['clock'];
  readonly books = new Books();
  readonly book = this.books.signals;
  readonly deliveries = this.books.deliveries;
  readonly houseClock = { nowMs: () => this.wallMs ?? this.clock.nowMs() };
  /** House time, when it shall differ from market time. */
  wallMs: number | undefined;
  readonly journalId = '00112233445566778899aabbccddeeff';
  /** What positions could be closed at. */
  price: number | undefined;
  readonly trading: ApiHouse['trading'] = {
    ...NOTHING_TRADED,
    exitPrice: () => this.price,
    isWatched: () => this.price !== undefined,
    silences: () => this.counted.silences,
  };
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
  /** Who is told by messages. */
  told: ReturnType<ApiHouse['channels']> = [];
  /** Hears of every effect, as outlets do. */
  onEffects: (effects: readonly Effect[]) => void = () => undefined;
  readonly #dispatcher = new Dispatcher(this.books, 'fake');
  #issuedCount = 0;

  /** @param now Market time, when it shall run by itself. */
  constructor({ speed = 1, now }: { readonly speed?: number; readonly now?: () => number } = {}) {
    this.clock = { nowMs: now ?? (() => this.nowMs), speed };
  }

  /** Issues the example with other values; id and stamp follow from the sequence unless given. */
  issue(values: Partial<Signal> = {}): Signal {
    this.#issuedCount += 1;
    const signalId = `01934e4e-8783-7a2b-9c4d-${String(this.#issuedCount).padStart(12, '0')}`;
    const stampUs = EXAMPLE_SIGNAL.stampUs + this.#issuedCount - 1;
    const expiresAtMs = this.nowMs + 15_000;
    const signal = { ...EXAMPLE_SIGNAL, signalId, stampUs, expiresAtMs, ...values };
    this.#tell({ kind: 'signal_issued', seq: this.book.lastSeq + 1, signal });
    return signal;
  }

  end(signal: Signal, state: SignalEndState, reason = 'as the test wants it'): Effect {
    const effect = {
      kind: 'signal_ended',
      seq: this.book.lastSeq + 1,
      signalId: signal.signalId,
      state,
      reason,
      atMs: this.nowMs,
    } as const;
    this.#tell(effect);
    return effect;
  }

  #tell(effect: Effect): void {
    this.books.apply(effect);
    this.onEffects([effect]);
  }

  async ask<C extends Command>(command: C): Promise<Replies[C['kind']]> {
    await this.disk();
    const moment = { atMs: this.clock.nowMs(), wallMs: this.houseClock.nowMs(), speed: this.clock.speed };
    const reply = this.#dispatcher.take(command, moment);
    const effects = this.#dispatcher.drain();
    if (effects.length > 0) this.onEffects(effects);
    return reply;
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

  channels(): ReturnType<ApiHouse['channels']> {
    return this.told;
  }
}
