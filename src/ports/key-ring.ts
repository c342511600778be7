/** What a key may be for. A route asks for one of them. */
export const SCOPES = ['read', 'publish', 'execute', 'report', 'admin', 'guide'] as const;

export type Scope = (typeof SCOPES)[number];

/** Whose key it is. */
export interface Principal {
  readonly keyId: string;
  /** As the user named it. What it publishes carries this name as its producer. */
  readonly name: string;
  readonly scopes: readonly Scope[];
}

/** Who holds which key. Asked on every request, so that a revoked key is refused from the next one on. */
export interface KeyRing {
  /**
   * @param secret what was sent as a key; any text
   * @returns `undefined` for what is no key, or a revoked one, and for every key while they cannot be read
   */
  identify(secret: string): Principal | undefined;
  /** Whether the key that somebody came in with still counts, for all that it did then. Asked of who stays for long. */
  holds(principal: Principal): boolean;
}
