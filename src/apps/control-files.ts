import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { ensureDataDir } from '../adapters/sqlite/data-dir.ts';
import type { Kill } from '../core/delivery/command.ts';
import { faultWords } from '../ports/fault-words.ts';
import type { House } from './house.ts';

type Control = Kill['action'];

/** How often somebody looks whether a file is there, wall milliseconds. */
const EVERY_MS = 250;
/** How long the command waits for a server to take it. */
const PATIENCE_MS = 5_000;
const REASON_MAX = 500;

/** `<data-dir>/HALT`: what is in it is the reason. Anybody who can write there can halt, without a key and without a network. */
const pathOf = (dataDir: string, control: Control): string => join(dataDir, control.toUpperCase());

/**
 * Obeys the files HALT, RESUME and FLATTEN in the data directory. Each is a request: obeyed once, written to the journal,
 * and then removed. One that is there before the start is obeyed before anything else is decided.
 */
export class ControlFiles {
  readonly #dataDir: string;
  readonly #house: Pick<House, 'ask' | 'journalFault'>;
  readonly #logger: Pick<Logger, 'error'>;
  #timer: NodeJS.Timeout | undefined;
  #underWay = false;

  constructor(dataDir: string, house: Pick<House, 'ask' | 'journalFault'>, logger: Pick<Logger, 'error'>) {
    this.#dataDir = dataDir;
    this.#house = house;
    this.#logger = logger;
  }

  async start(): Promise<void> {
    await this.obey();
    this.#timer = setInterval(() => void this.obey(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async obey(): Promise<void> {
    if (this.#underWay || this.#house.journalFault !== undefined) return;
    this.#underWay = true;
    // A halt that came together with its end counts: whoever is in doubt about the order is safe.
    for (const control of ['resume', 'halt', 'flatten'] as const) await this.#obey(control);
    this.#underWay = false;
  }

  async #obey(action: Control): Promise<void> {
    const path = pathOf(this.#dataDir, action);
    if (!existsSync(path)) return;
    try {
      const reason = readFileSync(path, 'utf8').trim().slice(0, REASON_MAX) || `the file ${action.toUpperCase()}`;
      const command: Kill = { kind: 'kill', action, reason, by: 'file' };
      await this.#house.ask(command);
      // Not before it is on disk: a kill in between obeys it again, which changes nothing.
      rmSync(path, { force: true });
    } catch (error) {
      this.#logger.error(`${path} could not be obeyed: ${faultWords(error)}`);
    }
  }
}

/** `tapewire halt`, `resume`, `flatten`. @returns the exit code */
export async function control(dataDir: string, action: Control, reason: string): Promise<number> {
  const path = pathOf(dataDir, action);
  const folder = ensureDataDir(dataDir);
  if (!folder.ok) {
    process.stderr.write(`tapewire: ${folder.problem}\n`);
    return 1;
  }
  try {
    writeFileSync(path, `${reason}\n`);
  } catch (error) {
    process.stderr.write(`tapewire: ${path} cannot be written: ${faultWords(error)}\n`);
    return 1;
  }
  const givenUpMs = Date.now() + PATIENCE_MS;
  while (Date.now() < givenUpMs) {
    await sleep(EVERY_MS / 5);
    if (existsSync(path)) continue;
    process.stdout.write(`${DONE[action]}\n`);
    return 0;
  }
  process.stdout.write(
    `no server took it in ${PATIENCE_MS / 1000} s: ${path} is obeyed at its next start, before anything else\n`,
  );
  return 1;
}

const DONE: Readonly<Record<Control, string>> = {
  halt: 'halted: no entries on any account until `tapewire resume`',
  resume: 'resumed: losses are measured anew from here',
  flatten: 'halted, and everything that is open is being closed',
};
