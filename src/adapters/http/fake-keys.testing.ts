import type { KeyRing, Principal, Scope } from '../../ports/key-ring.ts';

/** Keys that are made and revoked by hand. */
export class FakeKeys implements KeyRing {
  readonly #held = new Map<string, Principal>();
  #count = 0;
  /** What was asked for, in order. */
  readonly asked: string[] = [];

  /** A new key with these scopes: what its holder sends. */
  make(...scopes: readonly Scope[]): string {
    this.#count += 1;
    const secret = `tw_${String(this.#count).padStart(43, '0')}`;
    this.#held.set(secret, { keyId: `k_${String(this.#count).padStart(8, '0')}`, name: `key ${this.#count}`, scopes });
    return secret;
  }

  revoke(secret: string): void {
    this.#held.delete(secret);
  }

  identify(secret: string): Principal | undefined {
    this.asked.push(secret);
    return this.#held.get(secret);
  }

  holds({ keyId }: Principal): boolean {
    return [...this.#held.values()].some((held) => held.keyId === keyId);
  }
}

/** The header that carries a key. */
export const bearing = (secret: string): { readonly Authorization: string } => ({ Authorization: `Bearer ${secret}` });
