import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { faultCode } from '../../ports/fault-words.ts';

/** Windows renames over no file that somebody reads at this moment. Reading ours takes less than a millisecond. */
const HELD = new Set(['EPERM', 'EACCES', 'EBUSY']);
const ATTEMPTS = 20;
const PAUSE_MS = 25;

/**
 * Gives a file new content, for this user alone where the system knows such a thing. After a crash or a power cut it
 * has either its old content or the new, and when this has resolved, the new. One writer at a time.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const fresh = `${path}.new`;
  // One that a killed process left behind would keep its own rights.
  await rm(fresh, { force: true });
  const file = await open(fresh, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await renameOver(fresh, path);
  await syncFolder(dirname(path));
}

async function renameOver(fresh: string, path: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await rename(fresh, path);
    } catch (error) {
      if (attempt === ATTEMPTS || !HELD.has(faultCode(error))) {
        await rm(fresh, { force: true });
        throw error;
      }
      await sleep(PAUSE_MS);
    }
  }
}

/** A new name is on disk when its folder is. Windows opens no folders, and its journal keeps the order by itself. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
