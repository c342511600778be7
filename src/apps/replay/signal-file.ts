import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { guideSignalJson } from '../../contract/guide-signal.ts';
import type { Decoded } from '../../core/decoded.ts';
import type { Effect } from '../../core/engine/effect.ts';

/** One guide-shaped signal per line, and a hash over all of it: equal bytes in, equal hash out. */
export class SignalFile {
  readonly #hash = createHash('sha256');
  readonly #fd: number | undefined;

  private constructor(fd: number | undefined) {
    this.#fd = fd;
  }

  /** Makes the file at once, so that it exists even when no signal comes. Without a path only the hash is kept. */
  static open(path: string | undefined): Decoded<SignalFile> {
    if (path === undefined) return { ok: true, value: new SignalFile(undefined) };
    try {
      return { ok: true, value: new SignalFile(openSync(path, 'w')) };
    } catch (error) {
      return { ok: false, problem: `${path} cannot be written: ${(error as Error).message}` };
    }
  }

  /** Throws when the disk does not take it. */
  write(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind !== 'signal_issued') continue;
      const line = `${guideSignalJson(effect.signal, effect.seq)}\n`;
      this.#hash.update(line);
      if (this.#fd !== undefined) writeSync(this.#fd, line);
    }
  }

  /** @returns SHA-256 of everything written, in hexadecimal digits */
  close(): string {
    if (this.#fd !== undefined) closeSync(this.#fd);
    return this.#hash.digest('hex');
  }
}
