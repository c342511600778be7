import { readFileSync } from 'node:fs';
import type { Decoded } from '../../core/decoded.ts';
import { faultCode, faultWords } from '../../ports/fault-words.ts';
import { parseKeys, type StoredKey } from './stored-key.ts';

export type KeysRead =
  | { readonly state: 'read'; readonly keys: readonly StoredKey[] }
  | { readonly state: 'missing' }
  /** It may be read the next time without having changed. */
  | { readonly state: 'unreadable'; readonly problem: string }
  | { readonly state: 'damaged'; readonly problem: string };

/** What stands in the file of keys. */
export function readKeys(path: string): KeysRead {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (faultCode(error) === 'ENOENT') return { state: 'missing' };
    return { state: 'unreadable', problem: `${path} cannot be read: ${faultWords(error)}` };
  }
  const keys = parseKeys(text);
  if (keys.ok) return { state: 'read', keys: keys.value };
  return { state: 'damaged', problem: `${path} is damaged: ${keys.problem}` };
}

/** For whoever is about to change the file or to rely on it. No file is no keys. */
export function keysOrProblem(path: string): Decoded<readonly StoredKey[] | undefined> {
  const found = readKeys(path);
  if (found.state === 'read') return { ok: true, value: found.keys };
  if (found.state === 'missing') return { ok: true, value: undefined };
  const remedy =
    'It was left as it is. Repair it, or move it away: then a new first key is made and no older one counts';
  return { ok: false, problem: `${found.problem}. ${remedy}` };
}
