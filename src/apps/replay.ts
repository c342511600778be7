import { performance } from 'node:perf_hooks';
import { openSqliteJournal } from '../adapters/sqlite/journal.ts';
import type { Decoded } from '../core/decoded.ts';
import type { Effect } from '../core/engine/effect.ts';
import { Engine } from '../core/engine/engine.ts';
import type { Journal } from '../ports/journal.ts';
import type { LoadedConfig } from './config/load-config.ts';
import { engineSettings } from './engine-settings.ts';
import { openConfiguredTape } from './open-tape.ts';
import { ProgressBar } from './replay/progress-bar.ts';
import { SignalFile } from './replay/signal-file.ts';
import { replaySummary, SignalCount } from './replay/summary.ts';

export interface ReplayOptions {
  /** File for one signal per line; relative to the working directory. */
  readonly out: string | undefined;
  /** Journal to write; none when not given. */
  readonly journal: string | undefined;
}

/**
 * `tapewire replay`: tapes through the engine, as fast as they can be read. Without --journal it leaves nothing behind
 * but the file of --out, and the wall clock has no part in what it finds.
 * @returns the exit code
 */
export async function replay(loaded: LoadedConfig, options: ReplayOptions): Promise<number> {
  const problem = await run(loaded, options);
  if (problem === undefined) return 0;
  process.stderr.write(`tapewire: ${problem}\n`);
  return 1;
}

/** @returns why it could not be done, `undefined` after the summary was printed */
async function run(loaded: LoadedConfig, options: ReplayOptions): Promise<string | undefined> {
  const opened = await openConfiguredTape(loaded.config.market);
  if (!opened.ok) return opened.problem;
  const tape = opened.value;
  const file = SignalFile.open(options.out);
  if (!file.ok) return file.problem;
  const journal = options.journal === undefined ? undefined : openEmptyJournal(options.journal, loaded);
  if (journal?.ok === false) return journal.problem;

  const engine = new Engine(engineSettings(loaded, { runAnchor: 'replay', market: 'REPLAY' }));
  const signals = new SignalCount();
  const bar = new ProgressBar(process.stderr);
  const beganMs = performance.now();
  try {
    for await (const batch of tape.batches()) {
      const effects: Effect[] = [];
      for (const event of batch) for (const effect of engine.apply(event)) effects.push(effect);
      if (effects.length > 0) {
        await journal?.value.append(effects);
        file.value.write(effects);
        for (const effect of effects) if (effect.kind === 'signal_issued') signals.add(effect.signal);
      }
      const { readBytes, totalBytes, rowCount } = tape.progress;
      bar.draw(readBytes / totalBytes, `${rowCount} rows, ${signals.total} signals`);
    }
  } finally {
    bar.clear();
    await journal?.value.close();
  }
  const tookMs = performance.now() - beganMs;
  process.stdout.write(replaySummary({ tape, signals, census: engine.census, tookMs, sha256: file.value.close() }));
  return undefined;
}

/** Market time of a tape lies where it lies, so a replay can only be the first thing in its journal. */
function openEmptyJournal(path: string, { config }: LoadedConfig): Decoded<Journal> {
  const opened = openSqliteJournal({ path, nowMs: Date.now(), ...config.journal });
  if (!opened.ok) return opened;
  for (const _ of opened.value.read(0)) {
    void opened.value.close();
    return { ok: false, problem: `${path} already holds signals: a replay needs a journal of its own` };
  }
  return opened;
}
