export type ProfileName = 'friendly' | 'hostile';

/** How a world treats those who live in it. Probabilities are per occasion, times in virtual milliseconds. */
export interface Profile {
  readonly name: ProfileName;
  /** Few: a fault is found in a history that a person can still read, and each restart folds all that was before. */
  readonly signals: number;
  readonly signal: { readonly everyMs: number; readonly ttlMs: readonly [number, number] };
  readonly message: {
    readonly usualMs: number;
    readonly lost: number;
    readonly repeated: number;
    /** So many are held up, for about so long. */
    readonly late: number;
    readonly lateMs: number;
    /** The connection breaks, and the sender is told. */
    readonly reset: number;
  };
  readonly stream: {
    readonly livesMs: number;
    /** Breaks without a word. */
    readonly halfOpen: number;
    readonly slow: number;
  };
  readonly server: {
    /** Per write to its disk. */
    readonly killedAtWrite: number;
    readonly killedEveryMs: number;
    readonly downMs: number;
    readonly writeMs: number;
    readonly diskFullEveryMs: number;
  };
  readonly executor: {
    /** Per write to its disk, per order, per report. */
    readonly killedAtStep: number;
    readonly stoppedEveryMs: number;
    readonly downMs: number;
    readonly writeMs: number;
    readonly writeFails: number;
    readonly takeover: number;
    /** Between the last look and the order. */
    readonly pausedAfterCheck: number;
    readonly pauseMs: number;
  };
  readonly machine: {
    readonly troubleEveryMs: number;
    readonly suspendMs: number;
  };
  readonly venue: {
    readonly usualMs: number;
    readonly late: number;
    readonly lateMs: number;
    readonly lost: number;
    readonly answerLost: number;
    readonly rejects: number;
    readonly partial: number;
    readonly eventLost: number;
    readonly listingComplete: number;
  };
  /** Per minute, of each kind: cancel, close, amend, halt. */
  readonly operatorEveryMs: number;
}

const FRIENDLY: Profile = {
  name: 'friendly',
  signals: 400,
  signal: { everyMs: 400, ttlMs: [3_000, 30_000] },
  message: { usualMs: 15, lost: 0.01, repeated: 0.01, late: 0.02, lateMs: 800, reset: 0.005 },
  stream: { livesMs: 60_000, halfOpen: 0.2, slow: 0.05 },
  server: { killedAtWrite: 0.001, killedEveryMs: 90_000, downMs: 2_000, writeMs: 2, diskFullEveryMs: 400_000 },
  executor: {
    ...{ killedAtStep: 0.002, stoppedEveryMs: 60_000, downMs: 4_000, writeMs: 1, writeFails: 0.001, takeover: 0.15 },
    ...{ pausedAfterCheck: 0.01, pauseMs: 200 },
  },
  machine: { troubleEveryMs: 60_000, suspendMs: 4_000 },
  venue: {
    ...{ usualMs: 20, late: 0.03, lateMs: 1_500, lost: 0.01, answerLost: 0.02, rejects: 0.03, partial: 0.1 },
    ...{ eventLost: 0.02, listingComplete: 0.8 },
  },
  operatorEveryMs: 10_000,
};

const HOSTILE: Profile = {
  name: 'hostile',
  signals: 250,
  signal: { everyMs: 500, ttlMs: [250, 2_000] },
  message: { usualMs: 10, lost: 0.06, repeated: 0.08, late: 0.45, lateMs: 250, reset: 0.04 },
  stream: { livesMs: 12_000, halfOpen: 0.15, slow: 0.15 },
  server: { killedAtWrite: 0.004, killedEveryMs: 30_000, downMs: 600, writeMs: 6, diskFullEveryMs: 90_000 },
  executor: {
    ...{ killedAtStep: 0.008, stoppedEveryMs: 25_000, downMs: 1_500, writeMs: 3, writeFails: 0.004, takeover: 0.8 },
    ...{ pausedAfterCheck: 0.05, pauseMs: 700 },
  },
  machine: { troubleEveryMs: 8_000, suspendMs: 2_500 },
  venue: {
    ...{ usualMs: 25, late: 0.2, lateMs: 1_500, lost: 0.05, answerLost: 0.1, rejects: 0.05, partial: 0.2 },
    ...{ eventLost: 0.1, listingComplete: 0.6 },
  },
  operatorEveryMs: 4_000,
};

export const PROFILES: Readonly<Record<ProfileName, Profile>> = { friendly: FRIENDLY, hostile: HOSTILE };
