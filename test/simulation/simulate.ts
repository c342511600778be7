import { setMaxListeners } from 'node:events';
import type { CheckerName, Violation } from './checkers.ts';
import { type OpenDoor, plainDoor } from './door.ts';
import { PROFILES, type ProfileName } from './profiles.ts';
import { runWorld, type WorldResult } from './world.ts';

const ENOUGH = 5;

export interface Summary {
  readonly signals: number;
  readonly doubles: number;
  readonly late: number;
  readonly lost: number;
  readonly in_doubt: number;
  readonly pauses_after_check: number;
  readonly seed: number;
  readonly profile: ProfileName;
  readonly worlds: number;
  readonly executed: number;
  readonly claims: number;
  readonly server_kills: number;
  readonly client_kills: number;
  readonly disk_faults: number;
  readonly messages: number;
  /** How often each rule was broken. */
  readonly broken: Readonly<Partial<Record<CheckerName, number>>>;
}

export interface FailedWorld {
  readonly seed: number;
  readonly violations: readonly Violation[];
}

/** Whole worlds, the seed of each one higher than that of the one before, until there were enough signals. */
export async function simulate(asked: {
  readonly signals: number;
  readonly seed: number;
  readonly profile: ProfileName;
  /** How the house is reached in the world with this seed; asked directly when nobody says. */
  readonly doorOf?: (seed: number) => OpenDoor;
  /** Broken worlds after which it stops; more would say nothing new. */
  readonly enough?: number;
  readonly tell?: (line: string) => void;
}): Promise<{ readonly summary: Summary; readonly failed: readonly FailedWorld[] }> {
  const { profile, seed, enough = ENOUGH, doorOf = () => plainDoor } = asked;
  // A hundred timers may wait for one signal to stop; that is no leak.
  setMaxListeners(0);
  // Errors are everyday here, and nobody reads where they come from.
  Error.stackTraceLimit = 0;
  const failed: FailedWorld[] = [];
  const sum = { signals: 0, doubles: 0, late: 0, lost: 0, in_doubt: 0, pauses_after_check: 0 };
  const told = { seed, profile, worlds: 0, executed: 0, claims: 0, server_kills: 0, client_kills: 0 };
  const more = { disk_faults: 0, messages: 0 };
  const broken: Partial<Record<CheckerName, number>> = {};
  while (sum.signals < asked.signals && failed.length < enough) {
    const worldSeed = seed + told.worlds;
    const world = await unbroken(() => runWorld(worldSeed, profile, PROFILES[profile].signals, doorOf(worldSeed)));
    if (world.violations.length > 0) failed.push({ seed: worldSeed, violations: world.violations });
    for (const { checker } of world.violations) broken[checker] = (broken[checker] ?? 0) + 1;
    told.worlds += 1;
    if (world.counts === undefined) continue;
    sum.signals += world.signals;
    sum.doubles += world.doubles;
    sum.late += world.late;
    sum.lost += world.lost;
    sum.in_doubt += world.inDoubt;
    sum.pauses_after_check += world.pausesAfterCheck;
    told.executed += world.executed;
    told.claims += world.counts.claims;
    told.server_kills += world.counts.serverKills;
    told.client_kills += world.counts.clientKills;
    more.disk_faults += world.counts.diskFaults;
    more.messages += world.messages;
    if (told.worlds % 200 === 0) asked.tell?.(`${sum.signals} signals in ${told.worlds} worlds`);
  }
  return { summary: { ...sum, ...told, ...more, broken }, failed };
}

/** A bug that throws is a broken rule like any other: the seed that repeats it must be told. */
export async function unbroken(
  run: () => Promise<WorldResult>,
): Promise<WorldResult | { readonly violations: readonly Violation[]; readonly counts?: undefined }> {
  const thrown: Violation[] = [];
  const note = (error: unknown): void => void thrown.push({ checker: 'nothing breaks', detail: String(error) });
  process.on('unhandledRejection', note);
  try {
    const world = await run();
    return { ...world, violations: [...thrown, ...world.violations] };
  } catch (error) {
    note(error);
    return { violations: thrown };
  } finally {
    process.off('unhandledRejection', note);
  }
}
