import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { faultCode, faultWords } from '../../ports/fault-words.ts';
import { networkWords, Refused, Unsteady, unsteadyOf } from './answer.ts';
import type { Outcome } from './outcome.ts';

export interface FetchOptions {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly folder: string;
  readonly stop: AbortSignal;
  /** How much of a file is here, and how much of it there is if that is known. */
  readonly onProgress: (name: string, bytes: number, totalBytes: number | undefined) => void;
  /** Tries in a row that bring nothing before a file is given up. */
  readonly tries: number;
  /** The pause behind the first failure; doubled with each, up to sixty times, and a little of chance. Milliseconds. */
  readonly pauseMs: number;
  /** Without a byte for this long a connection counts as dead, milliseconds. */
  readonly silentMs: number;
}

/** Fetches published files, each with its checksum beside it. A file has its name only when it is whole and right. */
export class DumpFetcher {
  readonly #options: FetchOptions;

  constructor(options: FetchOptions) {
    this.#options = options;
  }

  /** @param path below the base URL */
  async fetch(name: string, path: string): Promise<Outcome> {
    try {
      return await this.#fetch(join(this.#options.folder, name), `${this.#options.baseUrl}${path}`, name);
    } catch (error) {
      if (this.#options.stop.aborted) return { kind: 'stopped' };
      if (error instanceof Unsteady || error instanceof Refused)
        return { kind: 'failed', problem: error.message, isFinal: false };
      if (faultCode(error) === '') throw error;
      return { kind: 'failed', problem: `cannot be written: ${faultWords(error)}`, isFinal: true };
    }
  }

  async #fetch(target: string, url: string, name: string): Promise<Outcome> {
    const published = await this.#persist(() => this.#checksum(`${url}.CHECKSUM`));
    if (published === undefined) return { kind: 'missing' };
    const here = statSync(target, { throwIfNoEntry: false });
    if (here?.isFile() && (await sha256(target)) === published) return { kind: 'present', bytes: here.size };
    const part = `${target}.part`;
    let resumed = sizeOf(part) > 0;
    // Twice: what is left of an earlier try may be of a file that was published anew since.
    for (const isLast of [false, true]) {
      const bytes = await this.#persist(
        () => this.#body(url, part, name),
        () => sizeOf(part),
      );
      if (bytes === undefined) return { kind: 'missing' };
      if ((await sha256(part)) === published) {
        await rename(part, target);
        await writeFile(`${target}.CHECKSUM`, `${published}  ${name}\n`);
        return { kind: 'fetched', bytes, resumed };
      }
      await rm(part, { force: true });
      resumed = false;
      if (isLast) break;
    }
    return { kind: 'failed', problem: 'what came twice has not the published checksum', isFinal: false };
  }

  /** Tries again while it is worth it. As long as bytes come, no failure counts. */
  async #persist<T>(attempt: () => Promise<T>, progress: () => number = () => 0): Promise<T> {
    const { stop, tries, pauseMs } = this.#options;
    let reached = progress();
    for (let failures = 1; ; failures += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof Unsteady) || stop.aborted) throw error;
        const now = progress();
        if (now > reached) failures = 1;
        reached = now;
        if (failures >= tries) throw error;
        const pause = Math.min(60, 2 ** (failures - 1)) * pauseMs * (0.75 + Math.random() / 2);
        await sleep(Math.max(error.waitMs ?? 0, pause), undefined, { signal: stop });
      }
    }
  }

  /** @returns SHA-256 in hexadecimal digits; `undefined` when there is no such file */
  async #checksum(url: string): Promise<string | undefined> {
    return this.#ask(url, {}, async (response, watch) => {
      if (response.status === 404) return undefined;
      const text = await response.text();
      watch();
      const sum = /^[0-9a-f]{64}\b/i.exec(text)?.[0];
      if (sum === undefined) throw new Unsteady('the published checksum cannot be read');
      return sum.toLowerCase();
    });
  }

  /** Appends what is missing of a part. @returns its size when it is whole, `undefined` when there is no such file */
  async #body(url: string, part: string, name: string): Promise<number | undefined> {
    const from = sizeOf(part);
    const headers = from > 0 ? { range: `bytes=${from}-` } : {};
    return this.#ask(url, headers, async (response, watch) => {
      if (response.status === 404) return undefined;
      // Nothing is left to send: the part is whole, or it is of something else; the checksum will tell.
      if (response.status === 416) return from;
      // A server that knows no ranges sends all of it.
      const begin = response.status === 206 ? from : 0;
      if (response.status === 206 && !response.headers.get('content-range')?.startsWith(`bytes ${from}-`)) {
        await rm(part, { force: true });
        throw new Unsteady('the server sent another range than it was asked for');
      }
      const announced = Number(response.headers.get('content-length') ?? Number.NaN);
      const totalBytes = Number.isFinite(announced) ? begin + announced : undefined;
      const file = await open(part, begin > 0 ? 'a' : 'w');
      try {
        let bytes = begin;
        for await (const piece of response.body ?? []) {
          watch();
          await file.writeFile(piece);
          bytes += piece.length;
          this.#options.onProgress(name, bytes, totalBytes);
        }
        if (totalBytes !== undefined && bytes < totalBytes) throw new Unsteady('the connection was cut');
        return bytes;
      } finally {
        await file.close();
      }
    });
  }

  /** One request, given up when nothing comes for too long. What the network does wrong becomes `Unsteady`. */
  async #ask<T>(
    url: string,
    headers: Readonly<Record<string, string>>,
    read: (response: Response, watch: () => void) => Promise<T>,
  ): Promise<T> {
    const { stop, silentMs } = this.#options;
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), silentMs);
    const watch = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), silentMs);
    };
    try {
      const signal = AbortSignal.any([stop, silence.signal]);
      const response = await fetch(url, { signal, headers: { 'accept-encoding': 'identity', ...headers } });
      watch();
      const unsteady = unsteadyOf(response);
      if (unsteady !== undefined) throw unsteady;
      if (!response.ok && response.status !== 404 && response.status !== 416) {
        throw new Refused(`the server answers ${response.status}`);
      }
      return await read(response, watch);
    } catch (error) {
      if (stop.aborted || error instanceof Unsteady || error instanceof Refused || isOfDisk(error)) throw error;
      throw new Unsteady(silence.signal.aborted ? 'no more bytes came' : networkWords(error));
    } finally {
      clearTimeout(timer);
      silence.abort();
    }
  }
}

const DISK_FAULTS = [
  'ENOSPC',
  'EDQUOT',
  'EACCES',
  'EPERM',
  'EROFS',
  'EFBIG',
  'EIO',
  'EISDIR',
  'ENOENT',
  'EBUSY',
  'EMFILE',
];

const isOfDisk = (error: unknown): boolean => DISK_FAULTS.includes(faultCode(error));

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1_048_576 })) hash.update(piece as Buffer);
  return hash.digest('hex');
}
