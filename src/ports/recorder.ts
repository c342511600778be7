import type { Command } from '../core/delivery/command.ts';
import type { Moment } from '../core/delivery/moment.ts';
import type { Effect } from '../core/engine/effect.ts';
import type { EngineEvent } from '../core/engine/event.ts';

/**
 * Somebody who writes down everything that the engine is told, in its order, so that it can be told again. Must not
 * throw, must not wait, and must not keep event objects.
 */
export interface Recorder {
  /** The engine has applied this event, and this is what came of it. */
  applied(event: EngineEvent, effects: readonly Effect[]): void;
  /** The engine was asked this, and this is what came of it. */
  took(command: Command, moment: Moment, effects: readonly Effect[]): void;
}

/** Why nothing is recorded any more, and since when in market time. */
export interface RecordingFault {
  readonly reason: string;
  readonly sinceMs: number;
}
