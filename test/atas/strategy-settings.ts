import type { Random } from '../../src/core/simulation/random.ts';

export interface SettingsPlaces {
  readonly url: string;
  readonly keyFile: string;
  /** The step of quantities. */
  readonly stepSize: number;
}

/** The settings of the strategy as a person would choose them for the loop, by the names of its properties. */
export function settingsOf(
  { url, keyFile, stepSize }: SettingsPlaces,
  chance: Random,
): Readonly<Record<string, string>> {
  return {
    ServerUrl: url,
    KeyFilePath: keyFile,
    Mode: 'Auto',
    TradeWithoutExpectancy: 'true',
    // The one before it is dead for certain: the loop has killed it.
    TakeOver: 'true',
    SizingMode: 'Fixed',
    SizeValue: String(Number((20 * stepSize).toPrecision(10))),
    LeverageMax: '100',
    Targets: chance.uniform() < 0.4 ? 'ThreeTargets' : 'OneTarget',
    EnterByLimit: String(chance.uniform() < 0.3),
    GraceMs: String(GRACE_MS),
  };
}

/** What the strategy promises, and what it is held to. */
export const GRACE_MS = 5_000;
