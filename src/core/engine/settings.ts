import { TIMEFRAME_MS, type Timeframe } from '../market/timeframe.ts';
import type { PaperSettings } from '../paper/settings.ts';
import type { ExitSettings } from '../positions/settings.ts';
import type { RiskSettings } from '../risk/settings.ts';
import type { StrategyDefinition } from '../strategies/strategy.ts';

/** One configured strategy: who votes, how much it counts, and with which options (already checked by `parse`). */
export interface StrategySeat {
  readonly definition: StrategyDefinition;
  /** > 0. Consensus divides by the sum over all seats, whoever is present. */
  readonly weight: number;
  readonly options: unknown;
}

export interface FusionSettings {
  /** Whole number >= 1: how many strategies must agree at least. */
  readonly minStrategies: number;
  /** 0 to 100. */
  readonly minConsensus: number;
  /** 0 to 100. */
  readonly minStrength: number;
}

/** Distances in percent of the entry price, or in standard deviations of the horizon's return. */
export interface BracketSettings {
  readonly mode: 'percent' | 'volatility';
  readonly stopPercent: number;
  /** Three, growing. */
  readonly targetPercents: readonly [number, number, number];
  readonly stopSigmas: number;
  readonly targetSigmas: readonly [number, number, number];
  /** The horizon H of sigma_H per timeframe, seconds. */
  readonly horizonSeconds: Readonly<Record<Timeframe, number>>;
  /** sigma_H is clipped to this range, basis points. */
  readonly sigmaMinBps: number;
  readonly sigmaMaxBps: number;
}

export interface LeverageStep {
  readonly strength: number;
  readonly consensus: number;
  readonly leverage: number;
}

export interface LeverageSettings {
  /** Highest demands first; the first step that is met counts. */
  readonly table: readonly LeverageStep[];
  /** When no step is met. */
  readonly otherwise: number;
  readonly cap: number;
  /** Maintenance margin, percent of the position's value. */
  readonly maintenanceMarginPercent: number;
}

export interface SignalSettings {
  /** No second signal of a symbol within this market time. */
  readonly coolDownSeconds: number;
  /** A signal lives min(this share of its bar, `maxTtlSeconds`). */
  readonly ttlBarPercent: number;
  readonly maxTtlSeconds: number;
  /** A decision on a price older than this is refused. */
  readonly maxPriceAgeSeconds: number;
  /** How far the entry of a published signal may be from the market, percent. */
  readonly maxEntryDistancePercent: number;
}

/** What happens to signals in the process itself. */
export interface TradingSettings {
  readonly paper: PaperSettings;
  readonly exits: ExitSettings;
  readonly risk: RiskSettings;
}

export interface EngineSettings {
  /** What signal ids repeat with: the same tape under the same anchor gives the same ids. */
  readonly runAnchor: string;
  /** How the signals name their market: `SIMULATED medium`. */
  readonly market: string;
  /** There is no market behind this run, so published signals cannot be held against it: the demo. */
  readonly unpriced?: boolean;
  readonly timeframes: readonly Timeframe[];
  readonly seats: readonly StrategySeat[];
  readonly fusion: FusionSettings;
  readonly bracket: BracketSettings;
  readonly leverage: LeverageSettings;
  readonly signals: SignalSettings;
  /** Absent: nothing is traded on paper, no position is closed and no risk is watched from here. */
  readonly trading?: TradingSettings;
}

/** How long a signal of this timeframe lives: whole milliseconds of market time, at least one. */
export function signalTtlMs(timeframe: Timeframe, { ttlBarPercent, maxTtlSeconds }: SignalSettings): number {
  const ttlMs = Math.min((TIMEFRAME_MS[timeframe] * ttlBarPercent) / 100, maxTtlSeconds * 1000);
  return Math.max(1, Math.floor(ttlMs));
}
