import { RecordedTape } from '../adapters/recording/recorded-tape.ts';
import { areRecordings, expandFolders, openRecording, type Recording } from '../adapters/recording/recording.ts';
import { openTape, type Tape } from '../adapters/replay/tape.ts';
import { nameSource, parseSource } from '../adapters/replay/tape-source.ts';
import type { Decoded } from '../core/decoded.ts';
import type { Playable } from '../ports/playable.ts';
import type { Config } from './config/schema.ts';

/** Tapes as vendors publish them, or what this program recorded. */
export type OpenedFiles =
  | { readonly kind: 'tape'; readonly tape: Tape; readonly paths: readonly string[] }
  | { readonly kind: 'recording'; readonly recording: Recording; readonly paths: readonly string[] };

/** The files of the configuration, without the tapes of instruments that are not asked for. */
export async function openConfiguredFiles(market: Config['market']): Promise<Decoded<OpenedFiles>> {
  const files = await expandFolders(market.files);
  if (!files.ok) return files;
  const paths = files.value.map((file) => parseSource(file).path);
  const recorded = await areRecordings(paths);
  if (!recorded.ok) return recorded;
  if (!recorded.value) {
    const tape = await openConfiguredTape({ ...market, files: [...files.value] });
    return tape.ok ? { ok: true, value: { kind: 'tape', tape: tape.value, paths } } : tape;
  }
  const recording = await openRecording(paths);
  return recording.ok ? { ok: true, value: { kind: 'recording', recording: recording.value, paths } } : recording;
}

/** The same, to be played at the pace of a clock. */
export async function openPlayable(market: Config['market']): Promise<Decoded<Playable>> {
  const opened = await openConfiguredFiles(market);
  if (!opened.ok) return opened;
  if (opened.value.kind === 'tape') return { ok: true, value: opened.value.tape };
  const { recording } = opened.value;
  const [problem] = recording.unreadable;
  if (problem !== undefined) return { ok: false, problem };
  const wanted = market.symbols === 'all' ? undefined : market.symbols;
  return { ok: true, value: await RecordedTape.open(recording, wanted) };
}

async function openConfiguredTape({ files, symbols, instruments }: Config['market']): Promise<Decoded<Tape>> {
  const sources = files.map(parseSource);
  if (symbols === 'all') return openTape(sources, { instruments });
  const named = sources.map((source) => ({ source, name: nameSource(source) }));
  const wanted = named.filter(({ name }) => !name.ok || symbols.includes(name.value.symbol.toUpperCase()));
  if (wanted.length === 0) {
    const there = named.map(({ name }) => (name.ok ? name.value.symbol : '?')).join(', ');
    return { ok: false, problem: `no tape is of ${symbols.join(', ')}: the files are of ${there}` };
  }
  return openTape(
    wanted.map(({ source }) => source),
    { instruments },
  );
}
