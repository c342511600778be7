import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Decoded } from '../../core/decoded.ts';

/** Where the journal lies in a data directory. */
export const journalPath = (dataDir: string): string => join(dataDir, 'journal.db');

/** Makes the data directory when it is missing, for this user alone where the system knows such a thing. */
export function ensureDataDir(dataDir: string): Decoded<string> {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return { ok: true, value: dataDir };
  } catch (error) {
    const taken = isFile(dataDir)
      ? 'there is a file of that name'
      : error instanceof Error
        ? error.message
        : String(error);
    const remedy = 'Create it by hand with rights for this user, or name another one with --data-dir';
    return { ok: false, problem: `the data directory ${dataDir} cannot be made: ${taken}. ${remedy}` };
  }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;
