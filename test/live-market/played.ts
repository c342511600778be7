import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { startVenue, type Venue, type VenueOptions } from '../venue/venue.ts';
import { defaultSettings, Stand, type StandOptions } from './stand.ts';
import { Witness } from './witness.ts';

/** Market time per step, when nobody wants another: short against everything that the feed measures. */
const STEP_MS = 50;

interface Seen {
  /** The computer's clock, as the feed reads it. */
  clockMs: number;
  /** The last time the feed looked at it. */
  tickMs: number;
  received: number;
}

/** A venue and a feed in a time that goes on only when both have done what there was to do. */
export class Played {
  readonly venue: Venue;
  readonly stand: Stand;
  readonly witness: Witness;

  readonly #seen: Seen;
  readonly #stepMs: number;

  private constructor(venue: Venue, stand: Stand, witness: Witness, seen: Seen, stepMs: number) {
    this.#stepMs = stepMs;
    this.#seen = seen;
    this.venue = venue;
    this.stand = stand;
    this.witness = witness;
  }

  static async open(
    venueOptions: VenueOptions,
    options: Omit<StandOptions, 'venueUrl'> = {},
    stepMs = STEP_MS,
  ): Promise<Played> {
    const venue = await startVenue({ clock: 'virtual', ...venueOptions });
    const witness = new Witness(await defaultSettings());
    const seen: Seen = { clockMs: venue.market.positionMs, tickMs: 0, received: 0 };
    const stand = await Stand.open({
      venueUrl: venue.url,
      // What the venue says of its time may be wrong on command; this is the computer's.
      clock: { nowMs: () => seen.clockMs, speed: 1 },
      lookEveryMs: 1,
      settings: witness.settings,
      onEvent: (event) => witness.see(event),
      ...options,
      onReceived: (received) => {
        seen.received += 1;
        if (received.kind === 'tick') seen.tickMs = received.atMs;
        options.onReceived?.(received);
      },
    });
    return new Played(venue, stand, witness, seen, stepMs);
  }

  get nowMs(): number {
    return this.venue.market.positionMs;
  }

  get symbols(): readonly string[] {
    return [...this.stand.feed.market.live.lines.keys()];
  }

  async advance(forMs: number): Promise<void> {
    const untilMs = this.nowMs + forMs;
    while (this.nowMs < untilMs) {
      await this.venue.advance(Math.min(this.#stepMs, untilMs - this.nowMs));
      await this.#readSockets();
      this.#seen.clockMs = this.nowMs;
      do await sleep(1);
      while (this.#lagsBehind());
    }
  }

  /** What the venue has sent of a step comes before the time of it: else the order of the two would be the machine's. */
  async #readSockets(): Promise<void> {
    for (let before = -1; before !== this.#seen.received; ) {
      before = this.#seen.received;
      await turn();
      await turn();
    }
  }

  /** Whether a second is due and the feed has not looked at the time since. */
  #lagsBehind(): boolean {
    const { live } = this.stand.feed.market;
    const seenMs = this.nowMs - this.#stepMs;
    return live.offset.known && live.dueAtMs < seenMs && this.#seen.tickMs < seenMs;
  }

  /** Advances until `condition` holds. @returns how long that took, market milliseconds; `undefined`: longer than `atMostMs` */
  async advanceUntil(condition: () => boolean, atMostMs: number): Promise<number | undefined> {
    const fromMs = this.nowMs;
    while (!condition()) {
      if (this.nowMs - fromMs >= atMostMs) return undefined;
      await this.advance(this.#stepMs);
    }
    return this.nowMs - fromMs;
  }

  async advanceUntilLive(): Promise<void> {
    const { lines } = this.stand.feed.market.live;
    const took = await this.advanceUntil(() => lines.size > 0 && this.stand.liveCount === lines.size, 300_000);
    if (took === undefined) throw new Error(`not live after 300 s: ${JSON.stringify(this.stand.feed.status)}`);
    // The doubt of having just joined is over a second later.
    await this.advance(2_000);
  }

  async close(): Promise<void> {
    await this.stand.close();
    await this.venue.close();
  }
}
