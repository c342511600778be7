import type { Decoded } from '../../core/decoded.ts';
import { faultWords } from '../../ports/fault-words.ts';
import { SCOPES, type Scope } from '../../ports/key-ring.ts';
import { keysOrProblem } from './key-file.ts';
import { replaceFile } from './replace-file.ts';
import {
  apiKeyPath,
  digestOf,
  keysPath,
  newId,
  newSecret,
  problemOfName,
  renderKeys,
  type StoredKey,
} from './stored-key.ts';

/** Lets one process at a time change the keys of a data directory, and frees them when that process is killed. */
export type Exclusively = <T>(work: () => Promise<Decoded<T>>) => Promise<Decoded<T>>;

/** A key at the only moment it is known. */
export interface NewKey {
  readonly key: StoredKey;
  readonly secret: string;
}

/** Revoked keys stay in the list, so that it says who ever had one. */
const KEYS_MAX = 1_000;
const FIRST_NAME = 'first';

/** Changes the keys of a data directory, which must exist. A running server notices by itself. */
export class KeyStore {
  readonly #path: string;
  readonly #apiKeyPath: string;
  readonly #exclusively: Exclusively;
  readonly #nowMs: () => number;

  constructor(options: {
    readonly dataDir: string;
    readonly exclusively: Exclusively;
    /** Wall clock, UTC milliseconds. */
    readonly nowMs: () => number;
  }) {
    this.#path = keysPath(options.dataDir);
    this.#apiKeyPath = apiKeyPath(options.dataDir);
    this.#exclusively = options.exclusively;
    this.#nowMs = options.nowMs;
  }

  /** Oldest first, revoked ones too. */
  list(): Decoded<readonly StoredKey[]> {
    const keys = keysOrProblem(this.#path);
    return keys.ok ? { ok: true, value: keys.value ?? [] } : keys;
  }

  /** Makes the first key, with every scope, where there are none yet. */
  ensureFirst(): Promise<Decoded<readonly StoredKey[]>> {
    return this.#exclusively(() => this.#withFirst());
  }

  add({ name, scopes }: { readonly name: string; readonly scopes: readonly Scope[] }): Promise<Decoded<NewKey>> {
    return this.#exclusively<NewKey>(async () => {
      const problem = problemOfName(name);
      if (problem !== undefined) return refuse(`${JSON.stringify(name)} cannot be the name of a key: ${problem}`);
      const keys = await this.#withFirst();
      if (!keys.ok) return keys;
      const namesake = keys.value.find((key) => key.name === name && key.revokedAt === undefined);
      if (namesake !== undefined) return refuse(`there is a key named ${name} already, ${namesake.id}`);
      if (keys.value.length >= KEYS_MAX) {
        return refuse(`there are ${KEYS_MAX} keys already: take revoked ones out of ${this.#path}`);
      }
      const made = this.#make(name, scopes, keys.value);
      const written = await this.#write(this.#path, renderKeys([...keys.value, made.key]));
      return written.ok ? { ok: true, value: made } : written;
    });
  }

  /** @param idOrName an id, or the name of a key that is not revoked yet. Revoking twice changes nothing. */
  revoke(idOrName: string): Promise<Decoded<StoredKey>> {
    return this.#exclusively<StoredKey>(async () => {
      const keys = this.list();
      if (!keys.ok) return keys;
      const named = (key: StoredKey) => key.id === idOrName || key.name === idOrName;
      const meant = keys.value.find((key) => named(key) && key.revokedAt === undefined) ?? keys.value.findLast(named);
      if (meant === undefined) return refuse(`there is no key with the id or name ${JSON.stringify(idOrName)}`);
      if (meant.revokedAt !== undefined) return { ok: true, value: meant };
      const revoked = { ...meant, revokedAt: new Date(this.#nowMs()).toISOString() };
      const text = renderKeys(keys.value.map((key) => (key === meant ? revoked : key)));
      const written = await this.#write(this.#path, text);
      return written.ok ? { ok: true, value: revoked } : written;
    });
  }

  async #withFirst(): Promise<Decoded<readonly StoredKey[]>> {
    const keys = keysOrProblem(this.#path);
    if (!keys.ok) return keys;
    if (keys.value !== undefined) return { ok: true, value: keys.value };
    const { key, secret } = this.#make(FIRST_NAME, SCOPES, []);
    // The key before its hash: killed in between, the next start makes another one, and none is known to nobody.
    const told = await this.#write(this.#apiKeyPath, `${secret}\n`);
    if (!told.ok) return told;
    const written = await this.#write(this.#path, renderKeys([key]));
    return written.ok ? { ok: true, value: [key] } : written;
  }

  #make(name: string, scopes: readonly Scope[], others: readonly StoredKey[]): NewKey {
    const secret = newSecret();
    let id = newId();
    while (others.some((other) => other.id === id)) id = newId();
    const key: StoredKey = {
      id,
      name,
      scopes: SCOPES.filter((scope) => scopes.includes(scope)),
      sha256: digestOf(secret).toString('hex'),
      createdAt: new Date(this.#nowMs()).toISOString(),
    };
    return { key, secret };
  }

  async #write(path: string, text: string): Promise<Decoded<'written'>> {
    try {
      await replaceFile(path, text);
      return { ok: true, value: 'written' };
    } catch (error) {
      return refuse(`${path} cannot be written: ${faultWords(error)}`);
    }
  }
}

const refuse = (problem: string): Decoded<never> => ({ ok: false, problem });
