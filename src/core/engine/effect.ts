import type { Signal, SignalEnd } from '../signals/signal.ts';

/** `seq` is the gapless number of the effect in its journal, from 1, in the order of decision. */
interface Numbered {
  readonly seq: number;
}

export interface SignalIssued extends Numbered {
  readonly kind: 'signal_issued';
  readonly signal: Signal;
}

export interface SignalEnded extends Numbered, SignalEnd {
  readonly kind: 'signal_ended';
  readonly signalId: string;
}

/** The market was not watched in `[fromMs, toMs)`: a restart, a hole in the tape, a suspended machine. */
export interface GapRecorded extends Numbered {
  readonly kind: 'gap_recorded';
  readonly symbol: string | undefined;
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: string;
}

/** A decision. It goes to the journal, and only then to anybody who listens. Plain JSON. */
export type Effect = SignalIssued | SignalEnded | GapRecorded;
