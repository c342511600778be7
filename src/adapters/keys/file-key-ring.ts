import { timingSafeEqual } from 'node:crypto';
import { statSync } from 'node:fs';
import type { KeyRing, Principal } from '../../ports/key-ring.ts';
import { readKeys } from './key-file.ts';
import { digestOf, keysPath, type StoredKey } from './stored-key.ts';

interface Held {
  readonly digest: Buffer;
  readonly principal: Principal;
}

/**
 * The keys of a data directory for a server that runs. It looks at the file every time somebody comes in (a `stat`, a
 * few microseconds) and reads it again when it is another one, so `tapewire keys` takes effect at once. While the file
 * is missing, unreadable or damaged, no key counts: a revocation may be among what cannot be read.
 */
export class FileKeyRing implements KeyRing {
  readonly #path: string;
  readonly #onProblem: (problem: string) => void;
  #held: readonly Held[] = [];
  /** Of the file that was last read; `undefined` to read it anew. */
  #version: string | undefined;
  #problem: string | undefined;

  /** @param options.onProblem told once when no key counts any more, and why */
  constructor(options: { readonly dataDir: string; readonly onProblem: (problem: string) => void }) {
    this.#path = keysPath(options.dataDir);
    this.#onProblem = options.onProblem;
  }

  identify(secret: string): Principal | undefined {
    this.#look();
    const digest = digestOf(secret);
    let found: Principal | undefined;
    // All of them, every time: how long this takes says nothing about which key came close.
    for (const held of this.#held) if (timingSafeEqual(held.digest, digest)) found = held.principal;
    return found;
  }

  holds({ keyId, scopes }: Principal): boolean {
    this.#look();
    const held = this.#held.find(({ principal }) => principal.keyId === keyId)?.principal;
    return held !== undefined && scopes.every((scope) => held.scopes.includes(scope));
  }

  #look(): void {
    const version = this.#currentVersion();
    if (version !== undefined && version === this.#version) return;
    // Before the reading: what is written meanwhile is noticed the next time.
    this.#version = version;
    const found = readKeys(this.#path);
    if (found.state === 'read') {
      this.#problem = undefined;
      this.#held = found.keys.filter(({ revokedAt }) => revokedAt === undefined).map(heldFrom);
      return;
    }
    if (found.state !== 'damaged') this.#version = undefined;
    this.#close(found.state === 'missing' ? `${this.#path} is gone` : found.problem);
  }

  #close(problem: string): void {
    this.#held = [];
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#onProblem(`${problem}. No key is accepted until that is put right`);
  }

  #currentVersion(): string | undefined {
    try {
      const { mtimeNs, ctimeNs, size, ino } = statSync(this.#path, { bigint: true });
      return `${mtimeNs} ${ctimeNs} ${size} ${ino}`;
    } catch {
      return undefined; // Reading it, which comes next, says why.
    }
  }
}

function heldFrom({ id, name, scopes, sha256 }: StoredKey): Held {
  return { digest: Buffer.from(sha256, 'hex'), principal: { keyId: id, name, scopes } };
}
