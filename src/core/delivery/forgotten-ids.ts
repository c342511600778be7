import type { Instruction } from './instruction.ts';

/** By producer, the newest time in the ids of its forgotten signals, UTC milliseconds by its own clock. */
export type ForgottenBase = Readonly<Record<string, number>>;

/**
 * A published signal is recognised by its id as long as it is remembered. Ids begin with the time at which they were
 * made (UUIDv7), so one number per producer tells which of them may have been used by a signal that is forgotten: those
 * not newer than the newest one forgotten. Refusing them keeps a late repetition from being a second signal.
 */
export class ForgottenIds {
  readonly #newestMs: Map<string, number>;

  constructor(base: ForgottenBase = {}) {
    this.#newestMs = new Map(Object.entries(base));
  }

  note({ id, producer, bodyHash, atMs }: Pick<Instruction, 'id' | 'producer' | 'bodyHash' | 'atMs'>): void {
    // The bot's own ids are not chosen by anybody who could repeat them.
    if (bodyHash === undefined) return;
    // One slip of a producer's clock, years ahead, must not shut it out for so long.
    if (timeIn(id) > atMs + AHEAD_MS) return;
    this.#newestMs.set(producer, Math.max(this.#newestMs.get(producer) ?? 0, timeIn(id)));
  }

  mayHold(id: string, producer: string): boolean {
    return timeIn(id) <= (this.#newestMs.get(producer) ?? Number.NEGATIVE_INFINITY);
  }

  /** @param more what will be forgotten with whoever asks */
  asBase(more: Iterable<Instruction> = []): ForgottenBase {
    const copy = new ForgottenIds(Object.fromEntries(this.#newestMs));
    for (const instruction of more) copy.note(instruction);
    return Object.fromEntries(copy.#newestMs);
  }
}

/** How far the clock of a producer may be ahead of the market it publishes in. */
const AHEAD_MS = 86_400_000;

/** The first 48 bits: RFC 9562, 5.7. */
const timeIn = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
