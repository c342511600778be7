import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { StrategySeat } from '../../core/engine/settings.ts';
import { Complaints } from './complaints.ts';
import { crossCheck, crossDoubts } from './cross-check.ts';
import { type BuiltIn, defaultConfig } from './defaults.ts';
import { type Explained, explain } from './explain.ts';
import type { ConfigFile } from './file.ts';
import { asLayer, layOver, leavesOf, valueAt } from './layers.ts';
import { type Flags, fromEnvironment, fromFlags, type Overridden, unknownVariables } from './overrides.ts';
import { type ConfigProblem, formatPath, type Path } from './problem.ts';
import { type Config, configSchema } from './schema.ts';
import { toSeats } from './seats.ts';

const DEFAULT_CONFIG_FILE = 'tapewire.yaml';

export interface LoadedConfig {
  readonly config: Config;
  /** The strategies of `config.strategies`, found, loaded and with checked options, in the same order. */
  readonly seats: readonly StrategySeat[];
  /** Where every value comes from: `api.port` -> `--port`, `TAPEWIRE_PORT`, `tapewire.yaml:3` or `default`. */
  readonly origins: ReadonlyMap<string, string>;
  /** Absolute; `undefined` when there is no configuration file. */
  readonly file: string | undefined;
  /** Where to hear what the user's own strategies do wrong while they run. */
  readonly complaints: Complaints;
}

export type ConfigResult =
  | { readonly ok: true; readonly value: LoadedConfig; readonly warnings: readonly ConfigProblem[] }
  | {
      readonly ok: false;
      readonly problems: readonly ConfigProblem[];
      /** Where the log belongs, as far as that much is clear. Absolute. */
      readonly logFile: string | undefined;
    };

export interface ConfigSources {
  readonly flags: Flags;
  readonly env: NodeJS.ProcessEnv;
  /** Absolute. Relative paths in flags and variables start here; those in the file start at the file. */
  readonly cwd: string;
  readonly strategies: readonly BuiltIn[];
}

/** Flag over variable over file over default. Tells all problems at once; never throws, never shows a secret. */
export async function loadConfig({ flags, env, cwd, strategies }: ConfigSources): Promise<ConfigResult> {
  const file = await findFile(flags, env, cwd);
  const overridden = [...fromEnvironment(env), ...fromFlags(flags)];
  const defaults = defaultConfig(strategies);
  const layers = [file?.data, ...overridden.map(({ path, value }) => asLayer(path, value))];
  const written = layers.reduce((base, layer) => layOver(base, layer), defaults as unknown);

  const origin = originOf(file, overridden);
  const problems: ConfigProblem[] = [...(file?.problems ?? [])];
  const tell = (explained: readonly Explained[]): void => {
    // A default that clashes with what was written is shown where its section was written.
    const place = ({ path, about }: Explained): string =>
      [origin(path, about), origin(path.slice(0, -1), 'key')].find((where) => where !== 'default') ?? 'default';
    problems.push(...explained.map((each) => ({ where: place(each), text: each.text })).sort(byPlace));
  };

  const parsed = configSchema.safeParse(written);
  if (!parsed.success) tell(explain(parsed.error.issues, written, defaults));
  const fileDir = file === undefined ? cwd : dirname(resolve(cwd, file.name));
  const isFromFile = (path: Path): boolean => file !== undefined && origin(path, 'value').startsWith(`${file.name}:`);
  const absolute = <T>(raw: T): T => withAbsolutePaths(raw, (path) => (isFromFile(path) ? fileDir : cwd));
  if (!parsed.success) return { ok: false, problems, logFile: logFileOf(absolute(written)) };

  const config = absolute(parsed.data);
  const complaints = new Complaints();
  const { seats, problems: seatProblems } = await toSeats({
    entries: parsed.data.strategies,
    pathOf: (index) => config.strategies[index]?.file ?? '',
    builtIns: strategies.map(({ definition }) => definition),
    complaints,
  });
  const wasTyped = (path: Path): boolean => origin(path, 'value').startsWith('--');
  tell([...crossCheck(config, wasTyped), ...seatProblems]);
  if (problems.length > 0) return { ok: false, problems, logFile: logFileOf(config) };
  const origins = new Map(leavesOf(config).map(([path]) => [formatPath(path), origin(path, 'value')]));
  const value = { config, seats, origins, file: file === undefined ? undefined : resolve(cwd, file.name), complaints };
  const doubts = crossDoubts(config, wasTyped).map(({ path, text }) => ({ where: origin(path, 'value'), text }));
  return { ok: true, value, warnings: [...unknownVariables(env), ...doubts] };
}

