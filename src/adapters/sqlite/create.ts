import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { Connection } from './connection.ts';
import { APPLICATION_ID, MIGRATIONS, migrate } from './schema.ts';

/**
 * Creates an empty journal under a passing name and moves it into place when it is complete: whatever is found at
 * `path` later was whole once, so an empty or short file is damage and not a beginning.
 */
export function createJournalFile(path: string, nowMs: number): void {
  const unfinished = `${path}.new`;
  rmSync(unfinished, { force: true });
  rmSync(`${unfinished}-journal`, { force: true });
  // Only scripts here: a prepared statement would keep the file open, and Windows does not move open files.
  const file = new Connection(unfinished);
  try {
    file.script(`PRAGMA application_id = ${APPLICATION_ID}`);
    migrate(file, 0, MIGRATIONS);
    const id = randomBytes(16).toString('hex');
    // Nothing was dropped yet: all that the base counts is 0. Its check sum comes with the first opening.
    file.script(`INSERT INTO journal VALUES (1, '${id}', ${nowMs}, ${nowMs}, 0, 0, 0, 0, 0, NULL, NULL)`);
  } finally {
    file.close();
  }
  renameSync(unfinished, path);
  syncFolder(dirname(path));
}

/** Puts the new name itself on disk. Windows has no such call and writes names through. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
