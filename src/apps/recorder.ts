import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { RecordedSettings, SessionStart } from '../adapters/recording/header.ts';
import { RecordingWriter, type WriterOptions } from '../adapters/recording/recording-writer.ts';
import { makeFolders } from '../adapters/sqlite/data-dir.ts';
import type { Decoded } from '../core/decoded.ts';
import type { EngineSettings } from '../core/engine/settings.ts';
import { faultWords } from '../ports/fault-words.ts';
import type { MarketFeed } from '../ports/market-feed.ts';
import type { Config } from './config/schema.ts';
import { packageVersion } from './version.ts';

/** What a recording needs to know of the run it is of. */
export interface Recorded {
  readonly feed: Pick<MarketFeed, 'kind'>;
  readonly source: string;
  readonly settings: EngineSettings;
  /** Whether an engine decides on what is recorded. */
  readonly decided: boolean;
}

type Destination = Pick<WriterOptions, 'to' | 'books' | 'nowMs' | 'onFault'>;

const MB = 1_000_000;

/** Begins a recorded session. */
export async function openRecorder(
  { recording, market }: Pick<Config, 'recording' | 'market'>,
  { feed, source, settings, decided }: Recorded,
  destination: Destination,
): Promise<Decoded<RecordingWriter>> {
  const start: SessionStart = {
    session: randomBytes(16).toString('hex'),
    version: packageVersion(),
    kind: feed.kind,
    market: settings.market,
    source,
    runAnchor: settings.runAnchor,
    asked: market.symbols,
    marketTimeMs: destination.nowMs(),
    wallTimeMs: Date.now(),
    decided,
    settings: recordedSettings(settings),
  };
  const { fileMb, keepFreeMb } = recording;
  try {
    if ('folder' in destination.to) makeFolders(resolve(destination.to.folder));
    const sizes = { fileBytes: fileMb * MB, keepFreeBytes: keepFreeMb * MB };
    return { ok: true, value: await RecordingWriter.open({ start, ...sizes, ...destination }) };
  } catch (error) {
    const { to } = destination;
    const where = 'folder' in to ? to.folder : to.file;
    return { ok: false, problem: `cannot record to ${where}: ${faultWords(error)}` };
  }
}

export const recordingFolder = ({ dataDir, recording }: Config): string => recording.dir ?? join(dataDir, 'tapes');

/** What a session's signals hang on besides its market, so that another run can be held against it. */
function recordedSettings({ runAnchor: _, market: __, seats, ...sections }: EngineSettings): RecordedSettings {
  return {
    strategies: seats.map(({ definition, weight, options }) => ({ name: definition.name, weight, options })),
    sections: { ...sections },
  };
}

/** The names of what is set otherwise than when it was recorded. */
export function settingsThatDiffer(recorded: RecordedSettings, settings: EngineSettings): string[] {
  const now = JSON.parse(JSON.stringify(recordedSettings(settings))) as RecordedSettings;
  const names = [...new Set([...Object.keys(recorded.sections), ...Object.keys(now.sections)])];
  const sections = names.filter((name) => !isDeepStrictEqual(recorded.sections[name], now.sections[name]));
  return isDeepStrictEqual(recorded.strategies, now.strategies) ? sections : ['strategies', ...sections];
}
