import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { Decoded } from '../../core/decoded.ts';
import { SCOPES } from '../../ports/key-ring.ts';

/** Every key that was ever made, by its hash: nobody who reads this file can come in with it. */
export const keysPath = (dataDir: string): string => join(dataDir, 'keys.json');

/** The one place where a whole key is written down: the first, for the programs of this machine. */
export const apiKeyPath = (dataDir: string): string => join(dataDir, 'api-key');

/** `k_` and eight hexadecimal digits. No name looks like this, so that `revoke` cannot mean two keys. */
const ID = /^k_[0-9a-f]{8}$/;
const NAME = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$/;

/**
 * What a key publishes and does is shown under its name, beside what the bot, the house and clients of the guide do: none
 * of them may be impersonated. In lower case; a key that has such a name already keeps it.
 */
const RESERVED: ReadonlySet<string> = new Set([
  ...['bot', 'house', 'operator', 'guide', 'a guide route', 'sweeper', 'expiry', 'unknown'],
  // What an offer's end is put down to.
  ...['expired', 'cancelled', 'superseded', 'exhausted', 'acked_legacy'],
]);

const instant = z.iso.datetime({ precision: 3 });

const storedKey = z.strictObject({
  id: z.string().regex(ID),
  name: z.string().regex(NAME),
  scopes: z.array(z.enum(SCOPES)).min(1),
  /** Of the whole key as text, hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  createdAt: instant,
  revokedAt: instant.optional(),
});

const keyList = z
  .array(storedKey)
  .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, 'two keys have the same id');

export type StoredKey = Readonly<z.output<typeof storedKey>>;

/** `tw_` and 32 bytes of chance, so that whoever finds one in a log knows what it is. */
export const newSecret = (): string => `tw_${randomBytes(32).toString('base64url')}`;

export const newId = (): string => `k_${randomBytes(4).toString('hex')}`;

export const digestOf = (secret: string): Buffer => createHash('sha256').update(secret, 'utf8').digest();

/** Why a key may not have this name; `undefined` when it may. */
export function problemOfName(name: string): string | undefined {
  if (!NAME.test(name))
    return 'a name has 1 to 40 letters, digits, spaces, dots, _ or -, and begins with one of the first two';
  if (ID.test(name)) return 'a name may not look like the id of a key';
  return RESERVED.has(name.toLowerCase()) ? 'this name is kept: Tapewire itself goes by it in histories' : undefined;
}

/** Reads the text of the file. One wrong byte and none of it counts: half a list of keys could miss a revocation. */
export function parseKeys(text: string): Decoded<StoredKey[]> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { ok: false, problem: 'it is not JSON' };
  }
  const keys = keyList.safeParse(parsed);
  if (keys.success) return { ok: true, value: keys.data };
  const [issue] = keys.error.issues;
  return { ok: false, problem: `${issue?.path.join('.') || 'the list'}: ${issue?.message ?? 'not valid'}` };
}

export const renderKeys = (keys: readonly StoredKey[]): string => `${JSON.stringify(keys, null, 2)}\n`;
