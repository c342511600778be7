import { ElapsedClock } from '../../src/adapters/clock/elapsed-clock.ts';
import { House } from '../../src/apps/house.ts';
import { resumption } from '../../src/apps/past.ts';
import { Books } from '../../src/core/delivery/books.ts';
import type { Effect } from '../../src/core/engine/effect.ts';
import type { EngineSettings } from '../../src/core/engine/settings.ts';
import type { Outlet } from '../../src/ports/outlet.ts';
import type { Chance } from './chance.ts';
import { journalOn, type ServerDisk } from './disk.ts';
import type { OpenDoor } from './door.ts';
import { type Machine, Process } from './machine.ts';
import type { Reachable } from './network.ts';
import type { Profile } from './profiles.ts';
import type { Witness } from './witness.ts';

/** As the product does. */
const POSITION_EVERY_MS = 5_000;
/** Rarer than in the product, because it costs and any command sweeps as well. */
const SWEEP_EVERY_MS = 1_000;
/** A house whose journal failed decides nothing any more; somebody restarts it after this. */
const NOTICED_MS = 1_500;

export interface ServerParts {
  readonly machine: Machine;
  readonly disk: ServerDisk;
  readonly profile: Profile;
  readonly chance: Chance;
  readonly witness: Witness;
  readonly settings: EngineSettings;
  /** Of the market clock. */
  readonly speed: number;
  readonly openDoor: OpenDoor;
}

/** The house and what it is reached by, killed and started again. What it knows after a start is what its disk knows. */
export class Server {
  readonly #parts: ServerParts;
  #current: Reachable | undefined;
  #isHealed = false;

  constructor(parts: ServerParts) {
    this.#parts = parts;
  }

  get current(): Reachable | undefined {
    return this.#current;
  }

  heal(): void {
    this.#isHealed = true;
    this.#parts.disk.isFull = false;
  }

  /** Up at once, as far as anybody can tell: what it waits for takes no time here. */
  async start(): Promise<void> {
    const { chance, disk, machine, openDoor, profile, settings, speed, witness } = this.#parts;
    const process = new Process(machine);
    const books = new Books();
    const journal = journalOn(disk, process, {
      chance,
      writeMs: profile.server.writeMs,
      killedAtWrite: () => !this.#isHealed && chance.happens(profile.server.killedAtWrite),
      kill: () => this.kill(),
      decided: (effects) => witness.decided(effects, machine.time.nowMs, speed),
    });
    const door = await openDoor({
      ...{ process, journal, books, witness, lastSeq: disk.effects.length, newId: () => chance.id() },
      house: { ask: (command) => house.ask(command), submit: (events) => house.submit(events) },
      clock: { nowMs: () => clock.nowMs(), speed },
      houseClock: { nowMs: () => houseClock.nowMs() },
    });
    // Now and then as text, which is what a disk really holds.
    const isText = chance.happens(0.1);
    for (const effect of disk.effects) {
      const read = isText ? (JSON.parse(JSON.stringify(effect)) as Effect) : effect;
      books.apply(read);
      door.folded(read);
    }
    const wallMs = machine.wallMs();
    const clocks = { wall: () => machine.wallMs(), monotonic: () => machine.monotonicMs() };
    const { resumedMs } = resumption({ books, position: disk.position }, wallMs);
    const clock = new ElapsedClock({ marketTimeMs: Math.floor(resumedMs), speed, ...clocks });
    const houseMs = Math.max(wallMs, books.deliveries.latestWallMs);
    const houseClock = new ElapsedClock({ marketTimeMs: houseMs, speed: 1, ...clocks });
    const folding: Outlet = {
      publish: (effects) => {
        for (const effect of effects) {
          books.apply(effect);
          door.folded(effect);
        }
      },
    };
    const gather = (): Promise<void> => Promise.resolve();
    const house = new House({
      settings,
      journal,
      past: books,
      clock,
      houseClock,
      outlets: [folding, door.outlet],
      gather,
    });
    const position = (): void => {
      const now = { marketTimeMs: clock.nowMs(), wallTimeMs: machine.wallMs() };
      void journal.writePosition({ ...now, speed, source: 'simulation', lastPrices: {} });
    };
    position();
    process.every(POSITION_EVERY_MS, position);
    process.every(SWEEP_EVERY_MS, () => {
      if (house.journalFault === undefined) void house.ask({ kind: 'sweep' }).catch(() => undefined);
      else this.#restart(NOTICED_MS);
    });
    this.#current = { process, answer: (request) => door.answer(request), subscribe: door.subscribe };
    if (!this.#isHealed) process.after(chance.about(profile.server.killedEveryMs), () => this.#isHealed || this.kill());
    witness.counts.restarts += 1;
  }

  /** For good. */
  stop(): void {
    this.#current?.process.kill();
  }

  /** Gone at once; comes back after a while. */
  kill(): void {
    if (this.#current === undefined) return;
    this.#parts.witness.counts.serverKills += 1;
    this.#restart(this.#parts.chance.between(0.5, 1.5) * this.#parts.profile.server.downMs);
  }

  #restart(afterMs: number): void {
    const { current } = this;
    if (current === undefined) return;
    const { machine } = this.#parts;
    this.#current = undefined;
    current.process.kill();
    const start = (): void => {
      if (machine.asleepUntilMs > machine.time.nowMs) machine.time.at(machine.asleepUntilMs, start);
      else void this.start();
    };
    machine.time.after(afterMs, start);
  }
}
