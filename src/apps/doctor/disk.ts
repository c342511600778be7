import { closeSync, existsSync, fdatasyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { faultCode, faultWords } from '../../ports/fault-words.ts';
import { type Check, fail, ok, warn } from './check.ts';

const SYNCS = 25;
const SLOW_SYNC_MS = 20;
/** Faster than any disk can be: the write has not reached one. */
const UNREAL_SYNC_MS = 0.02;
const TIGHT_MB = 1_000;
const FULL_MB = 100;
const MB = 1_000_000;

/** Can we write there, is there room, and how long does it take until a write survives a power cut? */
export function checkDisk(dataDir: string): Check[] {
  const there = existsSync(dataDir);
  const folder = there ? dataDir : nearestFolder(dataDir);
  if (there && !statSync(dataDir).isDirectory()) {
    const remedy = 'move that file away, or choose another with --data-dir';
    return [fail('data directory', `${dataDir} is not a folder`, remedy)];
  }
  // Asked apart from the write: it is wanted most when the disk is full.
  const space = measureSpace(folder);
  try {
    const syncMs = measureSync(join(folder, `.tapewire-doctor-${process.pid}`));
    const state = there ? `${dataDir} is writable` : `${dataDir} will be made at the first start`;
    return [ok('data directory', state), ...space, checkSync(syncMs)];
  } catch (error) {
    return [unwritable(dataDir, folder, error), ...space];
  }
}

/** @param folder the nearest one that exists: where a write was tried */
export function unwritable(dataDir: string, folder: string, error: unknown): Check {
  const found = `${dataDir} cannot be written: ${faultWords(error)}`;
  const elsewhere = 'choose another folder with --data-dir';
  switch (faultCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return fail('data directory', found, `make room on the disk of ${folder}, or ${elsewhere}`);
    case 'EROFS':
      return fail('data directory', found, `mount the file system of ${folder} for writing, or ${elsewhere}`);
    case 'EACCES':
    case 'EPERM':
      return fail('data directory', found, `give this user the right to write in ${folder}, or ${elsewhere}`);
    default:
      return fail('data directory', found, `check the disk of ${folder}, or ${elsewhere}`);
  }
}

/** Some file systems do not tell: then the write alone decides. */
function measureSpace(folder: string): readonly Check[] {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return [checkSpace((bavail * bsize) / MB)];
  } catch (error) {
    return [warn('disk space', `unknown: ${faultWords(error)}`, 'look for yourself whether there is room')];
  }
}

export function checkSpace(freeMb: number): Check {
  const found = freeMb >= 10_000 ? `${Math.round(freeMb / 1000)} GB free` : `${Math.round(freeMb)} MB free`;
  const remedy = 'make room, or choose a data directory on another disk with --data-dir';
  if (freeMb < FULL_MB) return fail('disk space', found, remedy);
  return freeMb < TIGHT_MB ? warn('disk space', found, remedy) : ok('disk space', found);
}

export function checkSync(syncMs: number): Check {
  const found = `a write reaches the disk in ${syncMs.toFixed(syncMs < 1 ? 3 : 1)} ms (median of ${SYNCS})`;
  if (syncMs < UNREAL_SYNC_MS) {
    return warn('disk sync', `${found}, faster than a disk`, 'this is memory: signals here do not survive a power cut');
  }
  const remedy = 'every signal waits this long: use a local SSD, not a network drive, for the data directory';
  return syncMs > SLOW_SYNC_MS ? warn('disk sync', found, remedy) : ok('disk sync', found);
}

/** Median milliseconds of a 4 KiB append and fdatasync. The file is removed again. */
function measureSync(path: string): number {
  const file = openSync(path, 'w');
  try {
    const block = Buffer.alloc(4096, 1);
    const times = Array.from({ length: SYNCS }, () => {
      const startedMs = performance.now();
      writeSync(file, block);
      fdatasyncSync(file);
      return performance.now() - startedMs;
    });
    return times.sort((a, b) => a - b)[Math.floor(SYNCS / 2)]!;
  } finally {
    closeSync(file);
    rmSync(path, { force: true });
  }
}

function nearestFolder(path: string): string {
  const parent = dirname(path);
  return parent === path || existsSync(parent) ? parent : nearestFolder(parent);
}
