import { existsSync } from 'node:fs';
import type { Decoded } from '../../core/decoded.ts';
import { JournalError } from '../../ports/journal-error.ts';
import { Connection } from './connection.ts';

export interface HeldFile {
  release(): void;
}

/**
 * Holds an empty SQLite file by an exclusive transaction. The operating system lets go of it when the process ends,
 * however it ends, so there is nothing stale to clean up after a kill. `undefined` when somebody else holds it.
 */
export function holdExclusively(path: string): Decoded<HeldFile | undefined> {
  try {
    const file = new Connection(path);
    try {
      file.script('BEGIN EXCLUSIVE');
    } catch (error) {
      file.close();
      if (error instanceof JournalError && error.code === 'locked') return { ok: true, value: undefined };
      throw error;
    }
    let held = true;
    const release = () => {
      if (!held) return;
      held = false;
      file.script('ROLLBACK');
      file.close();
    };
    return { ok: true, value: { release } };
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    return { ok: false, problem: error.message };
  }
}

/** Does somebody hold it? Asks with a shared lock that lasts a moment; whoever wants to hold it waits that long. */
export function isHeldExclusively(path: string): Decoded<boolean> {
  if (!existsSync(path)) return { ok: true, value: false };
  try {
    const file = new Connection(path, { readOnly: true, patient: false });
    try {
      file.script('SELECT count(*) FROM sqlite_master');
      return { ok: true, value: false };
    } finally {
      file.close();
    }
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    return error.code === 'locked' ? { ok: true, value: true } : { ok: false, problem: error.message };
  }
}
