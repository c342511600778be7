import type { Command } from '../../core/delivery/command.ts';
import type { Moment } from '../../core/delivery/moment.ts';
import type { EngineEvent } from '../../core/engine/event.ts';

/** Somebody asked something of the house: a halt, a claim, a heartbeat. What the engine decides may hang on it. */
export interface RecordedCommand {
  readonly kind: 'command';
  readonly command: Command;
  readonly moment: Moment;
}

/** What the step before led to: a signal. Not for the engine, but to see whether it comes again. */
export interface RecordedSignal {
  readonly kind: 'signal';
  /** CRC-32 of its line, as `replay --out` writes it. */
  readonly checksum: number;
}

/** One thing that happened to the engine, or that it said, in the order in which it was. */
export type RecordedStep = EngineEvent | RecordedCommand | RecordedSignal;
