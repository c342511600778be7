import type { Decoded } from '../core/decoded.ts';
import type { Scope } from './key-ring.ts';

/** Makes and revokes keys. What it makes counts at once. */
export interface KeyMint {
  add(wish: {
    readonly name: string;
    readonly scopes: readonly Scope[];
  }): Promise<Decoded<{ readonly key: { readonly id: string }; readonly secret: string }>>;
  /** Revoking twice changes nothing. */
  revoke(id: string): Promise<Decoded<unknown>>;
}
