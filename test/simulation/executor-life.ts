import type { Decision } from '../../src/client/execution.ts';
import { Executor } from '../../src/client/executor.ts';
import type { Clock, Transport } from '../../src/client/ports.ts';
import type { Signal } from '../../src/client/wire.ts';
import type { Chance } from './chance.ts';
import { ExecutorDisk, storeOn } from './disk.ts';
import { type Machine, Process } from './machine.ts';
import type { Profile } from './profiles.ts';
import type { Venue } from './venue.ts';
import type { Witness } from './witness.ts';

export interface ExecutorParts {
  readonly name: string;
  readonly account: string;
  readonly machine: Machine;
  readonly network: { transportOf(process: Process): Transport };
  readonly venue: Venue;
  readonly profile: Profile;
  readonly chance: Chance;
  readonly witness: Witness;
  /** Instead of what chance says. */
  readonly decide?: (signal: Signal) => Decision;
}

/** The reference client on a machine, killed now and then and started again: its disk is all that it keeps. */
export class ExecutorLife {
  readonly #parts: ExecutorParts;
  readonly #disk = new ExecutorDisk();
  #process: Process | undefined;
  #isHealed = false;

  constructor(parts: ExecutorParts) {
    this.#parts = parts;
  }

  get machine(): Machine {
    return this.#parts.machine;
  }

  heal(): void {
    this.#isHealed = true;
  }

  start(): void {
    const { account, chance, machine, name, network, profile, venue, witness } = this.#parts;
    const { executor } = profile;
    const process = new Process(machine);
    this.#process = process;
    const step = (): void => {
      if (!this.#isHealed && process.isAlive && chance.happens(executor.killedAtStep)) this.kill();
    };
    const { writeMs } = executor;
    const fails = (): boolean => !this.#isHealed && chance.happens(executor.writeFails);
    const life = new Executor({
      transport: network.transportOf(process),
      clock: clockOf(process),
      store: storeOn(this.#disk, process, { chance, writeMs, fails, step }),
      broker: venue.brokerOf(process, account, name, witness, step),
      consumer: name,
      account,
      reopen: true,
      takeover: !this.#isHealed && chance.happens(executor.takeover),
      newId: () => chance.id(),
      decide: this.#parts.decide ?? (({ intent }) => decideBy(chance, intent)),
    });
    if (!this.#isHealed) process.after(chance.about(executor.stoppedEveryMs), () => void this.#stop(process, life));
    // A disk that cannot be read or compacted ends a start; somebody starts it again.
    void life.run().catch(() => this.kill());
  }

  kill(): void {
    if (this.#process === undefined) return;
    this.#parts.witness.counts.clientKills += 1;
    this.#end(this.#process);
  }

  /** As somebody would who wants to start a newer version of it. */
  async #stop(process: Process, life: Executor): Promise<void> {
    await life.stop();
    if (process === this.#process) this.#end(process);
  }

  #end(process: Process): void {
    const { chance, machine, profile } = this.#parts;
    this.#process = undefined;
    process.kill();
    machine.time.after(chance.between(0.3, 2) * profile.executor.downMs, () => this.start());
  }
}

function decideBy(chance: Chance, intent: Signal['intent']): Decision {
  if (intent === 'CLOSE') return { take: 'MARKET', qty: 1 };
  if (chance.happens(0.03)) return { decline: 'not in the mood' };
  return chance.happens(0.8) ? { take: 'MARKET', qty: 1 } : { take: 'LIMIT', qty: 1, price: 100 };
}

export function clockOf(process: Process): Clock {
  return {
    monotonicMs: () => process.machine.monotonicMs(),
    wallMs: () => process.machine.wallMs(),
    sleep: (ms, stop) =>
      new Promise((resolve) => {
        if (stop?.aborted === true) {
          resolve();
          return;
        }
        const done = (): void => {
          stop?.removeEventListener('abort', done);
          resolve();
        };
        stop?.addEventListener('abort', done);
        // As real timers do; without it the dust of a difference of two times could be slept for ever.
        process.after(Math.max(1, ms), done);
      }),
  };
}
