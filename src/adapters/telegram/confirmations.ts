import type { Action } from '../../ports/operator.ts';

/** A person has so long to confirm, milliseconds. */
export const CONFIRM_WITHIN_MS = 60_000;
/** More than anybody asks for within a minute. */
const KEPT_MAX = 100;

interface Asked {
  readonly action: Action;
  readonly owner: number;
  readonly untilMs: number;
}

export interface ConfirmationParts {
  /** Never goes back. */
  readonly monotonicMs: () => number;
  /** Cannot be guessed; letters and digits, at most 60. */
  readonly code: () => string;
}

/**
 * What was asked for and waits to be confirmed: by whoever asked, once, and within a minute. In memory only: after a
 * restart every button that is still on a screen has expired.
 */
export class Confirmations {
  readonly #parts: ConfirmationParts;
  readonly #asked = new Map<string, Asked>();

  constructor(parts: ConfirmationParts) {
    this.#parts = parts;
  }

  /** @returns the code to confirm it with */
  ask(action: Action, owner: number): string {
    const code = this.#parts.code();
    this.#asked.set(code, { action, owner, untilMs: this.#parts.monotonicMs() + CONFIRM_WITHIN_MS });
    for (const oldest of this.#asked.keys()) {
      if (this.#asked.size <= KEPT_MAX) break;
      this.#asked.delete(oldest);
    }
    return code;
  }

  /** Takes it out: whatever comes of it, the code is used. `undefined` for an unknown, used or expired one. */
  take(code: string, owner: number): Action | undefined {
    const asked = this.#asked.get(code);
    // Somebody else's button is left for whoever asked.
    if (asked === undefined || asked.owner !== owner) return undefined;
    this.#asked.delete(code);
    return asked.untilMs > this.#parts.monotonicMs() ? asked.action : undefined;
  }
}
