import type { ConfigProblem, Path } from './problem.ts';
import { nearest } from './problem.ts';

/** A key that can also be set by an environment variable or a flag. */
interface Override {
  readonly path: Path;
  readonly env?: string;
  /** The flag's name in the parsed command line, and as typed. Absent where there is none. */
  readonly flag?: string;
  readonly typed?: string;
  readonly reads: 'text' | 'number' | 'list' | 'switch';
}

export const OVERRIDES: readonly Override[] = [
  { path: ['api', 'port'], env: 'TAPEWIRE_PORT', flag: 'port', typed: '--port', reads: 'number' },
  { path: ['api', 'host'], env: 'TAPEWIRE_HOST', flag: 'host', typed: '--host', reads: 'text' },
  { path: ['dataDir'], env: 'TAPEWIRE_DATA_DIR', flag: 'dataDir', typed: '--data-dir', reads: 'text' },
  { path: ['market', 'source'], env: 'TAPEWIRE_MARKET', flag: 'market', typed: '--market', reads: 'text' },
  { path: ['market', 'seed'], env: 'TAPEWIRE_SEED', flag: 'seed', typed: '--seed', reads: 'number' },
  { path: ['market', 'speed'], env: 'TAPEWIRE_SPEED', flag: 'speed', typed: '--speed', reads: 'number' },
  { path: ['market', 'symbols'], env: 'TAPEWIRE_SYMBOLS', flag: 'symbols', typed: '--symbols', reads: 'list' },
  { path: ['market', 'scenario'], env: 'TAPEWIRE_SCENARIO', flag: 'scenario', typed: '--scenario', reads: 'text' },
  {
    ...{ path: ['market', 'startTime'], env: 'TAPEWIRE_START_TIME' },
    ...{ flag: 'startTime', typed: '--start-time', reads: 'text' },
  },
  {
    ...{ path: ['market', 'live', 'venueUrl'], env: 'TAPEWIRE_VENUE_URL' },
    ...{ flag: 'venueUrl', typed: '--venue-url', reads: 'text' },
  },
  { path: ['market', 'files'], flag: 'file', typed: '--file', reads: 'list' },
  { path: ['telegram', 'chatId'], env: 'TELEGRAM_CHAT_ID', reads: 'text' },
  { path: ['recording', 'enabled'], env: 'TAPEWIRE_RECORD', flag: 'record', typed: '--record', reads: 'switch' },
  { path: ['recording', 'dir'], env: 'TAPEWIRE_RECORD_DIR', flag: 'recordDir', typed: '--record-dir', reads: 'text' },
  { path: ['log', 'level'], env: 'TAPEWIRE_LOG_LEVEL', flag: 'logLevel', typed: '--log-level', reads: 'text' },
];

/** Secrets come from the environment alone: a configuration file is shown around. */
export const BOT_TOKEN_VARIABLE = 'TELEGRAM_BOT_TOKEN';
export const WEBHOOK_SECRET_VARIABLE = 'TAPEWIRE_WEBHOOK_SECRET';
export const EXCHANGE_KEY_VARIABLE = 'TAPEWIRE_EXCHANGE_KEY';
export const EXCHANGE_SECRET_VARIABLE = 'TAPEWIRE_EXCHANGE_SECRET';

/** Variables that are ours but not keys of the configuration. */
export const OTHER_VARIABLES: readonly string[] = [
  'TAPEWIRE_CONFIG',
  WEBHOOK_SECRET_VARIABLE,
  EXCHANGE_KEY_VARIABLE,
  EXCHANGE_SECRET_VARIABLE,
];

export type Flags = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface Overridden {
  readonly path: Path;
  readonly value: unknown;
  /** The variable or flag, by name. */
  readonly where: string;
}

/** What the environment says. A variable that is empty says nothing. */
export function fromEnvironment(env: NodeJS.ProcessEnv): Overridden[] {
  return OVERRIDES.flatMap(({ path, env: name, reads }) => {
    const written = name === undefined ? undefined : env[name];
    return name === undefined || !written ? [] : [{ path, value: readWritten(written, reads), where: name }];
  });
}

export function fromFlags(flags: Flags): Overridden[] {
  return OVERRIDES.flatMap(({ path, flag, typed, reads }) => {
    const written = flag === undefined ? undefined : flags[flag];
    return written === undefined || typed === undefined
      ? []
      : [{ path, value: readWritten(written, reads), where: typed }];
  });
}

/** A misspelt variable would otherwise be obeyed by nobody and noticed by nobody. */
export function unknownVariables(env: NodeJS.ProcessEnv): ConfigProblem[] {
  const known = [...OVERRIDES.flatMap(({ env: name }) => name ?? []), ...OTHER_VARIABLES];
  return Object.keys(env)
    .filter((name) => name.startsWith('TAPEWIRE_') && !known.includes(name))
    .map((name) => {
      const meant = nearest(name, known);
      return {
        where: name,
        text: `is not a variable of Tapewire${meant === undefined ? '' : `, did you mean ${meant}?`}`,
      };
    });
}

const SWITCH: Readonly<Record<string, boolean>> = { true: true, on: true, false: false, off: false };

/** Text that is not a number stays text, and the schema refuses it by name. */
function readWritten(written: string | readonly string[], reads: Override['reads']): unknown {
  if (typeof written !== 'string') return written;
  if (reads === 'switch') return SWITCH[written] ?? written;
  if (reads === 'number') return isNumeral(written.trim()) ? Number(written) : written;
  if (reads === 'text' || written === 'all') return written;
  return written
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** A whole number too large to be held exactly stays as it was written. */
function isNumeral(written: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(written) && (written.includes('.') || Number.isSafeInteger(Number(written)));
}
