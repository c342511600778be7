import { performance } from 'node:perf_hooks';
import { openSqliteJournal } from '../adapters/sqlite/journal.ts';
import type { Decoded } from '../core/decoded.ts';
import type { Journal } from '../ports/journal.ts';
import { JournalError } from '../ports/journal-error.ts';
import type { LoadedConfig } from './config/load-config.ts';
import { engineSettings } from './engine-settings.ts';
import { type OpenedFiles, openConfiguredFiles } from './open-tape.ts';
import { untilInterrupted } from './replay/interruption.ts';
import { ProgressBar } from './replay/progress-bar.ts';
import { RecordingRun } from './replay/recording-run.ts';
import type { ReplayRun } from './replay/run.ts';
import { SignalFile, STDOUT } from './replay/signal-file.ts';
import { replaySummary, SignalCount } from './replay/summary.ts';
import { TapeRun } from './replay/tape-run.ts';

export interface ReplayOptions {
  /** File for one signal per line, relative to the working directory; `-` is stdout. */
  readonly out: string | undefined;
  /** Journal to write; none when not given. */
  readonly journal: string | undefined;
}

/**
 * `tapewire replay`: tapes through the engine, as fast as they can be read. Without --journal it leaves nothing behind
 * but the file of --out, and the wall clock has no part in what it finds.
 * @returns the exit code: 1 as well when a tape broke off, whose beginning was read and counts, or has nothing of what was asked for
 */
export async function replay(loaded: LoadedConfig, options: ReplayOptions): Promise<number> {
  const problem = await run(loaded, options);
  if (problem === undefined) return 0;
  process.stderr.write(`tapewire: ${problem}\n`);
  return 1;
}

/** Checks all that may stand in the way before the first row, and touches no file that it did not make. */
async function run(loaded: LoadedConfig, options: ReplayOptions): Promise<string | undefined> {
  const opened = await openConfiguredFiles(loaded.config.market);
  if (!opened.ok) return opened.problem;
  const file = SignalFile.open(options.out, [...opened.value.paths, ...journalFiles(options.journal)]);
  if (!file.ok) return file.problem;
  const stop = untilInterrupted();
  try {
    const journal = await openEmptyJournal(options.journal, loaded);
    if (!journal.ok) return journal.problem;
    try {
      const run = runOf(loaded, opened.value);
      const parts = { run, file: file.value, journal: journal.value, stop: stop.signal };
      return await play(parts, options.out === STDOUT ? process.stderr : process.stdout);
    } finally {
      await journal.value?.close();
    }
  } catch (error) {
    if (error instanceof JournalError) return error.message;
    throw error;
  } finally {
    stop.release();
    file.value.discard();
  }
}

function runOf(loaded: LoadedConfig, files: OpenedFiles): ReplayRun {
  const { symbols } = loaded.config.market;
  const wanted = symbols === 'all' ? undefined : new Set(symbols);
  if (files.kind === 'tape') {
    return new TapeRun(files.tape, engineSettings(loaded, { runAnchor: 'replay', market: 'REPLAY' }), wanted);
  }
  return new RecordingRun({
    recording: files.recording,
    settingsFor: (run) => engineSettings(loaded, run),
    wanted,
  });
}

interface Parts {
  readonly run: ReplayRun;
  readonly file: SignalFile;
  readonly journal: Journal | undefined;
  readonly stop: AbortSignal;
}

/** @returns why it could not be done, or what is wrong with what was read; `undefined` when all is well */
async function play({ run, file, journal, stop }: Parts, told: NodeJS.WriteStream): Promise<string | undefined> {
  const signals = new SignalCount();
  const bar = new ProgressBar(process.stderr);
  const beganMs = performance.now();
  let lastSeq = 0;
  try {
    for await (const effects of run.effects()) {
      if (stop.aborted) return 'stopped before the end: there is no summary, and no file of --out';
      if (effects.length > 0) {
        const hole = effects[0]!.seq - lastSeq - 1;
        if (journal !== undefined && hole !== 0) {
          return `${hole} effects before this recording, or in the middle of it, are not here: a journal has no holes, replay it without --journal`;
        }
        lastSeq = effects.at(-1)!.seq;
        await journal?.append(effects);
        const problem = file.write(effects);
        if (problem !== undefined) return problem;
        for (const effect of effects) if (effect.kind === 'signal_issued') signals.add(effect.signal);
      }
      const { readBytes, totalBytes, rowCount } = run.progress;
      bar.draw(readBytes / totalBytes, `${rowCount} rows, ${signals.total} signals`);
    }
  } finally {
    bar.clear();
  }
  const tookMs = performance.now() - beganMs;
  const sha256 = file.finish();
  if (!sha256.ok) return sha256.problem;
  told.write(replaySummary({ run, signals, tookMs, sha256: sha256.value }));
  return run.damage;
}

/** Market time of a tape lies where it lies, so a replay can only be the first thing in its journal. */
async function openEmptyJournal(
  path: string | undefined,
  { config }: LoadedConfig,
): Promise<Decoded<Journal | undefined>> {
  if (path === undefined) return { ok: true, value: undefined };
  const opened = openSqliteJournal({ path, nowMs: Date.now(), ...config.journal });
  if (!opened.ok) return opened;
  for await (const _ of opened.value.read(0)) {
    await opened.value.close();
    return { ok: false, problem: `${path} already holds signals: a replay needs a journal of its own` };
  }
  return opened;
}

/** A journal is more than one file. */
const journalFiles = (path: string | undefined): readonly string[] =>
  path === undefined ? [] : ['', '-wal', '-shm', '.lock', '.new'].map((suffix) => `${path}${suffix}`);
