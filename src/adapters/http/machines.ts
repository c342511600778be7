import { rateKey } from './addresses.ts';
import { type Rate, TokenBucket } from './token-bucket.ts';

/** How many machines are counted at a time. The one that called longest ago is forgotten first. */
const MACHINES = 4_096;

/** A bucket for each machine that calls. */
export class Machines {
  readonly #rate: Rate;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /** The bucket of a machine, a full one when it is new. */
  bucketOf(address: string, nowMs: number): TokenBucket {
    const key = rateKey(address);
    const bucket = this.#buckets.get(key) ?? new TokenBucket(this.#rate, nowMs);
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > MACHINES) {
      for (const oldest of this.#buckets.keys()) {
        this.#buckets.delete(oldest);
        break;
      }
    }
    return bucket;
  }

  /** How long a machine has to wait, 0 for one that has not taken anything. Counts nothing. */
  waitMs(address: string, nowMs: number): number {
    return this.#buckets.get(rateKey(address))?.waitMs(nowMs) ?? 0;
  }
}
