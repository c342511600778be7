import type { LedgerRecord } from '../../src/client/ledger.ts';
import type { Store } from '../../src/client/ports.ts';
import { EMPTY_BASE } from '../../src/core/delivery/books.ts';
import type { Effect } from '../../src/core/engine/effect.ts';
import type { Journal, MarketPosition } from '../../src/ports/journal.ts';
import type { Chance } from './chance.ts';
import type { Process } from './machine.ts';

/** What is left of a server when its process is gone. */
export class ServerDisk {
  readonly journalId: string;
  readonly effects: Effect[] = [];
  position: MarketPosition | undefined;
  isFull = false;

  constructor(journalId: string) {
    this.journalId = journalId;
  }
}

export interface JournalFaults {
  readonly chance: Chance;
  readonly writeMs: number;
  /** Asked at each write. */
  killedAtWrite(): boolean;
  kill(): void;
  /** Each batch, at the moment of its decision. */
  decided(effects: readonly Effect[]): void;
}

/** The journal of one process on that disk. What is not on it when the process is killed has never been. */
export function journalOn(disk: ServerDisk, process: Process, faults: JournalFaults): Journal {
  const { chance, writeMs } = faults;
  let lastWriteMs = 0;
  /** When the next write will be done: after all others. */
  const write = (): number => {
    const { nowMs } = process.machine.time;
    lastWriteMs = Math.max(lastWriteMs, nowMs + chance.between(0.5, 2) * writeMs);
    return lastWriteMs;
  };
  return {
    id: disk.journalId,
    base: EMPTY_BASE,
    append: (effects) => {
      faults.decided(effects);
      return new Promise((resolve, reject) => {
        const killed = faults.killedAtWrite() ? chance.pick(['before', 'after'] as const) : undefined;
        if (killed === 'before') {
          faults.kill();
          return;
        }
        process.at(write(), () => {
          if (disk.isFull) {
            reject(new Error('the disk is full'));
            return;
          }
          disk.effects.push(...effects);
          if (killed === 'after') faults.kill();
          else process.after(chance.between(0, 0.2) * writeMs, resolve);
        });
      });
    },
    async *read(afterSeq) {
      yield* disk.effects.slice(afterSeq);
    },
    readPosition: async () => disk.position,
    writePosition: (position) =>
      new Promise((resolve) => {
        process.at(write(), () => {
          if (!disk.isFull) disk.position = position;
          resolve();
        });
      }),
    close: () => Promise.resolve(),
  } as Journal;
}

/** What is left of an executor when its process is gone. */
export class ExecutorDisk {
  records: LedgerRecord[] = [];
}

export interface StoreFaults {
  readonly chance: Chance;
  readonly writeMs: number;
  readonly fails: () => boolean;
  /** Asked before and after each write. */
  readonly step: () => void;
}

export function storeOn(disk: ExecutorDisk, process: Process, { chance, writeMs, fails, step }: StoreFaults): Store {
  const written = (change: () => void): Promise<void> =>
    new Promise((resolve, reject) => {
      step();
      process.after(chance.between(0.5, 2) * writeMs, () => {
        if (fails()) {
          // It may be there all the same.
          if (chance.happens(0.5)) change();
          reject(new Error('the disk is full'));
          return;
        }
        change();
        step();
        if (process.isAlive) process.after(0, resolve);
      });
    });
  return {
    load: () => new Promise((resolve) => process.after(writeMs, () => resolve([...disk.records]))),
    append: (record) =>
      written(() => {
        disk.records.push(record);
      }),
    compact: (records) =>
      written(() => {
        disk.records = [...records];
      }),
  };
}
