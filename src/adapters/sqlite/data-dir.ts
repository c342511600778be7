import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Decoded } from '../../core/decoded.ts';
import { faultWords } from '../../ports/fault-words.ts';

/**
 * Where a market's journal lies in a data directory. Every market has its own: a simulated record must never mix with
 * another, and a simulated clock that ran ahead must not push the stamps of a real one.
 */
export const journalPath = (dataDir: string, market: string): string => join(dataDir, `journal-${market}.db`);

/** Makes the data directory when it is missing, for this user alone where the system knows such a thing. */
export function ensureDataDir(dataDir: string): Decoded<string> {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return { ok: true, value: dataDir };
  } catch (error) {
    const remedy = 'Create it by hand with rights for this user, or name another one with --data-dir';
    return { ok: false, problem: `the data directory ${dataDir} cannot be made: ${faultWords(error)}. ${remedy}` };
  }
}
