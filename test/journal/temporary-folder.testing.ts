import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that goes when the process ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tapewire-journal-'));
  process.on('exit', () => removeLater(folder));
  return folder;
}

function removeLater(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    // Windows removes no open file, and the driver closes some only with the process. Left to the system.
    if (process.platform !== 'win32') throw error;
  }
}
