import { tmpdir } from 'node:os';
import { BUILT_INS } from '../src/apps/config/defaults.ts';
import { loadConfig } from '../src/apps/config/load-config.ts';
import { engineSettings } from '../src/apps/engine-settings.ts';
import { Engine } from '../src/core/engine/engine.ts';
import type { EngineSettings } from '../src/core/engine/settings.ts';

/** What a fresh install decides by: six strategies, three timeframes. */
export async function defaultSettings(): Promise<EngineSettings> {
  const loaded = await loadConfig({ flags: {}, env: {}, cwd: tmpdir(), strategies: BUILT_INS });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ text }) => text).join('; '));
  return engineSettings(loaded.value, { runAnchor: 'bench', market: 'BENCH' });
}

export function newEngine(settings: EngineSettings, symbols: readonly string[]): Engine {
  const engine = new Engine(settings);
  for (const symbol of symbols) {
    engine.apply({ kind: 'instrument', instrument: { symbol, tickSize: 0.01, stepSize: 0.001 } });
  }
  return engine;
}
