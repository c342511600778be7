import { ElapsedClock } from '../../src/adapters/clock/elapsed-clock.ts';
import { House } from '../../src/apps/house.ts';
import { resumption } from '../../src/apps/past.ts';
import type { HttpReply, HttpRequest, ServerEvent } from '../../src/client/ports.ts';
import { Books } from '../../src/core/delivery/books.ts';
import type { Effect } from '../../src/core/engine/effect.ts';
import type { EngineSettings } from '../../src/core/engine/settings.ts';
import type { Chance } from './chance.ts';
import { journalOn, type ServerDisk } from './disk.ts';
import { EventTape } from './event-tape.ts';
import { Front } from './front.ts';
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

  start(): void {
    const { chance, disk, machine, profile, settings, speed, witness } = this.#parts;
    const process = new Process(machine);
    const books = new Books();
    const events = new EventTape(disk.journalId, books);
    // Now and then as text, which is what a disk really holds.
    const isText = chance.happens(0.1);
    for (const effect of disk.effects) {
      const read = isText ? (JSON.parse(JSON.stringify(effect)) as Effect) : effect;
      books.apply(read);
      events.add(read);
    }
    const wallMs = machine.wallMs();
    const clocks = { wall: () => machine.wallMs(), monotonic: () => machine.monotonicMs() };
    const { resumedMs } = resumption({ books, position: disk.position }, wallMs);
    const clock = new ElapsedClock({ marketTimeMs: Math.floor(resumedMs), speed, ...clocks });
    const houseMs = Math.max(wallMs, books.deliveries.latestWallMs);
    const houseClock = new ElapsedClock({ marketTimeMs: houseMs, speed: 1, ...clocks });
    const journal = journalOn(disk, process, {
      chance,
      writeMs: profile.server.writeMs,
      killedAtWrite: () => !this.#isHealed && chance.happens(profile.server.killedAtWrite),
      kill: () => this.kill(),
      decided: (effects) => witness.decided(effects, machine.time.nowMs, speed),
    });
    const outlet = {
      publish: (effects: readonly Effect[]): void => {
        for (const effect of effects) {
          books.apply(effect);
          events.add(effect);
        }
        events.tell();
      },
    };
    const gather = (): Promise<void> => Promise.resolve();
    const house = new House({ settings, journal, past: books, clock, houseClock, outlets: [outlet], gather });
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
    const newId = (): string => chance.id();
    const front = new Front({ process, house, books, events, witness, newId, marketNowMs: () => clock.nowMs() });
    this.#current = {
      process,
      answer: (request: HttpRequest): Promise<HttpReply> => front.answer(request),
      subscribe: (after, heard) => subscribe(events, witness, process, after, heard),
    };
    if (!this.#isHealed) process.after(chance.about(profile.server.killedEveryMs), () => this.#isHealed || this.kill());
    witness.counts.restarts += 1;
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
      if (machine.asleepForMs > 0) machine.time.after(machine.asleepForMs, start);
      else this.start();
    };
    machine.time.after(afterMs, start);
  }
}

function subscribe(
  events: EventTape,
  witness: Witness,
  process: Process,
  after: string | undefined,
  heard: (event: ServerEvent) => void,
): () => void {
  let cursor = after ?? events.cursor;
  if (events.after(cursor) === undefined) {
    cursor = events.cursor;
    heard({ type: 'reset', cursor, data: { reason: 'the cursor is not kept any more' } });
  } else {
    heard({ type: 'open', cursor, data: {} });
  }
  const push = (): void => {
    if (!process.isAlive) return;
    for (const event of events.after(cursor) ?? []) {
      cursor = event.cursor;
      witness.promises.push({ what: 'event', seq: Number(cursor.split(':')[1]), type: event.type });
      heard(event);
    }
  };
  push();
  return events.listen(push);
}
