import type { KeyRing, Principal } from '../../../ports/key-ring.ts';
import type { Stream } from '../sse.ts';

/** How often somebody looks, wall milliseconds: a revoked key is heard nothing by after this. */
const LOOK_EVERY_MS = 1_000;

/**
 * Ends streams whose key was revoked while they were open. Every request is asked for its key when it comes in; a stream
 * comes in once and stays.
 */
export class KeyWatch {
  readonly #keys: Pick<KeyRing, 'holds'>;
  readonly #watched = new Map<Stream, Principal>();
  #looking: NodeJS.Timeout | undefined;

  constructor(keys: Pick<KeyRing, 'holds'>) {
    this.#keys = keys;
  }

  watch(stream: Stream, principal: Principal): void {
    this.#watched.set(stream, principal);
    stream.onClose(() => {
      this.#watched.delete(stream);
      if (this.#watched.size > 0) return;
      clearInterval(this.#looking);
      this.#looking = undefined;
    });
    this.#looking ??= setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  #look(): void {
    for (const [stream, principal] of [...this.#watched]) if (!this.#keys.holds(principal)) stream.end();
  }
}
