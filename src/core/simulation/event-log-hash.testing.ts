import type { MarketEvent } from '../engine/event.ts';
import type { ScenarioName } from './scenarios.ts';
import { SimulatedMarket } from './simulated-market.ts';

/** A hash of 64 bits over every field of every event, bit by bit: two 32-bit lanes that take in each word. */
export class EventLogHash {
  events = 0;
  #a = 0x811c9dc5;
  #b = 0x9747b28c;
  readonly #number = new Float64Array(1);
  readonly #words = new Uint32Array(this.#number.buffer);

  add(event: MarketEvent): void {
    this.events += 1;
    this.#value(event);
  }

  get hex(): string {
    return [this.#a, this.#b].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
  }

  #value(value: unknown): void {
    if (typeof value === 'number') {
      this.#number[0] = value;
      this.#word(this.#words[0]!);
      this.#word(this.#words[1]!);
    } else if (typeof value === 'string') {
      for (let i = 0; i < value.length; i += 1) this.#word(value.charCodeAt(i));
    } else if (ArrayBuffer.isView(value)) {
      for (const entry of value as Float64Array) this.#value(entry);
    } else if (typeof value === 'object' && value !== null) {
      for (const key of Object.keys(value)) this.#value((value as Record<string, unknown>)[key]);
    }
    this.#word(0x2c);
  }

  #word(word: number): void {
    this.#a = Math.imul(this.#a ^ word, 0x01000193);
    this.#b = Math.imul(((this.#b << 13) | (this.#b >>> 19)) ^ word, 0x5bd1e995);
  }
}

export const TEST_START_MS = Date.UTC(2026, 0, 1);

/** History and the first `seconds` of a market with seed 42, as one hash. */
export function hashOfMarket(scenario: ScenarioName, seconds: number): string {
  const market = new SimulatedMarket({ seed: 42, scenario, startTimeMs: TEST_START_MS });
  const hash = new EventLogHash();
  for (const bar of market.history(60)) hash.add(bar);
  market.advance(TEST_START_MS + seconds * 1_000, (event) => hash.add(event));
  return hash.hex;
}
