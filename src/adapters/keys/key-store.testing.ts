import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Decoded } from '../../core/decoded.ts';
import { type Exclusively, KeyStore } from './key-store.ts';

export const MADE_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 6);

/** One after the other within this process: what the lock of the data directory does between processes. */
export function oneAtATime(): Exclusively {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<Decoded<T>>) => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
}

/** A store in a folder of its own. */
export function storeIn(t: TestContext): { dataDir: string; store: KeyStore } {
  const dataDir = mkdtempSync(join(tmpdir(), 'tapewire-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  return { dataDir, store: new KeyStore({ dataDir, exclusively: oneAtATime(), nowMs: () => MADE_MS }) };
}

export function must<T>(decoded: Decoded<T>): T {
  if (!decoded.ok) throw new Error(decoded.problem);
  return decoded.value;
}
