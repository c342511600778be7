/** What a market of a scenario does. Rates of price are given for an instrument of REFERENCE_SIGMA_BPS and scale with it. */
export interface Scenario {
  /** One sentence for a person. */
  readonly summary: string;
  /** Drift of the fair price per unit of the hidden signal, basis points per second: what there is to be found. */
  readonly driftBps: number;
  /** How far the hidden signal tilts the probability that an aggressor buys; the book is tilted by half of it. */
  readonly flowTilt: number;
  /** After `turnSeconds` of market time the drift is multiplied by this. 1 for a market that stays as it is. */
  readonly driftAfterTurn: number;
  readonly turnSeconds: number;
  /** One-sided bursts of flow (metaorders) that begin per minute and instrument. */
  readonly burstsPerMinute: number;
  /** A jump is `jumpMinBps` to three times that, either way. */
  readonly jumpsPerDay: number;
  readonly jumpMinBps: number;
  /** Multiplies the sizes in the book. */
  readonly depth: number;
  /** Multiplies the spread. */
  readonly spread: number;
  /** Large orders that are withdrawn within a second, per minute and instrument. */
  readonly spoofsPerMinute: number;
  /** How many more liquidations one liquidation sets off, on average; 0 for none at all. */
  readonly liquidationBranching: number;
  /** Outages of the whole feed per hour. */
  readonly outagesPerHour: number;
}

/** The volatility, in basis points per square root of a second, that the rates of a scenario are quoted for. */
export const REFERENCE_SIGMA_BPS = 1.2;

/** Mean reversion of the hidden signal, per second. */
export const SIGNAL_REVERSION = 1 / 300;

const DAY_SECONDS = 86_400;

const CALM: Scenario = {
  summary: 'A fair price without drift, and flow that knows nothing: nothing can be earned here.',
  driftBps: 0,
  flowTilt: 0,
  driftAfterTurn: 1,
  turnSeconds: 9 * DAY_SECONDS,
  burstsPerMinute: 1.2,
  jumpsPerDay: 6,
  jumpMinBps: 6,
  depth: 1,
  spread: 1,
  spoofsPerMinute: 0,
  liquidationBranching: 0,
  outagesPerHour: 0,
};
const INFORMED: Scenario = { ...CALM, flowTilt: 0.12 };
const MEDIUM: Scenario = {
  ...INFORMED,
  summary: 'Flow leans with a hidden signal that moves the price more than on real markets, less than costs eat.',
  driftBps: 0.03,
};
const STRONG: Scenario = {
  ...INFORMED,
  summary: 'The hidden signal moves the price enough to be earned after costs: for testing, not like a real market.',
  driftBps: 0.08,
};

export const SCENARIOS = {
  null_strict: CALM,
  null_flow: {
    ...INFORMED,
    summary: 'Flow looks informed, the price is a martingale all the same: whoever trades here only pays costs.',
  },
  real: {
    ...INFORMED,
    summary: 'As weak a signal as published for real perpetuals: it can be measured, it cannot be earned.',
    driftBps: 0.006,
  },
  medium: MEDIUM,
  strong: STRONG,
  death: { ...STRONG, summary: 'Strong, until the signal stops meaning anything on day 9.', driftAfterTurn: 0 },
  flip: { ...STRONG, summary: 'Strong, until the signal means the opposite from day 9 on.', driftAfterTurn: -1 },
  spoof: {
    ...MEDIUM,
    summary: 'Medium, with large orders that are withdrawn within a second: the book lies.',
    spoofsPerMinute: 12,
  },
  gap: {
    ...MEDIUM,
    summary: 'Medium, with a feed that goes silent several times an hour and says afterwards what is missing.',
    outagesPerHour: 6,
  },
  cascade: {
    ...MEDIUM,
    summary: 'Medium, where a large move sets off liquidations that set off more of them.',
    liquidationBranching: 0.8,
  },
  illiquid: {
    ...MEDIUM,
    summary: 'Medium, with a fifth of the depth and five times the spread.',
    depth: 0.2,
    spread: 5,
  },
  jumpy: {
    ...MEDIUM,
    summary: 'Medium, where the price jumps by 10 to 30 basis points several times an hour.',
    jumpsPerDay: 150,
    jumpMinBps: 10,
  },
} as const satisfies Readonly<Record<string, Scenario>>;

export type ScenarioName = keyof typeof SCENARIOS;

export const SCENARIO_NAMES = Object.keys(SCENARIOS) as readonly ScenarioName[];
