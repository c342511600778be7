import { parseArgs } from 'node:util';
import { SCENARIO_NAMES } from '../../src/core/simulation/scenarios.ts';
import { type PlannedFault, readFaultSpec } from './fault-spec.ts';
import { CONTRACTS_MAX } from './listing.ts';
import type { VenueOptions } from './venue.ts';

export type ReadOptions =
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly problems: readonly string[] }
  | { readonly kind: 'start'; readonly venue: VenueOptions; readonly faults: readonly PlannedFault[] };

export const HELP = `npm run venue -- [options] [further captures]

  --port N          on 127.0.0.1, 0 for any free one (9100)
  --from WHAT       sim, the embedded market, or the file of a raw capture (sim)
  --speed X         market seconds per second, 0.01 to 1000; max, for captures: as fast as the clients read (1)
  --instruments N   of sim: contracts, 1 to ${CONTRACTS_MAX} (19)
  --rate X          of sim: trades per second of all contracts together, 1 to 100000 (as the contracts have them)
  --seed N          of sim: which market (1)
  --scenario NAME   of sim: ${SCENARIO_NAMES.join(', ')} (null_flow)
  --streams N       the market runs once this many streams are subscribed (sim 0, captures 1)
  --lifetime X      seconds after which a connection is ended, 1 to 31536000 (86400)
  --faults SPEC     what goes wrong, and when: kind:key=value,...@when+every;...
  --help            print this help

docs/venue.md says what the venue speaks and which faults there are.
`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = {
  ...{ port: text, from: text, speed: text, instruments: text, rate: text, seed: text, scenario: text },
  ...{ streams: text, lifetime: text, faults: text, help: flag },
};

type TextOption = Exclude<keyof typeof OPTIONS, 'help'>;

/** Reads the options of the command. Everything that is wrong is told at once: where, what, and what would do. */
export function readOptions(args: readonly string[]): ReadOptions {
  const problems: string[] = [];
  const given = new Map<TextOption, string>();
  const captures: string[] = [];
  // Not strict: Node would end at the first mistake, and takes the -3 of "--speed -3" for an option.
  const { tokens = [] } = parseArgs({
    args: [...args],
    options: OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === 'positional') captures.push(token.value);
    if (token.kind !== 'option') continue;
    const { rawName, name, value } = token;
    if (name === 'help') return { kind: 'help' };
    if (!Object.hasOwn(OPTIONS, name)) {
      const known = Object.keys(OPTIONS).map((option) => `--${option}`);
      problems.push(`venue: ${rawName} is no option; there are ${known.join(', ')}`);
    } else if (value === undefined || value === '') problems.push(`venue: ${rawName} needs a value`);
    else given.set(name as TextOption, value);
  }

  const number = (name: TextOption, allowed: Allowed): number | undefined => {
    const written = given.get(name);
    if (written === undefined) return undefined;
    const value = Number(written);
    const fits = written.trim() !== '' && value >= allowed.from && value <= allowed.to;
    if (fits && (allowed.fraction === true || Number.isSafeInteger(value))) return value;
    const what = allowed.fraction === true ? 'a number' : 'a whole number';
    problems.push(`venue: --${name} ${written}: it must be ${what} from ${allowed.from} to ${allowed.to}`);
    return undefined;
  };

  const from = given.get('from') ?? 'sim';
  const isSim = from === 'sim';
  if (isSim && captures.length > 0) {
    problems.push(
      `venue: ${captures.join(' ')} is not served: the first file stands behind --from, the others at the end`,
    );
  }
  const ofSim = (['instruments', 'rate', 'seed', 'scenario'] as const).filter((name) => given.has(name));
  if (!isSim && ofSim.length > 0) {
    const names = ofSim.map((name) => `--${name}`).join(', ');
    problems.push(`venue: ${names}: only the embedded market has that, --from ${from} plays what is in the capture`);
  }
  const isHurried = given.get('speed') === 'max';
  if (isHurried && isSim) {
    problems.push('venue: --speed max: the embedded market never ends and needs a pace, a number from 0.01 to 1000');
  }
  const scenario = SCENARIO_NAMES.find((name) => name === (given.get('scenario') ?? 'null_flow'));
  if (scenario === undefined) {
    problems.push(`venue: --scenario ${given.get('scenario')}: it must be one of ${SCENARIO_NAMES.join(', ')}`);
  }
  const port = number('port', { from: 0, to: 65_535 }) ?? 9100;
  const speed = isHurried ? Infinity : (number('speed', { from: 0.01, to: 1_000, fraction: true }) ?? 1);
  const instruments = number('instruments', { from: 1, to: CONTRACTS_MAX }) ?? 19;
  const tradesPerSecond = number('rate', { from: 1, to: 100_000, fraction: true });
  const seed = number('seed', { from: 0, to: Number.MAX_SAFE_INTEGER }) ?? 1;
  const playAfterStreams = number('streams', { from: 0, to: 1_000_000 });
  const lifetimeS = number('lifetime', { from: 1, to: 31_536_000, fraction: true });
  const faults = readFaults(given.get('faults') ?? '', problems);
  if (problems.length > 0 || scenario === undefined) return { kind: 'refused', problems };
  const venue = {
    ...{ port, captures: isSim ? [] : [from, ...captures], speed, instruments, seed, scenario },
    ...(tradesPerSecond !== undefined && { tradesPerSecond }),
    ...(playAfterStreams !== undefined && { playAfterStreams }),
    ...(lifetimeS !== undefined && { limits: { lifetimeMs: lifetimeS * 1_000 } }),
  };
  return { kind: 'start', venue, faults };
}

interface Allowed {
  readonly from: number;
  readonly to: number;
  readonly fraction?: boolean;
}

function readFaults(spec: string, problems: string[]): PlannedFault[] {
  try {
    return readFaultSpec(spec);
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
    return [];
  }
}
