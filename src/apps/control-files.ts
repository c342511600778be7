import { existsSync, lstatSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Kill } from '../core/delivery/command.ts';
import type { DeliveryBook } from '../core/delivery/delivery-book.ts';
import { ACCOUNTS } from '../core/delivery/session.ts';
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

/** Made by the command that waits, and filled by the server: what became of a RESUME. */
const answerPathOf = (dataDir: string): string => join(dataDir, 'RESUME.answer');

/** Not `existsSync`: a link that leads nowhere is there, too. */
const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

type Standing = Pick<DeliveryBook, 'risk' | 'account'>;

export interface ControlParts {
  readonly dataDir: string;
  readonly house: Pick<House, 'ask' | 'journalFault'>;
  readonly deliveries: Standing;
  readonly logger: Pick<Logger, 'error'>;
}

/**
 * Obeys the files HALT, RESUME and FLATTEN in the data directory. Each is a request: obeyed once, written to the journal,
 * and then removed. One that is there before the start is obeyed before anything else is decided. Of HALT and FLATTEN the
 * name is enough: what cannot be read stops entries all the same, and what cannot be removed as long as it is there.
 */
export class ControlFiles {
  readonly #dataDir: string;
  readonly #house: Pick<House, 'ask' | 'journalFault'>;
  readonly #deliveries: Standing;
  readonly #logger: Pick<Logger, 'error'>;
  /** What was told of each that is there: one that stays is not told four times a second. */
  readonly #told = new Map<Control, Set<string>>();
  #timer: NodeJS.Timeout | undefined;
  #underWay = false;

  constructor({ dataDir, house, deliveries, logger }: ControlParts) {
    this.#dataDir = dataDir;
    this.#house = house;
    this.#deliveries = deliveries;
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
    try {
      if (!isThere(path)) {
        this.#told.delete(action);
        return;
      }
      const command: Kill = { kind: 'kill', action, reason: this.#reasonIn(path, action), by: 'file' };
      const resumed = resumedWords(this.#deliveries);
      const reply = await this.#house.ask(command);
      if (!reply.ok) this.#tell(action, `${path} was not obeyed: ${reply.refusal.message}`);
      if (action === 'resume') answer(this.#dataDir, reply.ok ? resumed : reply.refusal.message);
    } catch (error) {
      this.#tell(action, `${path} could not be obeyed: ${faultWords(error)}`);
      return;
    }
    try {
      // Not before it is on disk: a kill in between obeys it again, which changes nothing.
      remove(path);
    } catch (error) {
      const problem = `cannot be removed and holds as long as it is there: ${faultWords(error)}`;
      this.#tell(action, `${path} ${problem}`);
    }
  }

  #reasonIn(path: string, action: Control): string {
    const name = action.toUpperCase();
    try {
      return readReason(path) || `the file ${name}`;
    } catch (error) {
      // Nothing is let go on somebody's word that nobody could read.
      if (action === 'resume') throw error;
      this.#tell(action, `${path} cannot be read and is obeyed all the same: ${faultWords(error)}`);
      return `${name} cannot be read`;
    }
  }

  #tell(action: Control, problem: string): void {
    const told = this.#told.get(action) ?? new Set();
    this.#told.set(action, told);
    if (told.has(problem)) return;
    told.add(problem);
    this.#logger.error(problem);
  }
}

function readReason(path: string): string {
  // Whoever reads from a pipe waits until somebody writes, and the whole program with him.
  if (!statSync(path).isFile()) throw new Error('it is no file');
  return readFileSync(path, 'utf8').trim().slice(0, REASON_MAX);
}

/** A folder only when nothing is in it. */
function remove(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true) rmdirSync(path);
  else rmSync(path, { force: true });
}

/** What a resume is going to change. */
function resumedWords(deliveries: Standing): string {
  if (deliveries.risk.state.mode !== 'ACTIVE') return 'resumed: losses are measured anew from here';
  const isHalted = ACCOUNTS.some((name) => deliveries.account(name)?.halt !== undefined);
  return isHalted ? 'resumed' : 'nothing was halted, and nothing has changed';
}

/** Only where somebody waits for it: a person who wrote RESUME by hand finds no file of ours in its place. */
function answer(dataDir: string, words: string): void {
  const path = answerPathOf(dataDir);
  if (existsSync(path)) writeFileSync(path, words);
}

/** `tapewire halt`, `resume`, `flatten`. @returns the exit code */
export async function control(dataDir: string, action: Control, reason: string): Promise<number> {
  if (!existsSync(dataDir)) {
    // A folder made after a typing error would look as if somebody obeyed what lies in it.
    process.stderr.write(`tapewire: there is no data directory ${dataDir}: name that of the server with --data-dir\n`);
    return 1;
  }
  const path = pathOf(dataDir, action);
  const answerPath = answerPathOf(dataDir);
  try {
    if (action === 'resume') writeFileSync(answerPath, '');
    writeFileSync(path, `${reason}\n`);
  } catch (error) {
    process.stderr.write(`tapewire: ${path} cannot be written: ${faultWords(error)}\n`);
    rmSync(answerPath, { force: true });
    return 1;
  }
  const isTaken = await untilTaken(path);
  const answered = action === 'resume' ? readFileSync(answerPath, 'utf8') : DONE[action];
  rmSync(answerPath, { force: true });
  if (isTaken) process.stdout.write(`${answered}\n`);
  else process.stdout.write(`no server took it in ${PATIENCE_MS / 1000} s: ${whatWaits(dataDir, action)}\n`);
  return isTaken ? 0 : 1;
}

/** What the next start will make of it. */
function whatWaits(dataDir: string, action: Control): string {
  const path = pathOf(dataDir, action);
  const stronger = (['halt', 'flatten'] as const).map((each) => pathOf(dataDir, each)).filter(isThere);
  if (action !== 'resume' || stronger.length === 0) return `${path} is obeyed at its next start, before anything else`;
  const both = stronger.join(' and ');
  return `its next start obeys ${path}, and then ${both}: it begins halted. Remove ${both} for it not to`;
}

async function untilTaken(path: string): Promise<boolean> {
  const givenUpMs = Date.now() + PATIENCE_MS;
  while (Date.now() < givenUpMs) {
    await sleep(EVERY_MS / 5);
    if (!isThere(path)) return true;
  }
  return false;
}

const DONE: Readonly<Record<Exclude<Control, 'resume'>, string>> = {
  halt: 'halted: no entries on any account until `tapewire resume`',
  flatten: 'halted, and everything that is open is being closed',
};
