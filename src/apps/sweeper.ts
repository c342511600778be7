import type { House } from './house.ts';

/** How often the house is reminded of the time, wall milliseconds. */
const EVERY_MS = 250;

/**
 * Reminds the house that time passes even when nobody asks anything: leases lapse, missing reports become doubts,
 * signals expire on a market that stands still.
 */
export class Sweeper {
  readonly #house: Pick<House, 'ask' | 'journalFault'>;
  #timer: NodeJS.Timeout | undefined;
  #underWay = false;

  constructor(house: Pick<House, 'ask' | 'journalFault'>) {
    this.#house = house;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#sweep(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #sweep(): Promise<void> {
    // On a journal that has failed nothing is decided any more, and whoever wrote to it last has said so.
    if (this.#underWay || this.#house.journalFault !== undefined) return;
    this.#underWay = true;
    await this.#house.ask({ kind: 'sweep' }).catch(() => undefined);
    this.#underWay = false;
  }
}
