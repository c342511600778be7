import type { EngineSettings, TradingSettings } from '../core/engine/settings.ts';
import type { LoadedConfig } from './config/load-config.ts';
import type { Config } from './config/schema.ts';

/** What the engine needs of the configuration, and of the run it is in. Without a market nothing is traded on paper. */
export function engineSettings(
  loaded: LoadedConfig,
  run: Pick<EngineSettings, 'runAnchor' | 'market' | 'unpriced'>,
): EngineSettings {
  const { fusion, bracket, leverage, signals } = loaded.config;
  const rules = { timeframes: fusion.timeframes, seats: loaded.seats, fusion, bracket, leverage, signals };
  const isTraded = loaded.config.paper.enabled && run.unpriced !== true;
  return { ...run, ...rules, ...(isTraded && { trading: tradingSettings(loaded.config) }) };
}

export function tradingSettings({ paper: { enabled: _, ...paper }, exits, risk }: Config): TradingSettings {
  const marginTiers = risk.marginTiers.map(({ notionalMax, ...tier }) =>
    notionalMax === undefined ? tier : { ...tier, notionalMax },
  );
  return { paper, exits, risk: { ...risk, marginTiers } };
}
