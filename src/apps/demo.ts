import { performance } from 'node:perf_hooks';
import { ElapsedClock } from '../adapters/clock/elapsed-clock.ts';
import { DemoFeed } from '../adapters/demo-market/demo-feed.ts';
import type { Decoded } from '../core/decoded.ts';
import type { LoadedConfig } from './config/load-config.ts';
import { type Past, resumption } from './past.ts';
import { type OpenedMarket, serve } from './serve.ts';

/** `tapewire demo`: the API with the guide's two test signals and no market. @returns the exit code */
export function demo(loaded: LoadedConfig): Promise<number> {
  return serve(loaded, { command: 'demo', journalName: 'demo', open: openDemo });
}

async function openDemo(past: Past): Promise<Decoded<OpenedMarket>> {
  const { resumedMs: marketTimeMs } = resumption(past, Date.now());
  const clock = new ElapsedClock({ marketTimeMs, speed: 1, wall: Date.now, monotonic: () => performance.now() });
  const feed = new DemoFeed({ clock, lastIssuedMs: (symbol) => past.books.signals.lastIssuedMs(symbol) });
  return {
    ok: true,
    value: {
      feed,
      clock,
      runAnchor: `demo ${marketTimeMs}`,
      source: feed.label,
      note: 'two test signals, issued anew every five minutes; no market behind them',
      lastPrices: () => ({}),
    },
  };
}
