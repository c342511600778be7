import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';
import type { Decoded } from '../../core/decoded.ts';
import { faultWords } from '../../ports/fault-words.ts';

/** Lines wait in memory while the disk is slow; beyond this they are dropped, and counted. */
const MAX_WAITING_BYTES = 8_000_000;
const CLOSE_WITHIN_MS = 2_000;
/** Lines are written together after so long, or when they are so many: handing each to the disk costs more than making it. */
const TOGETHER_MS = 20;
const TOGETHER_BYTES_MAX = 65_536;

export interface LogFile {
  write(line: string): void;
  close(): Promise<void>;
}

interface FileSettings {
  readonly file: string;
  readonly maxSizeMb: number;
  readonly keepFiles: number;
}

/**
 * `name`, and beside it `name.1` (the youngest) to `name.<keepFiles>`.
 * @param warn called once, when the file stops being writable while we run
 */
export async function openLogFile(
  { file, maxSizeMb, keepFiles }: FileSettings,
  warn: (problem: string) => void,
): Promise<Decoded<LogFile>> {
  const refusal = (error: unknown): string => `the log file ${file} cannot be written: ${faultWords(error)}`;
  let stream: RotatingFileStream;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // With `rotate` the first argument is the index, and nothing for the file itself, whatever the types call it.
    stream = createStream((index) => (index ? `${basename(file)}.${index}` : basename(file)), {
      path: dirname(file),
      size: `${Math.ceil(maxSizeMb * 1024)}K`,
      rotate: keepFiles,
    });
    await once(stream, 'open');
  } catch (error) {
    return { ok: false, problem: refusal(error) };
  }

  let broken = false;
  let dropped = 0;
  stream.on('error', (error) => {
    if (!broken) warn(refusal(error));
    broken = true;
  });
  // The file is rotated between two writes, so that a write must be small beside it.
  const togetherMax = Math.min(TOGETHER_BYTES_MAX, (maxSizeMb * 1_048_576) / 64);
  let pending = '';
  let waiting: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(waiting);
    waiting = undefined;
    if (pending !== '' && !stream.writableEnded) stream.write(pending);
    pending = '';
  };
  const write = (line: string): void => {
    if (broken || stream.writableEnded) return;
    if (stream.writableLength > MAX_WAITING_BYTES) {
      dropped += 1;
      return;
    }
    if (dropped > 0) {
      pending += `${JSON.stringify({ level: 40, time: Date.now(), msg: `${dropped} log lines dropped: slow disk` })}\n`;
      dropped = 0;
    }
    if (pending.length + line.length > togetherMax) flush();
    pending += line;
    waiting ??= setTimeout(flush, TOGETHER_MS);
  };
  const close = async (): Promise<void> => {
    if (broken || stream.closed) return;
    flush();
    const closed = new Promise<void>((resolve) => stream.once('close', resolve));
    if (!stream.writableEnded) stream.end();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_WITHIN_MS);
    });
    await Promise.race([closed, late]);
    clearTimeout(timer);
  };
  return { ok: true, value: { write, close } };
}
