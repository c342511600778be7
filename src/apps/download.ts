import { resolve } from 'node:path';
import { DUMPS_URL, type Dump, type DumpOrder, dumpsFor } from '../adapters/dumps/catalogue.ts';
import { DumpFetcher } from '../adapters/dumps/fetch-dump.ts';
import type { Outcome } from '../adapters/dumps/outcome.ts';
import { makeFolders } from '../adapters/sqlite/data-dir.ts';
import { faultWords } from '../ports/fault-words.ts';
import { untilInterrupted } from './replay/interruption.ts';
import { ProgressBar } from './replay/progress-bar.ts';

export interface DownloadOptions {
  readonly order: DumpOrder;
  readonly folder: string;
  /** Another server with the same files; `undefined` for Binance's. */
  readonly fromUrl: string | undefined;
  /** Files at the same time. */
  readonly parallel: number;
}

/** More is not faster, and a server that is asked for more at once may well refuse. */
const TRIES = 6;
const PAUSE_MS = 500;
const SILENT_MS = 30_000;

/**
 * `tapewire download`: Binance's published dumps, whole and with the right checksum or not at all.
 * @returns the exit code: 1 when a file is missing, 2 when the order cannot be understood
 */
export async function download({ order, folder, fromUrl, parallel }: DownloadOptions): Promise<number> {
  const dumps = dumpsFor(order, Date.now());
  if (!dumps.ok) return tell(dumps.problem, 2);
  try {
    makeFolders(resolve(folder));
  } catch (error) {
    return tell(`${folder} cannot be made: ${faultWords(error)}`, 1);
  }
  warnOfProxy();
  const baseUrl = (fromUrl ?? DUMPS_URL).replace(/\/+$/, '');
  const interruption = untilInterrupted();
  const lost = new AbortController();
  const board = new Board(dumps.value.length);
  const fetcher = new DumpFetcher({
    ...{ baseUrl, folder, tries: TRIES, pauseMs: PAUSE_MS, silentMs: SILENT_MS },
    stop: AbortSignal.any([interruption.signal, lost.signal]),
    onProgress: (name, bytes, totalBytes) => board.progress(name, bytes, totalBytes),
  });
  const fetchOne = async ({ name, path, instead }: Dump): Promise<void> => {
    const outcome = await fetcher.fetch(name, path);
    if (outcome.kind === 'missing' && instead.length > 0) {
      // A month is published some days after it is over.
      board.replace(instead.length);
      for (const day of instead) await fetchOne(day);
      return;
    }
    if (outcome.kind === 'failed' && outcome.isFinal) lost.abort();
    board.done(name, outcome);
  };
  const queue = [...dumps.value];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined && !lost.signal.aborted; next = queue.shift()) {
      if (interruption.signal.aborted) return;
      await fetchOne(next);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  interruption.release();
  board.end();
  return board.report(folder, baseUrl);
}

/** Node reaches the world through a proxy only when it is told to, and a firewall would be blamed for it. */
function warnOfProxy(): void {
  const { HTTPS_PROXY, https_proxy, NODE_USE_ENV_PROXY } = process.env;
  if ((HTTPS_PROXY ?? https_proxy ?? '') === '' || NODE_USE_ENV_PROXY === '1') return;
  process.stderr.write(
    'tapewire: warning: HTTPS_PROXY is set, but Node obeys it only from version 22.21 on and with NODE_USE_ENV_PROXY=1\n',
  );
}

/** What has come so far, on the terminal while it goes on and in words at the end. */
class Board {
  readonly #bar = new ProgressBar(process.stderr);
  readonly #underWay = new Map<string, { readonly bytes: number; readonly share: number }>();
  readonly #outcomes: { readonly name: string; readonly outcome: Outcome }[] = [];
  #wanted: number;
  #bytes = 0;

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  progress(name: string, bytes: number, totalBytes: number | undefined): void {
    this.#underWay.set(name, { bytes, share: totalBytes === undefined ? 0 : bytes / totalBytes });
    this.#draw();
  }

  /** One file stands for as many others. */
  replace(count: number): void {
    this.#wanted += count - 1;
  }

  done(name: string, outcome: Outcome): void {
    this.#outcomes.push({ name, outcome });
    this.#underWay.delete(name);
    if (outcome.kind === 'fetched') this.#bytes += outcome.bytes;
    this.#draw();
  }

  end(): void {
    this.#bar.clear();
  }

  report(folder: string, baseUrl: string): number {
    const names = (kind: Outcome['kind']): string[] =>
      this.#outcomes.filter(({ outcome }) => outcome.kind === kind).map(({ name }) => name);
    const [fetched, present, missing] = [names('fetched'), names('present'), names('missing')];
    process.stdout.write(
      `${fetched.length} of ${this.#wanted} files fetched to ${folder}, ${megabytes(this.#bytes)}; ${present.length} were there\n`,
    );
    let code = 0;
    if (missing.length > 0) {
      const what = missing.length === 1 ? 'is not published' : 'are not published';
      const why = 'the day may not be over, or the instrument was not traded then, or is spelt another way';
      code = tell(`${missing.join(', ')} ${what}: ${why}`, 1);
    }
    const problems = new Map<string, string[]>();
    for (const { name, outcome } of this.#outcomes) {
      if (outcome.kind !== 'failed') continue;
      problems.set(outcome.problem, [...(problems.get(outcome.problem) ?? []), name]);
    }
    for (const [problem, files] of problems) code = tell(`${files.join(', ')} from ${baseUrl}: ${problem}`, 1);
    if (fetched.length + present.length + missing.length === this.#wanted) return code;
    if (problems.size === 0) code = tell('stopped', 1);
    return tell('what has come of the others stays as .part: the same command again goes on from there', 1);
  }

  #draw(): void {
    const count = this.#outcomes.length;
    let [bytes, files] = [this.#bytes, count];
    for (const each of this.#underWay.values()) [bytes, files] = [bytes + each.bytes, files + each.share];
    this.#bar.draw(files / this.#wanted, `${count} of ${this.#wanted} files, ${megabytes(bytes)}`);
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

function tell(problem: string, code: number): number {
  process.stderr.write(`tapewire: ${problem}\n`);
  return code;
}