async function findFile(flags: Flags, env: NodeJS.ProcessEnv, cwd: string): Promise<ConfigFile | undefined> {
  const said = typeof flags.config === 'string' ? flags.config : env.TAPEWIRE_CONFIG;
  const name = said ? said : DEFAULT_CONFIG_FILE;
  if (!said && !existsSync(join(cwd, name))) return undefined;
  // Whoever has no file does not wait for the YAML parser to load.
  const { readConfigFile } = await import('./file.ts');
  return readConfigFile(resolve(cwd, name), name);
}

/** Who said what stands at a path. The last one to speak of it counts. */
function originOf(file: ConfigFile | undefined, overridden: readonly Overridden[]) {
  return (path: Path, about: 'key' | 'value'): string => {
    const said = overridden.findLast((each) => each.path.every((part, index) => path[index] === part));
    if (said !== undefined) return said.where;
    if (file === undefined || !isInFile(file, path)) return 'default';
    return `${file.name}:${about === 'key' ? file.lineOfKey(path) : file.lineOf(path)}`;
  };
}

/** From the first line of the file to the last, then variables and flags. */
function byPlace(a: ConfigProblem, b: ConfigProblem): number {
  const lineOf = ({ where }: ConfigProblem): number => Number(/:(\d+)$/.exec(where)?.[1] ?? Number.POSITIVE_INFINITY);
  const [left, right] = [lineOf(a), lineOf(b)];
  return left === right ? 0 : left - right;
}

/** A missing key counts as the file's when the list entry that lacks it is there. */
function isInFile(file: ConfigFile, path: Path): boolean {
  const list = path.findIndex((part) => typeof part === 'number');
  return valueAt(file.data, list === -1 ? path : path.slice(0, list)) !== undefined;
}

/** Paths as a user writes them become absolute, each from where it was written. */
function withAbsolutePaths<T>(raw: T, baseOf: (path: Path) => string): T {
  let config: unknown = raw;
  const set = (path: Path, change: (value: string, base: string) => unknown): void => {
    const value = valueAt(raw, path);
    if (typeof value === 'string' && value !== '') config = replaceAt(config, path, change(value, baseOf(path)));
  };
  set(['recording', 'dir'], (path, base) => resolve(base, path));
  set(['dataDir'], (path, base) => resolve(base, path));
  const files = valueAt(raw, ['market', 'files']);
  const strategies = valueAt(raw, ['strategies']);
  for (const index of indexesOf(files)) set(['market', 'files', index], absoluteTape);
  for (const index of indexesOf(strategies)) set(['strategies', index, 'file'], (path, base) => resolve(base, path));
  return config as T;
}

function indexesOf(list: unknown): number[] {
  return Array.isArray(list) ? [...list.keys()] : [];
}

/** `SYMBOL:kind=path` or a path. A drive letter is no symbol: `C:\tapes` has no `=` after its colon word. */
function absoluteTape(written: string, base: string): string {
  const [, prefix = '', path = written] = /^([A-Za-z0-9_]{2,}:[A-Za-z0-9_]+=)(.+)$/.exec(written) ?? [];
  return `${prefix}${resolve(base, path)}`;
}

function replaceAt(value: unknown, [key, ...rest]: Path, leaf: unknown): unknown {
  if (key === undefined) return leaf;
  if (Array.isArray(value)) return value.map((item, index) => (index === key ? replaceAt(item, rest, leaf) : item));
  const section = value as Record<string, unknown>;
  return { ...section, [key]: replaceAt(section[key], rest, leaf) };
}

function logFileOf(config: unknown): string | undefined {
  const dataDir = valueAt(config, ['dataDir']);
  const name = valueAt(config, ['log', 'file']);
  // Last words go there at once: a name that is refused must not be written to, for it may be the journal's.
  const named = configSchema.shape.log.shape.file.safeParse(name);
  return typeof dataDir === 'string' && dataDir !== '' && named.success ? resolve(dataDir, named.data) : undefined;
}
