import { isIP } from 'node:net';
import { isLocalAddress } from './addresses.ts';

const REREAD_AFTER_MS = 5_000;
const HOST = /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9_](?:[a-z0-9_.-]{0,252})))(?::\d{1,5})?$/;

/**
 * The names this server answers to. A page of another site can point its own name at 127.0.0.1 and then read local
 * servers as its own origin (DNS rebinding); it cannot change what stands in `Host`.
 */
export class HostList {
  readonly #names: ReadonlySet<string>;
  readonly #ownAddresses: () => readonly string[];
  readonly #monotonicMs: () => number;
  readonly #passed = new Set<string>();
  #own: ReadonlySet<string> = new Set();
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: {
    /** Configured host names, without port. */
    readonly names: readonly string[];
    readonly ownAddresses: () => readonly string[];
    readonly monotonicMs: () => number;
  }) {
    this.#names = new Set(options.names.map((name) => name.toLowerCase()));
    this.#ownAddresses = options.ownAddresses;
    this.#monotonicMs = options.monotonicMs;
  }

  /** @param host The `Host` header as sent: name or address, with or without port. */
  allows(host: string | undefined): boolean {
    if (host === undefined) return false;
    if (this.#passed.has(host)) return true;
    if (!this.#isOurs(host.toLowerCase())) return false;
    // Only what passed is remembered, so that strangers cannot fill it; interface addresses come and go slowly.
    if (this.#passed.size >= 64) this.#passed.clear();
    this.#passed.add(host);
    return true;
  }

  #isOurs(host: string): boolean {
    const parts = HOST.exec(host);
    if (parts === null) return false;
    const name = parts[1] ?? parts[2]!.replace(/\.$/, '');
    if (name === 'localhost' || name.endsWith('.localhost') || this.#names.has(name)) return true;
    if (isIP(name) === 0) return false;
    return isTrustedLoopback(name) || this.#interfaces().has(name);
  }

  #interfaces(): ReadonlySet<string> {
    const nowMs = this.#monotonicMs();
    if (nowMs - this.#readAtMs >= REREAD_AFTER_MS) {
      this.#own = new Set(this.#ownAddresses());
      this.#readAtMs = nowMs;
    }
    return this.#own;
  }
}

/**
 * 0.0.0.0, `::` and ::ffff:127.0.0.1 reach this machine too, but to a browser they are addresses like any other: it says
 * nothing there of the page that asks (`Sec-Fetch-Site` is for 127.0.0.0/8, ::1 and localhost), and an image on that
 * page would be answered like a local program. Source: W3C Secure Contexts, "Is origin potentially trustworthy?".
 */
function isTrustedLoopback(address: string): boolean {
  return isIP(address) === 4 ? isLocalAddress(address) : address === '::1';
}
