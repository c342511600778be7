import type { Random } from '../../src/core/simulation/random.ts';
import type { EventFault, PrivateFault, PrivateFaults } from '../venue/private/faults.ts';

const WRITES = /^(POST|DELETE) \/fapi\/v1\/(order|algoOrder)$/;

/** The venue goes wrong in every way it knows, from a seed. Counts how often. */
export class SeededFaults implements PrivateFaults {
  readonly counts: Record<string, number> = {};
  readonly #random: Random;
  isOn = true;

  constructor(random: Random) {
    this.#random = random;
  }

  request(method: string, path: string, params: URLSearchParams): PrivateFault | undefined {
    if (!this.isOn) return undefined;
    const fault = WRITES.test(`${method} ${path}`)
      ? this.#ofWrite(params)
      : method === 'GET'
        ? this.#ofRead()
        : undefined;
    if (fault !== undefined) this.#count(fault.kind === 'reject' ? `reject${fault.code}` : fault.kind);
    return fault;
  }

  event(): EventFault | undefined {
    if (!this.isOn) return undefined;
    const dice = this.#random.uniform();
    const fault =
      dice < 0.05 ? 'duplicate' : dice < 0.1 ? 'swap' : dice < 0.15 ? 'lose' : dice < 0.16 ? 'drop' : undefined;
    if (fault !== undefined) this.#count(`event-${fault}`);
    return fault;
  }

  #ofWrite(params: URLSearchParams): PrivateFault | undefined {
    const dice = this.#random.uniform();
    if (dice < 0.04) return { kind: 'lost' };
    if (dice < 0.06) return { kind: 'cut' };
    if (dice < 0.1) return { kind: 'unknown', code: dice < 0.08 ? -1006 : -1007, isDone: this.#random.uniform() < 0.5 };
    if (dice < 0.13) return { kind: 'slow', byMs: 50 + Math.floor(this.#random.uniform() * 400) };
    if (dice >= 0.16) return undefined;
    if (params.has('algoType')) return { kind: 'reject', code: -2021, msg: 'Order would immediately trigger.' };
    if (params.get('reduceOnly') === 'true')
      return { kind: 'reject', code: -1008, msg: 'Request throttled by system-level protection.' };
    return { kind: 'reject', code: -2019, msg: 'Margin is insufficient.' };
  }

  #ofRead(): PrivateFault | undefined {
    const dice = this.#random.uniform();
    if (dice < 0.01) return { kind: 'cut' };
    if (dice < 0.02) return { kind: 'unknown', code: -1007, isDone: false };
    return dice < 0.03 ? { kind: 'slow', byMs: 200 } : undefined;
  }

  #count(name: string): void {
    this.counts[name] = (this.counts[name] ?? 0) + 1;
  }
}
