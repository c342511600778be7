import type { Decoded } from '../../core/decoded.ts';
import type { FileHeader } from './header.ts';
import { type FileEnding, RecordingReader } from './recording-reader.ts';

export interface RecordingReport {
  readonly header: FileHeader;
  readonly ending: FileEnding;
  readonly totalBytes: number;
  readonly stepCount: number;
  /** Steps by kind. */
  readonly counts: Readonly<Record<string, number>>;
  /** Every instrument that market data came of. */
  readonly symbols: readonly string[];
  /** Market time of the earliest and the latest step; a recording begins with history. */
  readonly firstTimeMs: number | undefined;
  readonly lastTimeMs: number | undefined;
  /** Market time that nobody watched, as the engine was told. */
  readonly gaps: {
    readonly count: number;
    readonly totalMs: number;
    readonly longest: { readonly fromMs: number; readonly toMs: number } | undefined;
  };
}

/** Reads one file of a recording from beginning to end and tells what is in it. Memory: one block. */
export async function reportRecording(
  path: string,
  onProgress: (readBytes: number, totalBytes: number) => void,
): Promise<Decoded<RecordingReport>> {
  const opened = await RecordingReader.open(path);
  if (!opened.ok) return opened;
  const reader = opened.value;
  const { header, totalBytes } = reader;
  const counts = new Map<string, number>();
  const symbols = new Set<string>();
  let [firstMs, lastMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const gaps: { count: number; totalMs: number; longest: RecordingReport['gaps']['longest'] } = {
    ...{ count: 0, totalMs: 0, longest: undefined },
  };
  for await (const steps of reader.batches()) {
    for (const step of steps) {
      counts.set(step.kind, (counts.get(step.kind) ?? 0) + 1);
      if (step.kind === 'instrument') symbols.add(step.instrument.symbol);
      if ('symbol' in step && step.symbol !== undefined) symbols.add(step.symbol);
      const timeMs = step.kind === 'bar' ? step.closeTimeMs : 'eventTimeMs' in step ? step.eventTimeMs : undefined;
      if (timeMs !== undefined) [firstMs, lastMs] = [Math.min(firstMs, timeMs), Math.max(lastMs, timeMs)];
      if (step.kind !== 'gap') continue;
      const { fromMs, toMs } = step;
      gaps.count += 1;
      gaps.totalMs += toMs - fromMs;
      if (gaps.longest === undefined || toMs - fromMs > gaps.longest.toMs - gaps.longest.fromMs) {
        gaps.longest = { fromMs, toMs };
      }
    }
    onProgress(reader.readBytes, totalBytes);
  }
  const isEmpty = firstMs === Number.POSITIVE_INFINITY;
  const value: RecordingReport = {
    header,
    ending: reader.ending,
    totalBytes,
    stepCount: reader.stepCount,
    counts: Object.fromEntries(counts),
    symbols: [...symbols],
    firstTimeMs: isEmpty ? undefined : firstMs,
    lastTimeMs: isEmpty ? undefined : lastMs,
    gaps,
  };
  return { ok: true, value };
}
