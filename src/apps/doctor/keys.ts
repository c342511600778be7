import { statSync } from 'node:fs';
import { readKeys } from '../../adapters/keys/key-file.ts';
import { apiKeyPath, keysPath } from '../../adapters/keys/stored-key.ts';
import { type Check, fail, ok, warn } from './check.ts';

/** Are the keys readable, and for whom? Says how many there are, never which. */
export function checkKeys(dataDir: string): Check {
  const path = keysPath(dataDir);
  const found = readKeys(path);
  if (found.state === 'missing') return ok('keys', 'none yet: the first start makes one');
  if (found.state !== 'read') {
    return fail(
      'keys',
      found.problem,
      'repair it, or move it away: then a new first key is made and no older one counts',
    );
  }
  const open = [path, apiKeyPath(dataDir)].filter(isReadByOthers);
  if (open.length > 0) {
    return warn('keys', `other users of this machine may read ${open.join(' and ')}`, `chmod 600 ${open.join(' ')}`);
  }
  const valid = found.keys.filter(({ revokedAt }) => revokedAt === undefined).length;
  return ok('keys', `${valid} in use, ${found.keys.length - valid} revoked`);
}

/** Windows has no such rights: there the folder of the user decides. */
function isReadByOthers(path: string): boolean {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  return process.platform !== 'win32' && (mode & 0o077) !== 0;
}
