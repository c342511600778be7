import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Decoded } from '../../core/decoded.ts';
import { faultWords } from '../../ports/fault-words.ts';

/**
 * Where a market's journal lies in a data directory. Every market has its own: a simulated record must never mix with
 * another, and a simulated clock that ran ahead must not push the stamps of a real one.
 */
export const journalPath = (dataDir: string, market: string): string => join(dataDir, `journal-${market}.db`);

/** Makes the data directory when it is missing, for this user alone where the system knows such a thing. */
export function ensureDataDir(dataDir: string): Decoded<string> {
  let undone = 'made';
  try {
    makeFolders(resolve(dataDir), 0o700);
    undone = 'written';
    accessSync(dataDir, constants.W_OK);
    return { ok: true, value: dataDir };
  } catch (error) {
    const remedy = 'Create it by hand with rights for this user, or name another one with --data-dir';
    return { ok: false, problem: `the data directory ${dataDir} cannot be ${undone}: ${faultWords(error)}. ${remedy}` };
  }
}

/**
 * Node's own `recursive` never ends where a file system says of a folder in a folder that is there that it is missing, as /proc does.
 * @param mode who may use those that are made; everybody whom the system lets when not given
 */
export function makeFolders(path: string, mode?: number): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = dirname(path);
  if (!existsSync(parent)) makeFolders(parent, mode);
  try {
    mkdirSync(path, mode === undefined ? {} : { mode });
  } catch (error) {
    // Another process may have been faster.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}
