// node dist/test/simulation/directed.js: histories that chance is too kind to bring about often, each told step by step.
// The last line is JSON: which rules were broken in which of them.
import type { Decision } from '../../src/client/execution.ts';
import type { HttpRequest, Transport } from '../../src/client/ports.ts';
import { Chance } from './chance.ts';
import { check, type Violation } from './checkers.ts';
import { ServerDisk } from './disk.ts';
import { plainDoor } from './door.ts';
import { ExecutorLife } from './executor-life.ts';
import { Machine, Process } from './machine.ts';
import { Network } from './network.ts';
import { publication } from './others.ts';
import { PROFILES, type Profile } from './profiles.ts';
import { Server } from './server.ts';
import { WITHOUT_MARKET } from './settings.ts';
import { Venue } from './venue.ts';
import { VirtualTime } from './virtual-time.ts';
import { Witness } from './witness.ts';

const NEVER_MS = 1e9;
/** Nothing goes wrong by itself. */
const CALM: Profile = {
  name: 'friendly',
  signals: 1,
  signal: { everyMs: 1_000, ttlMs: [30_000, 30_000] },
  message: { usualMs: 10, lost: 0, repeated: 0, late: 0, lateMs: 0, reset: 0 },
  stream: { livesMs: NEVER_MS, halfOpen: 0, slow: 0 },
  server: { killedAtWrite: 0, killedEveryMs: NEVER_MS, downMs: 1_000, writeMs: 1, diskFullEveryMs: NEVER_MS },
  executor: {
    ...{ killedAtStep: 0, stoppedEveryMs: NEVER_MS, downMs: NEVER_MS, writeMs: 1, writeFails: 0, takeover: 0 },
    ...{ pausedAfterCheck: 0, pauseMs: 0 },
  },
  machine: { troubleEveryMs: NEVER_MS, suspendMs: 0 },
  venue: { ...PROFILES.friendly.venue, late: 0, lost: 0, answerLost: 0, rejects: 0, eventLost: 0, listingComplete: 1 },
  operatorEveryMs: NEVER_MS,
};

class Stage {
  readonly time = new VirtualTime();
  readonly witness = new Witness();
  readonly venue: Venue;
  readonly #disk = new ServerDisk('0123456789abcdef0123456789abcdef');
  readonly #network: Network;
  readonly #profile: Profile;
  readonly #producer: Transport;

  constructor(profile: Profile) {
    const { time, witness } = this;
    this.#profile = profile;
    const house = new Machine(time, 0);
    const chance = new Chance(1, 'server');
    const server = new Server({
      ...{
        machine: house,
        disk: this.#disk,
        profile,
        chance,
        witness,
        settings: WITHOUT_MARKET,
        speed: 1,
        openDoor: plainDoor,
      },
    });
    this.#network = new Network(profile, new Chance(1, 'network'), () => server.current);
    this.venue = new Venue(time, profile, new Chance(1, 'venue'));
    this.#producer = this.#network.transportOf(new Process(new Machine(time, 0)));
    void server.start();
  }

