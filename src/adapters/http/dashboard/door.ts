import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Refusal } from '../../../contract/refusal.ts';
import type { Decoded } from '../../../core/decoded.ts';
import type { KeyMint } from '../../../ports/key-mint.ts';
import type { Principal, Scope } from '../../../ports/key-ring.ts';

/** What somebody may do who sits before the dashboard: everything that is on it, and nothing of what executors do. */
const SCOPES: readonly Scope[] = ['read', 'publish', 'admin'];
const NAME = 'dashboard';
/** How long the link of a start is good, milliseconds. */
const CODE_LIFE_MS = 12 * 3_600_000;

export type Exchanged =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * Lets browsers in. The code of a start is good for one of them, and is exchanged for a key of its own, which is
 * listed, named and revoked like any other (`tapewire keys`), and outlives a restart.
 */
export class DashboardDoor {
  readonly #mint: KeyMint;
  readonly #nowMs: () => number;
  #code: { readonly text: string; readonly untilMs: number } | undefined;

  /** @param nowMs Any clock that does not go back. */
  constructor(mint: KeyMint, nowMs: () => number) {
    this.#mint = mint;
    this.#nowMs = nowMs;
  }

  /** A new code; the one before is good no more. */
  issueCode(): string {
    const text = randomBytes(16).toString('base64url');
    this.#code = { text, untilMs: this.#nowMs() + CODE_LIFE_MS };
    return text;
  }

  /** @returns a key for the browser that brings the code, or why not */
  async exchange(code: string): Promise<Exchanged> {
    const issued = this.#code;
    if (issued === undefined || this.#nowMs() > issued.untilMs || !isSame(code, issued.text)) {
      return { ok: false, refusal: USED_CODE };
    }
    // Before anything is awaited: of two that bring it at once, one comes in.
    this.#code = undefined;
    const made = await this.#make(SCOPES);
    if (!made.ok) this.#code = issued;
    return made;
  }

  /** The same for somebody who brings a key: the browser gets one of its own, with what that one may, and never that one. */
  admit({ scopes }: Principal): Promise<Exchanged> {
    return this.#make(SCOPES.filter((scope) => scopes.includes(scope)));
  }

  async #make(scopes: readonly Scope[]): Promise<Exchanged> {
    const made = await this.#mint.add({ name: `${NAME} ${randomBytes(3).toString('hex')}`, scopes });
    if (made.ok) return { ok: true, value: made.value.secret };
    return { ok: false, refusal: { code: 'internal_error', message: `No key could be made: ${made.problem}.` } };
  }

  /** Revokes the key of a browser that leaves; any other is its owner's, and stays. */
  async leave({ keyId, name }: Principal): Promise<Decoded<unknown>> {
    return name.startsWith(`${NAME} `) ? this.#mint.revoke(keyId) : { ok: true, value: undefined };
  }
}

const USED_CODE: Refusal = {
  code: 'unauthorized',
  message:
    'This link was used or is too old. Each start of Tapewire prints a new one; a key of scope read, such as the one in the file api-key of the data directory, lets you in as well.',
};

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
