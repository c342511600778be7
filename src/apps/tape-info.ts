import { expandFolders } from '../adapters/recording/recording.ts';
import type { LoadedConfig } from './config/load-config.ts';
import { ProgressBar } from './replay/progress-bar.ts';
import { describeFile } from './tape-info/describe.ts';
import type { FileInfo } from './tape-info/report.ts';
import { infoTable } from './tape-info/table.ts';

export interface TapeInfoOptions {
  readonly json: boolean;
  /** Trades, quotes and books further apart than this are a gap. */
  readonly silentSeconds: number;
}

/**
 * `tapewire tape info`: reads files from beginning to end, as a replay would, and says what is in them.
 * @returns the exit code: 1 when one of them is damaged or cannot be read
 */
export async function tapeInfo(
  { config }: LoadedConfig,
  files: readonly string[],
  { json, silentSeconds }: TapeInfoOptions,
): Promise<number> {
  const expanded = await expandFolders(files);
  if (!expanded.ok) {
    process.stderr.write(`tapewire: ${expanded.problem}\n`);
    return 1;
  }
  const bar = new ProgressBar(process.stderr);
  const infos: FileInfo[] = [];
  for (const file of expanded.value) {
    const onProgress = (readBytes: number, totalBytes: number): void => {
      const share = (infos.length + readBytes / Math.max(1, totalBytes)) / expanded.value.length;
      bar.draw(share, file);
    };
    const { instruments } = config.market;
    infos.push(await describeFile(file, { instruments, silentMs: silentSeconds * 1000, onProgress }));
  }
  bar.clear();
  process.stdout.write(json ? `${JSON.stringify({ files: infos }, undefined, 2)}\n` : infoTable(infos));
  return infos.some(({ damage }) => damage !== undefined) ? 1 : 0;
}
