import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { guideSignalJson } from '../../contract/guide-signal.ts';
import type { Decoded } from '../../core/decoded.ts';
import type { Effect } from '../../core/engine/effect.ts';
import { faultWords } from '../../ports/fault-words.ts';

/** What `--out` may be for the signals to go to stdout. */
export const STDOUT = '-';

/** How every line of such a file begins. */
const SIGNAL_MAGIC = '{"timestamp":"';

/** Where the lines go: nowhere, to stdout, into a device or a pipe, or into a file that is in the making. */
type Target =
  | { readonly kind: 'none' }
  | { readonly kind: 'stdout' }
  | { readonly kind: 'stream'; readonly path: string; readonly fd: number }
  | { readonly kind: 'file'; readonly path: string; readonly part: string; readonly fd: number };

/**
 * One guide-shaped signal per line, and a hash over all of it: equal bytes in, equal hash out. A file is written as
 * `<path>.part` and takes its name when it is complete; until then what was there before stays as it is.
 */
export class SignalFile {
  readonly #hash = createHash('sha256');
  readonly #target: Target;
  #isOpen = true;

  private constructor(target: Target) {
    this.#target = target;
  }

  /**
   * Makes the unfinished file at once, so that what stands in the way is found before the work. Without a path only
   * the hash is kept.
   * @param taken files that it must not be: the tapes, the journal
   */
  static open(out: string | undefined, taken: readonly string[]): Decoded<SignalFile> {
    if (out === undefined) return { ok: true, value: new SignalFile({ kind: 'none' }) };
    if (out === STDOUT) return { ok: true, value: new SignalFile({ kind: 'stdout' }) };
    try {
      const path = realPathOf(out);
      const part = `${path}.part`;
      const clash = taken.find((other) => isSame(path, other) || isSame(part, other));
      if (clash !== undefined) return refuse(`--out ${out} would overwrite ${clash}: name another file`);
      const there = statSync(path, { throwIfNoEntry: false });
      if (there?.isDirectory()) return refuse(`${out} cannot be written: it is a folder`);
      if (there !== undefined && !there.isFile()) {
        return { ok: true, value: new SignalFile({ kind: 'stream', path: out, fd: openSync(path, 'w') }) };
      }
      // What a replay left that was killed begins like its whole.
      const other = [path, part].find(
        (each) => (statSync(each, { throwIfNoEntry: false })?.size ?? 0) > 0 && !holdsSignals(each),
      );
      if (other !== undefined) {
        const name = other === path ? out : `${out}.part`;
        return refuse(`--out ${name} is there, holds no signals, and was left as it is: name another file`);
      }
      return { ok: true, value: new SignalFile({ kind: 'file', path: out, part, fd: openSync(part, 'w') }) };
    } catch (error) {
      return refuse(`${out} cannot be written: ${faultWords(error)}`);
    }
  }

  /** @returns what went wrong, `undefined` when all of it is written */
  write(effects: readonly Effect[]): string | undefined {
    for (const effect of effects) {
      if (effect.kind !== 'signal_issued') continue;
      const line = `${guideSignalJson(effect.signal, effect.seq)}\n`;
      this.#hash.update(line);
      const target = this.#target;
      if (target.kind === 'stdout') process.stdout.write(line);
      if (!('fd' in target)) continue;
      try {
        writeAll(target.fd, Buffer.from(line));
      } catch (error) {
        return `${target.path} cannot be written: ${faultWords(error)}`;
      }
    }
    return undefined;
  }

  /** Gives the file its name. @returns SHA-256 of everything written, in hexadecimal digits */
  finish(): Decoded<string> {
    const target = this.#target;
    this.#isOpen = false;
    try {
      if (target.kind === 'file') fsyncSync(target.fd);
      if ('fd' in target) closeSync(target.fd);
    } catch (error) {
      return refuse(`${nameOf(target)} cannot be written: ${faultWords(error)}`);
    }
    try {
      if (target.kind === 'file') renameSync(target.part, realPathOf(target.path));
    } catch (error) {
      // The work is done and on disk: it is not thrown away because somebody holds the old file open.
      return refuse(
        `${nameOf(target)} cannot be replaced: ${faultWords(error)}. The signals are in ${nameOf(target)}.part`,
      );
    }
    return { ok: true, value: this.#hash.digest('hex') };
  }

  /** Removes what is unfinished; the file that was there before stays. Nothing after `finish`. */
  discard(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const target = this.#target;
    if ('fd' in target) closeSync(target.fd);
    if (target.kind === 'file') rmSync(target.part, { force: true });
  }
}

const nameOf = (target: Target): string => ('path' in target ? target.path : 'stdout');

/** Through links, as far as it exists: a link stays a link, and what it points at is replaced. */
function realPathOf(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const folder = dirname(resolve(path));
  return existsSync(folder) ? join(realpathSync(folder), basename(path)) : resolve(path);
}

/** By content where both exist, for a file may have two names; else by path. */
function isSame(path: string, other: string): boolean {
  const [a, b] = [path, other].map((name) => statSync(name, { bigint: true, throwIfNoEntry: false }));
  if (a === undefined || b === undefined) return realPathOf(path) === realPathOf(other);
  return a.dev === b.dev && a.ino === b.ino;
}

/** Only what a replay wrote is written over: never a tape, a journal or a key. */
function holdsSignals(path: string): boolean {
  const fd = openSync(path, 'r');
  try {
    const head = Buffer.alloc(SIGNAL_MAGIC.length);
    readSync(fd, head, 0, head.length, 0);
    return head.toString('latin1') === SIGNAL_MAGIC;
  } finally {
    closeSync(fd);
  }
}

/** A pipe or a nearly full disk may take less than it was given. */
function writeAll(fd: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
}

const refuse = (problem: string): Decoded<never> => ({ ok: false, problem });