  /** @param through what happens to what it says and hears */
  executor(
    name: string,
    takeover = 0,
    through?: (transport: Transport, machine: Machine) => Transport,
    decide: () => Decision = () => ({ take: 'MARKET', qty: 1 }),
  ): ExecutorLife {
    const { time, venue, witness } = this;
    const machine = new Machine(time, 0);
    const profile = { ...this.#profile, executor: { ...this.#profile.executor, takeover } };
    const transportOf = (process: Process): Transport => {
      const transport = this.#network.transportOf(process);
      return through === undefined ? transport : through(transport, machine);
    };
    const chance = new Chance(1, name);
    const parts = {
      name,
      account: 'default',
      machine,
      network: { transportOf },
      venue,
      profile,
      chance,
      witness,
      decide,
    };
    const life = new ExecutorLife(parts);
    life.start();
    return life;
  }

  publish(ttlMs: number): void {
    const body = publication('019b76da-a800-7000-8000-000000000001', 'ETHUSDT', 'BUY', ttlMs);
    void this.#producer.request({ method: 'POST', path: '/api/v1/signals', body });
  }

  async end(): Promise<readonly Violation[]> {
    await this.time.runUntil(this.time.nowMs + 60_000);
    const { filledEntries } = this.venue;
    const evidence = { effects: this.#disk.effects, witness: this.witness, published: [], filledEntries };
    return check(evidence, new Chance(1, 'checkers')).violations;
  }
}

const isClaim = ({ path }: HttpRequest): boolean => path.endsWith('/claim');

/** What was claimed, and perhaps sent, by an executor that then falls silent must not be sent by its successor. */
async function deadHolder(): Promise<readonly Violation[]> {
  const stage = new Stage({ ...CALM, venue: { ...CALM.venue, usualMs: 4_000 } });
  const first = stage.executor('first');
  await stage.time.runUntil(100);
  // Its heartbeats have almost run out when it dies, so that the signal outlives the lease.
  await stage.time.runUntil(4_900);
  stage.publish(30_000);
  while (stage.witness.submissions.length === 0) await stage.time.runUntil(stage.time.nowMs + 1);
  first.kill();
  await stage.time.runUntil(stage.time.nowMs + 5_000);
  stage.executor('second');
  return stage.end();
}

/** The venue never got the order, and its list says so. It was claimed all the same, and nobody claims it again. */
async function notSent(): Promise<readonly Violation[]> {
  const stage = new Stage({ ...CALM, venue: { ...CALM.venue, lost: 1 } });
  stage.executor('first');
  await stage.time.runUntil(100);
  stage.publish(30_000);
  await stage.time.runUntil(5_000);
  stage.executor('second', 1);
  return stage.end();
}

/** The grant is long under way, and the executor's wall clock is set back by an hour meanwhile. */
async function clockSetBack(): Promise<readonly Violation[]> {
  const stage = new Stage(CALM);
  stage.executor('first', 0, (transport, machine) => ({
    ...transport,
    request: async (request) => {
      const reply = await transport.request(request);
      if (!isClaim(request)) return reply;
      await new Promise<void>((resolve) => stage.time.after(2_000, resolve));
      machine.setWall(-3_600_000);
      return reply;
    },
  }));
  await stage.time.runUntil(100);
  stage.publish(1_000);
  return stage.end();
}

/** As above, on clocks that nobody touches: the grant is older than the time that it gives. */
async function lateGrant(): Promise<readonly Violation[]> {
  const stage = new Stage(CALM);
  stage.executor('first', 0, (transport) => ({
    ...transport,
    request: async (request) => {
      const reply = await transport.request(request);
      if (isClaim(request)) await new Promise<void>((resolve) => stage.time.after(2_000, resolve));
      return reply;
    },
  }));
  await stage.time.runUntil(100);
  stage.publish(1_000);
  return stage.end();
}

/** An executor claims and is never heard of again. */
async function silence(): Promise<readonly Violation[]> {
  const stage = new Stage(CALM);
  const first = stage.executor('first');
  await stage.time.runUntil(100);
  stage.publish(1_000);
  while (stage.witness.counts.claims === 0) await stage.time.runUntil(stage.time.nowMs + 1);
  first.kill();
  return stage.end();
}

/** A claim that is under way when another executor takes the account over. */
async function lateClaim(): Promise<readonly Violation[]> {
  const stage = new Stage(CALM);
  stage.executor('first', 0, (transport) => ({
    ...transport,
    request: async (request) => {
      if (isClaim(request)) await new Promise<void>((resolve) => stage.time.after(2_000, resolve));
      return transport.request(request);
    },
  }));
  await stage.time.runUntil(100);
  stage.publish(30_000);
  await stage.time.runUntil(1_000);
  // The second one has no interest in it, so that the late claim finds it on offer.
  stage.executor('second', 1, undefined, () => ({ decline: 'not mine' }));
  return stage.end();
}

/** One executor's claim never arrives, another one sends the order and dies: the first knows nothing of that order. */
async function anothersOrder(): Promise<readonly Violation[]> {
  const stage = new Stage(CALM);
  stage.executor('first', 0, (transport) => ({
    ...transport,
    request: (request) =>
      isClaim(request) && stage.time.nowMs < 3_000 ? Promise.reject(new Error('lost')) : transport.request(request),
  }));
  await stage.time.runUntil(100);
  stage.publish(30_000);
  await stage.time.runUntil(1_000);
  // Whatever it reports gets lost, until it is gone.
  const second = stage.executor('second', 1, (transport) => ({
    ...transport,
    request: (request) =>
      request.path.endsWith('/reports') ? Promise.reject(new Error('lost')) : transport.request(request),
  }));
  while (stage.witness.submissions.length === 0) await stage.time.runUntil(stage.time.nowMs + 1);
  await stage.time.runUntil(stage.time.nowMs + 100);
  second.kill();
  return stage.end();
}

/** A wall clock that is set ahead ends a lease early. What came in between is not passed by once it is renewed. */
async function leaseUnseen(): Promise<readonly Violation[]> {
  const stage = new Stage(CALM);
  const first = stage.executor('first');
  await stage.time.runUntil(3_000);
  first.machine.setWall(60_000);
  stage.publish(30_000);
  const violations = await stage.end();
  const isPassedBy = stage.witness.submissions.length === 0;
  return isPassedBy ? [...violations, { checker: 'at rest', detail: 'nobody came back to the signal' }] : violations;
}

const HISTORIES = {
  'dead holder': deadHolder,
  'not sent': notSent,
  'clock set back': clockSetBack,
  'late grant': lateGrant,
  'late claim': lateClaim,
  "another's order": anothersOrder,
  'lease unseen': leaseUnseen,
  silence,
} as const;

export type HistoryName = keyof typeof HISTORIES;

const broken: Record<string, readonly string[]> = {};
for (const [name, history] of Object.entries(HISTORIES)) {
  broken[name] = (await history()).map(({ checker }) => checker);
}
console.log(JSON.stringify(broken));
