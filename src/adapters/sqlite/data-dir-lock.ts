import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Decoded } from '../../core/decoded.ts';
import { faultWords } from '../../ports/fault-words.ts';
import { ensureDataDir } from './data-dir.ts';
import { holdExclusively, isHeldExclusively } from './exclusive-file.ts';

/** Who serves a data directory, as the others are told. */
export interface LockHolder {
  readonly pid: number;
  readonly startedAtMs: number;
  /** `undefined` until it listens, or when it does not serve. */
  readonly port: number | undefined;
}

export interface DataDirLock {
  /** Tells others what has become known since, such as the port. A courtesy: the lock holds without it. */
  describe(holder: LockHolder): Decoded<'described'>;
  release(): void;
}

export interface LockState {
  readonly held: boolean;
  /** Known only when held, and even then not always: the lock is taken before its holder is written down. */
  readonly holder: LockHolder | undefined;
}

/**
 * The lock and the name of its holder are two files. What is locked cannot be read on Windows; and the lock alone
 * counts, so a description left over from a killed process blocks nobody.
 */
const lockPath = (dataDir: string): string => join(dataDir, 'lock.db');
const holderPath = (dataDir: string): string => join(dataDir, 'server.json');

/** Makes the data directory when it is missing and takes it for this process, until `release` or the process's end. */
export function acquireDataDirLock(dataDir: string, self: LockHolder): Decoded<DataDirLock> {
  const folder = ensureDataDir(dataDir);
  if (!folder.ok) return folder;
  const lock = holdExclusively(lockPath(dataDir));
  if (!lock.ok) return { ok: false, problem: `the data directory ${dataDir} cannot be used: ${lock.problem}` };
  const held = lock.value;
  if (held === undefined) return { ok: false, problem: takenBy(dataDir, readHolder(dataDir)) };
  const described = describe(dataDir, self);
  if (!described.ok) {
    held.release();
    return described;
  }
  let released = false;
  const release = () => {
    // A second call must not remove the name of the next holder.
    if (released) return;
    released = true;
    rmSync(holderPath(dataDir), { force: true });
    held.release();
  };
  return { ok: true, value: { describe: (holder) => describe(dataDir, holder), release } };
}

/** Is somebody serving this data directory, and who? Creates nothing, waits for nobody. */
export function readLockHolder(dataDir: string): Decoded<LockState> {
  const held = isHeldExclusively(lockPath(dataDir));
  if (!held.ok) return held;
  return { ok: true, value: { held: held.value, holder: held.value ? readHolder(dataDir) : undefined } };
}

/** Written in place: a reader of half a line just does not know the holder, and Windows renames over no open file. */
function describe(dataDir: string, holder: LockHolder): Decoded<'described'> {
  try {
    writeFileSync(holderPath(dataDir), `${JSON.stringify(holder)}\n`);
    return { ok: true, value: 'described' };
  } catch (error) {
    return { ok: false, problem: `the data directory ${dataDir} cannot be written: ${faultWords(error)}` };
  }
}

function takenBy(dataDir: string, holder: LockHolder | undefined): string {
  const remedy = 'Stop it first (Ctrl-C in its window), or name another directory with --data-dir';
  if (holder === undefined) return `the data directory ${dataDir} is in use by another Tapewire. ${remedy}`;
  const { pid, startedAtMs, port } = holder;
  const serving = port === undefined ? '' : `, port ${port}`;
  const since = new Date(startedAtMs).toISOString();
  return `the data directory ${dataDir} is in use by another Tapewire: process ${pid}${serving}, since ${since}. ${remedy}`;
}

function readHolder(dataDir: string): LockHolder | undefined {
  let text: string;
  try {
    text = readFileSync(holderPath(dataDir), 'utf8');
  } catch {
    return undefined; // Not written yet, or not readable for us: the holder stays unnamed.
  }
  return parseHolder(text);
}

function parseHolder(text: string): LockHolder | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined; // Half written.
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { pid, startedAtMs, port } = parsed as Record<string, unknown>;
  if (!isCount(pid) || !isCount(startedAtMs) || startedAtMs > MAX_DATE_MS) return undefined;
  return { pid, startedAtMs, port: isCount(port) ? port : undefined };
}

/** The last moment a Date can hold. */
const MAX_DATE_MS = 8.64e15;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
