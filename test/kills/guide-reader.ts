import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../src/core/simulation/random.ts';
import type { Promises } from './promises.ts';
import { Witness } from './witness.ts';

/** A client as the guide describes it, beside the executor: polls, sometimes acknowledges, and sees each signal or never. */
export class GuideReader {
  readonly witness = new Witness();
  readonly #url: string;
  readonly #chance: Random;
  readonly #promises: Promises;
  #stopped = false;

  constructor(url: string, chance: Random, promises: Promises) {
    this.#url = url;
    this.#chance = chance;
    this.#promises = promises;
  }

  async run(): Promise<void> {
    while (!this.#stopped) {
      try {
        const live = await this.witness.lookAtLive(this.#url);
        for (const { metadata, timestamp } of live) this.#promises.shown.set(metadata.signal_id, timestamp);
        const newest = live.at(-1);
        if (newest !== undefined && this.#chance.uniform() < 0.005) {
          await this.witness.acknowledge(this.#url, newest.timestamp);
        }
        await sleep(5);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        // fetch says TypeError when the connection breaks: that is the kill. Everything else is a contradiction.
        if (!(error instanceof TypeError)) this.#promises.problem(`the guide's client: ${error.message}`);
        await sleep(20);
      }
    }
  }

  stop(): void {
    this.#stopped = true;
  }
}
