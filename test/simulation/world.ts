import { Chance } from './chance.ts';
import { check, type Violation } from './checkers.ts';
import { ServerDisk } from './disk.ts';
import { type OpenDoor, plainDoor } from './door.ts';
import { ExecutorLife } from './executor-life.ts';
import { Machine, Process } from './machine.ts';
import { Network } from './network.ts';
import { followGuide, operate, Producer } from './others.ts';
import { PROFILES, type ProfileName } from './profiles.ts';
import { Readers } from './readers.ts';
import { Server } from './server.ts';
import { WITHOUT_MARKET } from './settings.ts';
import { Venue } from './venue.ts';
import { VirtualTime } from './virtual-time.ts';
import { Witness } from './witness.ts';

/** Everything mends, and then this much time is left for doubts to be settled: lease, deadline, grace and a second look. */
const REST_MS = 100_000;

export interface WorldResult {
  /** That the producer was told are taken. */
  readonly signals: number;
  readonly executed: number;
  readonly doubles: number;
  readonly late: number;
  readonly pausesAfterCheck: number;
  readonly lost: number;
  readonly inDoubt: number;
  readonly messages: number;
  readonly counts: Witness['counts'];
  readonly violations: readonly Violation[];
}

/** One server, its executors, a producer and everything that can happen to them, from one seed. */
export async function runWorld(
  seed: number,
  profileName: ProfileName,
  signals: number,
  openDoor: OpenDoor = plainDoor,
): Promise<WorldResult> {
  const profile = PROFILES[profileName];
  const chanceOf = (name: string): Chance => new Chance(seed, name);
  const chance = chanceOf('world');
  const time = new VirtualTime();
  const witness = new Witness();
  const machine = (): Machine => new Machine(time, chance.between(-120_000, 120_000));
  const speed = chance.happens(0.2) ? chance.pick([0.5, 3, 10]) : 1;
  const disk = new ServerDisk(chance.id());
  const house = machine();
  const server = new Server({
    ...{
      machine: house,
      disk,
      profile,
      chance: chanceOf('server'),
      witness,
      settings: WITHOUT_MARKET,
      speed,
      openDoor,
    },
  });
  const network = new Network(profile, chanceOf('network'), () => server.current);
  const venue = new Venue(time, profile, chanceOf('venue'));
  const executor = (name: string, account = 'default'): ExecutorLife =>
    new ExecutorLife({ name, account, machine: machine(), network, venue, profile, chance: chanceOf(name), witness });

  const hasGuide = chance.happens(0.2);
  const executors = [executor('first')];
  if (chance.happens(0.7)) executors.push(executor('second'));
  if (chance.happens(0.15)) executors.push(executor('paper', 'paper'));
  const machines = [house, ...executors.map((each) => each.machine)];

  let isOver = false;
  await server.start();
  const outside = (): Process => new Process(new Machine(time, 0));
  const producer = new Producer({
    ...{ process: outside(), transport: network.transportOf(outside()), profile, chance: chanceOf('producer') },
    symbols: Array.from({ length: 12 }, (_, number) => `SYM${number}`),
  });
  const published = producer.publish(signals, () => false);
  for (const each of executors) {
    // In a world with clients of the guide the account is free now and then.
    const delayMs = hasGuide ? chance.about(20_000) : chance.about(500);
    time.after(delayMs, () => each.start());
  }
  if (hasGuide)
    followGuide(outside(), network.transportOf(outside()), { chance: chanceOf('guide'), witness }, () => isOver);
  operate(
    outside(),
    network.transportOf(outside()),
    { chance: chanceOf('operator'), profile, published: producer.published },
    () => isOver,
  );
  const readers = chance.happens(0.2) ? new Readers(outside(), network.transportOf(outside())) : undefined;
  void readers?.start();
  for (const each of machines)
    trouble(each, profile.machine, chanceOf(`machine ${machines.indexOf(each)}`), () => isOver);
  fillDisk(server, disk, time, profile.server.diskFullEveryMs, chance, witness, () => isOver);

  let isPublished = false;
  void published.then(() => {
    isPublished = true;
  });
  while (!isPublished) await time.runUntil(time.nowMs + 5_000);
  isOver = true;
  for (const each of [server, network, venue, ...executors]) each.heal();
  await time.runUntil(time.nowMs + REST_MS);
  readers?.stop();
  server.stop();

  const { violations, books } = check(
    {
      ...{ effects: disk.effects, witness, published: producer.published, filledEntries: venue.filledEntries },
      ...(readers !== undefined && { stories: (told) => readers.complaints(told) }),
    },
    chanceOf('checkers'),
  );
  const count = (...checkers: readonly Violation['checker'][]): number =>
    violations.filter(({ checker }) => checkers.includes(checker)).length;
  const pausesAfterCheck = witness.submissions.filter(({ signalId, leg, lookedMs, leftMs }) => {
    const overMs = witness.overAtMs.get(signalId) ?? Number.POSITIVE_INFINITY;
    return leg === 'ENTRY' && lookedMs <= overMs && leftMs > overMs;
  }).length;
  const inDoubt = [...(books?.deliveries.instructions ?? [])].flatMap(({ deliveries }) =>
    [...deliveries.values()].filter(({ state }) => state === 'IN_DOUBT'),
  ).length;
  return {
    signals: producer.published.length,
    executed: new Set(witness.submissions.map(({ signalId, account }) => `${signalId} ${account}`)).size,
    doubles: count('one submission', 'one grant', 'one kind of client'),
    late: count('nothing is submitted late'),
    pausesAfterCheck,
    lost: count('acknowledged is kept', 'at rest', 'the venue agrees'),
    inDoubt,
    messages: network.messages,
    counts: witness.counts,
    violations,
  };
}

/** Clocks that are set, and machines that sleep. Never both on one machine within one deadline: see docs/simulation.md. */
function trouble(
  machine: Machine,
  { troubleEveryMs, suspendMs }: { readonly troubleEveryMs: number; readonly suspendMs: number },
  chance: Chance,
  isOver: () => boolean,
): void {
  const isSleepy = chance.happens(0.5);
  const happen = (): void => {
    if (isOver()) return;
    if (isSleepy && chance.happens(0.7)) machine.suspend(chance.about(suspendMs), chance.happens(0.7));
    else if (isSleepy) machine.setWall(chance.between(0, 120_000));
    else machine.setWall(chance.happens(0.1) ? -3_600_000 : chance.between(-120_000, 120_000));
    machine.time.after(chance.about(troubleEveryMs), happen);
  };
  machine.time.after(chance.about(troubleEveryMs), happen);
}

function fillDisk(
  server: Server,
  disk: ServerDisk,
  time: VirtualTime,
  everyMs: number,
  chance: Chance,
  witness: Witness,
  isOver: () => boolean,
): void {
  const fill = (): void => {
    if (isOver() || server.current === undefined) return;
    witness.counts.diskFaults += 1;
    disk.isFull = true;
    time.after(chance.about(2_000), () => {
      disk.isFull = false;
    });
    time.after(chance.about(everyMs), fill);
  };
  time.after(chance.about(everyMs), fill);
}
