import { closeSync, existsSync, fdatasyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
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
  const probe = join(folder, `.tapewire-doctor-${process.pid}`);
  let syncMs: number;
  let freeMb: number;
  try {
    if (there && !statSync(dataDir).isDirectory()) {
      return [
        fail('data directory', `${dataDir} is not a folder`, 'move that file away, or choose another with --data-dir'),
      ];
    }
    syncMs = measureSync(probe);
    const { bavail, bsize } = statfsSync(folder);
    freeMb = (bavail * bsize) / MB;
  } catch (error) {
    const remedy = `give this user the right to write in ${folder}, or choose another folder with --data-dir`;
    return [fail('data directory', `${dataDir} cannot be written: ${(error as Error).message}`, remedy)];
  }
  const state = there ? `${dataDir} is writable` : `${dataDir} will be made at the first start`;
  return [ok('data directory', state), checkSpace(freeMb), checkSync(syncMs)];
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
