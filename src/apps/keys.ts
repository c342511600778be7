import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { keysOrProblem } from '../adapters/keys/key-file.ts';
import { keysPath, type StoredKey } from '../adapters/keys/stored-key.ts';
import { readLockHolder } from '../adapters/sqlite/data-dir-lock.ts';
import type { Decoded } from '../core/decoded.ts';
import { SCOPES, type Scope } from '../ports/key-ring.ts';
import type { Config } from './config/schema.ts';
import { openKeyStore } from './key-store.ts';

const FAILED = 1;
const MISUSED = 2;

export interface KeyWish {
  readonly name: string;
  /** As typed: `read,execute`. */
  readonly scopes: string | undefined;
  /** For a client that can only change its base URL. */
  readonly guide: boolean;
}

/**
 * `tapewire keys add`: the key, or the base URL with the key in it, alone on stdout, so that a program can take it from
 * there; everything else on stderr. @returns the exit code
 */
export async function addKey(config: Config, { name, scopes: typed, guide }: KeyWish): Promise<number> {
  if (guide && typed !== undefined) {
    return tell(
      '--guide and --scopes exclude each other: a key in an address gets the scope guide and no other',
      MISUSED,
    );
  }
  const scopes: Decoded<readonly Scope[]> = guide ? { ok: true, value: ['guide'] } : parseScopes(typed ?? 'read');
  if (!scopes.ok) return tell(scopes.problem, MISUSED);
  const isNew = !existsSync(config.dataDir);
  const store = openKeyStore(config.dataDir);
  if (!store.ok) return tell(store.problem, FAILED);
  const made = await store.value.add({ name, scopes: scopes.value });
  if (!made.ok) return tell(made.problem, FAILED);
  const { key, secret } = made.value;
  const [address = '<address of this machine>', ...others] = addressesFrom(config);
  process.stdout.write(guide ? `http://${address}:${portOf(config)}/t/${secret}\n` : `${secret}\n`);
  const elsewhere = others.length === 0 ? '' : ` This machine is also ${others.join(', ')}.`;
  const use = guide
    ? `Type this address into the client in place of http://localhost:8888.${elsewhere}`
    : 'Send it as Authorization: Bearer <key>.';
  if (isNew) tell(`${config.dataDir} was not there and is new: only a server on it knows this key`, 0);
  return tell(`${key.id} "${key.name}", scopes ${key.scopes.join(' ')}. ${use} It is not shown again.`, 0);
}

/** `tapewire keys list`: everything about the keys but the keys. @returns the exit code */
export function listKeys(config: Config, { json }: { readonly json: boolean }): number {
  const found = keysOrProblem(keysPath(config.dataDir));
  if (!found.ok) return tell(found.problem, FAILED);
  const keys = found.value ?? [];
  if (json) {
    const shown = keys.map(({ sha256: _, ...rest }) => rest);
    process.stdout.write(`${JSON.stringify({ keys: shown }, null, 2)}\n`);
  } else {
    process.stdout.write(
      keys.length === 0 ? `no keys in ${config.dataDir} yet: the first start makes one\n` : renderTable(keys),
    );
  }
  return 0;
}

/** `tapewire keys revoke`. @returns the exit code */
export async function revokeKey(config: Config, idOrName: string): Promise<number> {
  const store = openKeyStore(config.dataDir);
  if (!store.ok) return tell(store.problem, FAILED);
  const revoked = await store.value.revoke(idOrName);
  if (!revoked.ok) return tell(revoked.problem, FAILED);
  const { id, name, revokedAt } = revoked.value;
  process.stdout.write(`${id} "${name}" is revoked since ${revokedAt}: whoever uses it is refused from now on\n`);
  return 0;
}

function parseScopes(typed: string): Decoded<readonly Scope[]> {
  const words = typed.split(',').map((word) => word.trim());
  const scopes = SCOPES.filter((scope) => words.includes(scope));
  const unknown = words.find((word) => !SCOPES.some((scope) => scope === word));
  if (unknown === undefined) return { ok: true, value: scopes };
  return { ok: false, problem: `--scopes: ${JSON.stringify(unknown)} is none of ${SCOPES.join(', ')}` };
}

/** Where another machine finds this one: what the API is bound to, or every IPv4 address that is not loopback. */
function addressesFrom({ api }: Config): string[] {
  if (api.host !== '::' && api.host !== '0.0.0.0') return [api.host.includes(':') ? `[${api.host}]` : api.host];
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}

/** The port of the server that runs on the data directory, which may not be the configured one. */
function portOf({ dataDir, api }: Config): number {
  const lock = readLockHolder(dataDir);
  return (lock.ok ? lock.value.holder?.port : undefined) ?? api.port;
}

function renderTable(keys: readonly StoredKey[]): string {
  const rows = keys.map(({ id, name, scopes, createdAt, revokedAt }) => [
    ...[id, name, scopes.join(' '), `made ${createdAt}`],
    revokedAt === undefined ? '' : `revoked ${revokedAt}`,
  ]);
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column]!))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function tell(sentence: string, code: number): number {
  process.stderr.write(`tapewire: ${sentence}\n`);
  return code;
}
