import { MINUTE_MS } from '../../src/core/market/timeframe.ts';
import type { ScenarioName } from '../../src/core/simulation/scenarios.ts';
import { CaptureMarket } from './capture-market.ts';
import { VirtualClock, WallClock } from './clock.ts';
import { VENUE_LIMITS, type VenueLimits } from './limits.ts';
import { CONTRACTS_MAX } from './listing.ts';
import type { VenueMarket } from './market.ts';
import { VenueRefusal } from './refusal.ts';
import { SimVenueMarket } from './sim-market.ts';
import { Venue } from './venue-server.ts';

export { VenueRefusal } from './refusal.ts';
export type { Venue } from './venue-server.ts';

export interface VenueOptions {
  /** 0, when absent, for any free one. On 127.0.0.1. */
  readonly port?: number;
  /** `wall`, when absent: the machine's. `virtual`: time stands still until `advance`. */
  readonly clock?: 'wall' | 'virtual';
  /** Market seconds per wall second; 1 when absent. `Infinity`: as fast as the clients read, for captures. */
  readonly speed?: number;
  /** Raw captures to serve instead of the embedded market; the options below are for that one. */
  readonly captures?: readonly string[];
  /**
   * The market runs once this many streams are subscribed; 1 for captures when absent, else 0. Its time waits with it,
   * except where it is the host's: there the market catches up.
   */
  readonly playAfterStreams?: number;
  readonly limits?: Partial<VenueLimits>;
  /**
   * Where market time begins, a whole minute UTC; a fixed day with a virtual clock when absent, else this minute, and at
   * speed 1 the time of the venue is the host's ever after.
   */
  readonly startTimeMs?: number;
  /** Contracts of the embedded market, at most 540; 19 when absent. */
  readonly instruments?: number;
  /** Contracts that a `list` fault can add; 1 when absent. */
  readonly unlisted?: number;
  /** Of all contracts together; as the embedded market has them when absent. */
  readonly tradesPerSecond?: number;
  readonly seed?: number;
  readonly scenario?: ScenarioName;
  /** How far back klines go; a week when absent. */
  readonly historyMinutes?: number;
}

/** A day like any other, for venues whose time is virtual. */
const VIRTUAL_START_MS = Date.UTC(2026, 10, 16, 12);
/** The market has run for this long when the doors open: every contract has a book by then. */
const WARM_MS = 1_000;

/** Opens a venue and resolves when it can be reached. Whoever opens it closes it. */
export async function startVenue(options: VenueOptions = {}): Promise<Venue> {
  const { captures = [], speed = 1, port = 0 } = options;
  const virtual = options.clock === 'virtual';
  if (captures.length === 0 && speed === Infinity) {
    throw new VenueRefusal('venue: the embedded market never ends and needs a pace: give a speed, or virtual time');
  }
  const market = captures.length > 0 ? new CaptureMarket(captures) : openSimMarket(options, virtual);
  const openAtMs = openingTime(market, options, virtual);
  const followsHost = captures.length === 0 && options.startTimeMs === undefined && speed === 1;
  const clock = virtual
    ? new VirtualClock(market.startTimeMs)
    : new WallClock(followsHost ? undefined : openAtMs, speed);
  const venue = new Venue(market, clock, { ...VENUE_LIMITS, ...options.limits });
  await venue.open({ port, openAtMs, playAfterStreams: options.playAfterStreams ?? (captures.length > 0 ? 1 : 0) });
  return venue;
}

function openSimMarket(options: VenueOptions, virtual: boolean): VenueMarket {
  const { instruments = 19, unlisted = 1, seed = 1, scenario = 'null_flow', historyMinutes = 7 * 24 * 60 } = options;
  if (!Number.isSafeInteger(instruments) || instruments < 1 || instruments > CONTRACTS_MAX) {
    throw new VenueRefusal(`venue: ${instruments} contracts: it must be a whole number from 1 to ${CONTRACTS_MAX}`);
  }
  // In the first second of a minute that is the one before, so that no venue opens ahead of the host.
  const warmSinceMs = Date.now() - WARM_MS;
  const startTimeMs = options.startTimeMs ?? (virtual ? VIRTUAL_START_MS : warmSinceMs - (warmSinceMs % MINUTE_MS));
  const { tradesPerSecond } = options;
  return new SimVenueMarket({ instruments, unlisted, tradesPerSecond, seed, scenario, startTimeMs, historyMinutes });
}

/** A capture begins with its first frame; the embedded market, unless it was told when, is what time it is. */
function openingTime({ startTimeMs, endTimeMs }: VenueMarket, options: VenueOptions, virtual: boolean): number {
  if (endTimeMs !== undefined) return startTimeMs;
  if (virtual || options.startTimeMs !== undefined) return startTimeMs + WARM_MS;
  return Date.now();
}
