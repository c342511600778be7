import type { AtasBuild } from './dotnet.ts';
import { type LoopResult, runLoop } from './loop-run.ts';
import { GRACE_MS } from './strategy-settings.ts';

export interface LoopsOptions {
  readonly signals: number;
  readonly seed: number;
  /** How many run beside each other, each on a symbol, server, exchange and platform of its own. */
  readonly loops: number;
  readonly build: AtasBuild;
  /** One signal of so many has something killed while it lives: the platform, the server, both, in turn. */
  readonly killEvery: number;
  readonly onProgress?: (sentence: string) => void;
}

/** The last line of `npm run loop`. */
export interface Summary {
  readonly signals: number;
  readonly entries: number;
  readonly double_entries: number;
  readonly orphan_exits: number;
  readonly naked_ms_max: number;
  readonly grace_ms: number;
  readonly in_doubt: number;
  readonly ledgers_equal: boolean;
  readonly published_to_sent_ms: { readonly p50: number; readonly p99: number; readonly n: number };
  /** How many deliveries ended how. */
  readonly ends: Readonly<Record<string, number>>;
  readonly kills: number;
  readonly manual_orders: number;
  readonly problems: number;
  readonly seed: number;
}

const SYMBOLS = ['ETHUSDT', 'BTCUSDT', 'SOLUSDT', 'XRPUSDT', 'BNBUSDT', 'DOGEUSDT'];

export async function runLoops(options: LoopsOptions): Promise<{
  readonly summary: Summary;
  readonly results: readonly LoopResult[];
  readonly problems: readonly string[];
}> {
  const { signals, seed, loops, build, killEvery, onProgress } = options;
  const runs = await Promise.allSettled(
    SYMBOLS.slice(0, loops).map((symbol, index) =>
      runLoop({
        ...{ symbol, build, killEvery, seed: seed * 100 + index },
        signals: Math.floor(signals / loops) + (index < signals % loops ? 1 : 0),
        ...(onProgress && { onProgress }),
      }),
    ),
  );
  const results = runs.flatMap((run) => (run.status === 'fulfilled' ? [run.value] : []));
  const broken = runs.flatMap((run) => (run.status === 'rejected' ? [String((run.reason as Error).stack)] : []));
  const sum = (of: (result: LoopResult) => number): number => results.reduce((total, result) => total + of(result), 0);
  const problems = [...broken, ...results.flatMap((result) => result.problems)];
  const latencies = results.flatMap(({ publishedToSentMs }) => publishedToSentMs).sort((a, b) => a - b);
  const summary: Summary = {
    signals: sum((result) => result.signals),
    entries: sum(({ verdict }) => verdict.entries),
    double_entries: sum(({ verdict }) => verdict.doubleEntries),
    orphan_exits: sum(({ verdict }) => verdict.orphanExits),
    naked_ms_max: Math.max(0, ...results.map(({ verdict }) => verdict.nakedMsMax)),
    grace_ms: GRACE_MS,
    in_doubt: sum(({ verdict }) => verdict.inDoubt),
    ledgers_equal: broken.length === 0 && results.every(({ verdict }) => verdict.ledgersEqual),
    published_to_sent_ms: { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), n: latencies.length },
    ends: endsOf(results),
    kills: sum((result) => result.kills),
    manual_orders: sum((result) => result.manualOrders),
    problems: problems.length,
    seed,
  };
  return { summary, results, problems };
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

function endsOf(results: readonly LoopResult[]): Readonly<Record<string, number>> {
  const ends: Record<string, number> = {};
  for (const { state, intent, reason } of results.flatMap(({ record }) =>
    record.signals.flatMap((each) => each.deliveries),
  )) {
    const end = `${intent === 'CLOSE' ? 'close ' : ''}${state}: ${reason.split(/[:,(]/, 1)[0]!.slice(0, 60)}`;
    ends[end] = (ends[end] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(ends).sort(([, one], [, other]) => other - one));
}
