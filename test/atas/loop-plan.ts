import type { Random } from '../../src/core/simulation/random.ts';

/** How the broker and the platform behave for a while: names as in the C# records of the simulator. */
export interface Conduct {
  readonly exchange: Readonly<Record<string, number | boolean>>;
  readonly connector: Readonly<Record<string, number | boolean>>;
}

export type Victim = 'server' | 'platform' | 'both';

export type Fault =
  | { readonly kind: 'kill'; readonly victim: Victim }
  | { readonly kind: 'conduct'; readonly conduct: Conduct }
  | { readonly kind: 'manual'; readonly what: 'resting' | 'round trip' | 'flatten' };

export interface SignalPlan {
  readonly sign: 1 | -1;
  /** Distances from the price, in basis points. */
  readonly stopBps: number;
  readonly targetBps: number;
  readonly targets: 1 | 2 | 3;
  readonly ttlMs: number;
  /** How far from the market the entry price is said to be, in basis points: beyond the slippage nothing may be sent. */
  readonly offBps: number;
  readonly fate: 'live' | 'cancel' | 'close' | 'amend';
  /** Before it is published. */
  readonly faults: readonly Fault[];
  /** After it was published. */
  readonly late: readonly (Fault & { readonly afterMs: number })[];
}

/** The market of the loop runs this much faster than the wall clock, so a bracket of a few basis points ends within seconds. */
export const MARKET_SPEED = 10;

const MANUAL_SHARE = 0.08;
const CONDUCT_SHARE = 0.08;

/** @param victim Who is killed while the signal lives. */
export function planOf(chance: Random, victim: Victim | undefined): SignalPlan {
  const happens = (share: number): boolean => chance.uniform() < share;
  const stopBps = 5 + chance.uniform() * 4;
  const faults: Fault[] = happens(CONDUCT_SHARE) ? [{ kind: 'conduct', conduct: conductOf(chance) }] : [];
  const late: (Fault & { afterMs: number })[] = [];
  const afterMs = (): number => Math.floor(chance.uniform() * 1_200);
  if (victim !== undefined) late.push({ kind: 'kill', victim, afterMs: afterMs() });
  if (happens(MANUAL_SHARE)) late.push({ kind: 'manual', what: manualOf(chance.uniform()), afterMs: afterMs() });
  const fate = chance.uniform();
  return {
    sign: happens(0.5) ? 1 : -1,
    stopBps,
    // Beyond the slippage, or the plan is refused for a target that the entry may have passed.
    targetBps: 4.5 + chance.uniform() * 4,
    targets: happens(0.6) ? 1 : happens(0.5) ? 2 : 3,
    // The shortest is a deadline that is missed.
    ttlMs: happens(0.05) ? 250 : 1_500 + Math.floor(chance.uniform() * 2_500),
    offBps: happens(0.06) ? 25 : 0,
    fate: fate < 0.04 ? 'cancel' : fate < 0.12 ? 'close' : fate < 0.18 ? 'amend' : 'live',
    faults,
    late,
  };
}

const manualOf = (draw: number) => (draw < 0.35 ? 'resting' : draw < 0.7 ? 'round trip' : 'flatten');

/** Half of the time everything is as it should be. */
export function conductOf(chance: Random): Conduct {
  const draw = (): number => chance.uniform();
  const share = (of: number, most: number): number => (draw() < of ? draw() * most : 0);
  if (draw() < 0.5) return { exchange: { serverOcoShare: 0.5 }, connector: {} };
  const isSlow = draw() < 0.3;
  return {
    exchange: {
      roundTripMs: isSlow ? 600 : 124,
      jitterMs: draw() * 80,
      slowShare: share(0.5, 0.1),
      slowMs: 1_200,
      rejectShare: share(0.5, 0.25),
      cancelRejectShare: share(0.5, 0.3),
      modifyRejectShare: share(0.5, 0.3),
      partialShare: share(0.7, 1),
      restLostShare: share(0.4, 0.5),
      serverOcoShare: 0.5,
      reduceOnly: draw() < 0.7,
      refusesReachedStops: draw() < 0.5,
    },
    connector: {
      offersReduceOnly: draw() < 0.7,
      localOco: draw() < 0.8,
      localOcoDelayMs: share(0.5, 800),
      autoCancel: draw() < 0.8,
      commentInTrades: draw() < 0.6,
      copiesInEvents: draw() < 0.4,
      announcesBeforeAcknowledgement: draw() < 0.6,
      completesOnAcknowledgement: draw() < 0.4,
      refuseShare: share(0.3, 0.15),
      timeoutShare: share(0.4, 0.2),
      timeoutMs: 300 + draw() * 700,
    },
  };
}
