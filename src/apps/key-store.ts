import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { FileKeyRing } from '../adapters/keys/file-key-ring.ts';
import { type Exclusively, KeyStore } from '../adapters/keys/key-store.ts';
import { apiKeyPath } from '../adapters/keys/stored-key.ts';
import { ensureDataDir } from '../adapters/sqlite/data-dir.ts';
import { holdExclusively } from '../adapters/sqlite/exclusive-file.ts';
import type { Decoded } from '../core/decoded.ts';
import type { KeyMint } from '../ports/key-mint.ts';
import type { KeyRing } from '../ports/key-ring.ts';

const PATIENCE_MS = 10_000;
const PAUSE_MS = 20;

/** The keys of a data directory, which is made when it is missing. Works while a server runs on it. */
export function openKeyStore(dataDir: string): Decoded<KeyStore> {
  const folder = ensureDataDir(dataDir);
  if (!folder.ok) return folder;
  return { ok: true, value: new KeyStore({ dataDir, exclusively: keysLock(dataDir), nowMs: Date.now }) };
}

/** What a server needs of it: with a first key, or the words in which a damaged file is refused. */
export async function openKeyRing(
  dataDir: string,
  onProblem: (problem: string) => void,
): Promise<Decoded<{ readonly keys: KeyRing; readonly mint: KeyMint; readonly apiKeyFile: string }>> {
  const store = openKeyStore(dataDir);
  if (!store.ok) return store;
  const first = await store.value.ensureFirst();
  if (!first.ok) return first;
  const keys = new FileKeyRing({ dataDir, onProblem });
  return { ok: true, value: { keys, mint: store.value, apiKeyFile: apiKeyPath(dataDir) } };
}

/** Held by the operating system, which lets go of it when the process ends, however it ends. */
function keysLock(dataDir: string): Exclusively {
  const path = join(dataDir, 'keys-lock.db');
  return async <T>(work: () => Promise<Decoded<T>>): Promise<Decoded<T>> => {
    const untilMs = performance.now() + PATIENCE_MS;
    for (;;) {
      const lock = holdExclusively(path);
      if (!lock.ok) return { ok: false, problem: `the keys cannot be changed: ${lock.problem}` };
      if (lock.value !== undefined) {
        try {
          return await work();
        } finally {
          lock.value.release();
        }
      }
      if (performance.now() > untilMs)
        return { ok: false, problem: `another program is changing the keys: ${path} is held` };
      await sleep(PAUSE_MS);
    }
  };
}
