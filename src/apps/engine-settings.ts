import type { EngineSettings } from '../core/engine/settings.ts';
import type { LoadedConfig } from './config/load-config.ts';

/** What the engine needs of the configuration, and of the run it is in. */
export function engineSettings(
  loaded: LoadedConfig,
  run: Pick<EngineSettings, 'runAnchor' | 'market' | 'unpriced'>,
): EngineSettings {
  const { fusion, bracket, leverage, signals } = loaded.config;
  return { ...run, timeframes: fusion.timeframes, seats: loaded.seats, fusion, bracket, leverage, signals };
}
