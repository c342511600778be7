import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../src/core/simulation/random.ts';
import { WITHOUT_LIMITS } from '../without-limits.ts';
import { checkDeliveryJournal } from './delivery-journal.ts';
import { ExecutorProcess, type Said } from './executor-process.ts';
import { Follower } from './follower.ts';
import { GuideReader } from './guide-reader.ts';
import { Moments } from './moments.ts';
import { Producer } from './producer.ts';
import { Promises } from './promises.ts';
import { Server } from './server.ts';
import { type Settled, settle } from './settling.ts';
import { Venue } from './venue.ts';

const SYMBOLS = ['NOTUSDT', 'DOTUSDT', 'TRXUSDT'];
/** Small and quick; a producer's price is a constant, so the market's may be anywhere. */
const CONFIG = `
market: { scenario: medium, symbols: [${SYMBOLS.join(', ')}], speed: 5 }
signals: { coolDownSeconds: 15, maxEntryDistancePercent: 100, maxPriceAgeSeconds: 3600 }
log: { level: warn }
${WITHOUT_LIMITS}`;
/** Of all kills: the first ones, while the guide's client is alone; and how often it is alone again. */
const ALONE_SHARE = 0.15;
const ALONE_AGAIN_EVERY = 100;
/** A lease and a little. */
const LAPSED_MS = 16_000;
/** How long the signals live that are there when an executor comes, and how long it may look at them. */
const LASTING_MS = 15_000;
const HANDED_OVER_MS = 1_000;
const KILLED_STARTING = 0.1;
const STARTING_MS_MAX = 900;
const SERVING_MS_MAX = 700;
/** This share of the kills waits for something to be half done. */
const AIMED = 0.7;
const AIM_MS_MAX = 8_000;
const MOMENTS_MAX = 12;
const KILLS_OF_ROUND = 150;
const JOURNAL_EVERY = 10;
/** The stream's own patience with a silent connection, and a little. */
const FOLLOWING_MS_MAX = 20_000;
/** Notices that no kill can explain. */
const GRAVE = ['report_refused', 'unreadable_event', 'decide_failed', 'store_failed', 'unknown_order', 'cancel_failed'];

export interface DeliveryKillsResult extends Settled {
  readonly kills: Readonly<Record<Victim, number>>;
  /** Kills right behind something half done. */
  readonly aimed: number;
  /** Times that an executor came while signals were live that the client of the guide had seen. */
  readonly handOvers: number;
  readonly signals: number;
  readonly duplicatePublications: number;
  readonly claims: number;
  readonly reports: number;
  readonly submissions: number;
  readonly shownToGuide: number;
  readonly acknowledgedByGuide: number;
  readonly sessions: number;
  readonly reconciled: number;
  readonly events: number;
  readonly resumptions: number;
  readonly resets: number;
  readonly doubles: number;
  readonly late: number;
  readonly arrivedLate: number;
  readonly lost: number;
  readonly shownAndExecuted: number;
  readonly inDoubt: number;
  readonly problems: readonly string[];
}

type Victim = 'server' | 'executor' | 'both';

/** A run in which nothing was at stake shows nothing. @returns what was missing */
export function notAtStake(result: DeliveryKillsResult): readonly string[] {
  const { kills, aimed, handOvers, signals, claims, reports, submissions, shownToGuide, resumptions } = result;
  const atStake = { ...kills, aimed, handOvers, signals, claims, reports, submissions, shownToGuide, resumptions };
  return Object.entries(atStake).flatMap(([name, count]) => (count === 0 ? [`${name}: 0`] : []));
}

interface DeliveryKillsOptions {
  readonly kills: number;
  readonly seed: number;
  readonly onProgress?: (sentence: string) => void;
}

/**
 * Runs the real server, a real executor, producers, a client of the guide and a reader of the stream against each other,
 * and kills the server, the executor or both with SIGKILL at random moments, again and again on one data directory. A long
 * run is one of several directories: at the end every promise is asked for, and a server remembers 10,000 settled signals.
 */
export async function runDeliveryKills({
  kills,
  seed,
  onProgress,
}: DeliveryKillsOptions): Promise<DeliveryKillsResult> {
  const rounds = Math.ceil(kills / KILLS_OF_ROUND);
  let sum: DeliveryKillsResult | undefined;
  for (let round = 0; round < rounds; round += 1) {
    const ofRound = Math.floor(kills / rounds) + (round < kills % rounds ? 1 : 0);
    const options = { kills: ofRound, seed: seed * 100 + round, ...(onProgress && { onProgress }) };
    const result = await runRound(options);
    sum = sum === undefined ? result : (added(sum, result) as DeliveryKillsResult);
    if (sum.problems.length > 0) break;
  }
  return sum!;
}

function added(one: unknown, other: unknown): unknown {
  if (one === undefined || other === undefined) return one ?? other;
  if (typeof one === 'number') return one + (other as number);
  if (Array.isArray(one)) return [...one, ...(other as unknown[])];
  const [left, right] = [one as Record<string, unknown>, other as Record<string, unknown>];
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return Object.fromEntries([...names].map((name) => [name, added(left[name], right[name])]));
}

async function runRound(options: DeliveryKillsOptions): Promise<DeliveryKillsResult> {
  const folder = mkdtempSync(join(tmpdir(), 'tapewire-kills-'));
  const stage = new Stage(folder, options.seed, await freePort(), options.onProgress);
  try {
    return await stage.play(options.kills);
  } finally {
    await stage.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

class Stage {
  readonly #folder: string;
  readonly #dataDir: string;
  readonly #url: string;
  readonly #port: number;
  readonly #seed: number;
  readonly #chance: Random;
  readonly #onProgress: ((sentence: string) => void) | undefined;
  readonly #promises = new Promises();
  readonly #moments = new Moments();
  readonly #venue: Venue;
  readonly #guide: GuideReader;
  readonly #killed = { server: 0, executor: 0, both: 0 };
  readonly #said: Record<string, number> = {};
  #aimed = 0;
  #handOvers = 0;
  #venueUrl = '';
  #server: Server | undefined;
  #lives = 0;
  #executor: ExecutorProcess | undefined;
  #executorCount = 0;
  #follower: Follower | undefined;
  #producer: Producer | undefined;

  constructor(folder: string, seed: number, port: number, onProgress?: (sentence: string) => void) {
    this.#onProgress = onProgress;
    this.#folder = folder;
    this.#dataDir = join(folder, 'data');
    this.#seed = seed;
    this.#port = port;
    this.#url = `http://127.0.0.1:${port}`;
    this.#chance = Random.of(seed, 'delivery kills');
    this.#venue = new Venue(Random.of(seed, 'venue'));
    this.#venue.onArrival = () => this.#moments.now('executing');
    this.#guide = new GuideReader(this.#url, Random.of(seed, 'guide'), this.#promises);
    mkdirSync(this.#dataDir);
    writeFileSync(join(folder, 'tapewire.yaml'), CONFIG);
  }

  async play(kills: number): Promise<DeliveryKillsResult> {
    this.#venueUrl = await this.#venue.open();
    await this.#startServer();
    const key = readFileSync(join(this.#dataDir, 'api-key'), 'utf8').trim();
    const promises = this.#promises;
    const follower = new Follower(this.#url, key, promises);
    this.#follower = follower;
    const onSending = () => this.#moments.now('publishing');
    const chance = Random.of(this.#seed, 'producer');
    const producer = new Producer({ url: this.#url, key, symbols: SYMBOLS, chance, promises, onSending });
    this.#producer = producer;
    const following = follower.run(await oldestCursor(this.#url, key));
    const reading = this.#guide.run();
    const producing = producer.run();

    for (let kill = 0; kill < kills && promises.problems.length === 0; kill += 1) {
      const isAlone = kill < kills * ALONE_SHARE;
      if (!isAlone && this.#executor === undefined) await this.#handOver();
      if (kill > 0 && kill % ALONE_AGAIN_EVERY === 0) await this.#leaveGuideAlone();
      await this.#killOnce(isAlone ? 'server' : this.#victim());
      this.#checkNobodyEnded();
      if (kill % JOURNAL_EVERY !== 0) continue;
      await this.#checkJournal();
      const { length: sent } = this.#venue.arrivals;
      this.#onProgress?.(`${kill} of ${kills} kills, ${promises.issued.size} signals, ${sent} orders`);
    }

    producer.stop();
    await producing;
    this.#guide.stop();
    await reading;
    // The last kill was that of a server whose next life may only begin.
    await this.#server!.listening();
    const settled = await settle(this.#url, key, promises, this.#venue);
    promises.judge(this.#venue.arrivals);
    const lastSeq = await this.#checkJournal();
    const untilMs = Date.now() + FOLLOWING_MS_MAX;
    while (follower.seq < lastSeq && Date.now() < untilMs) await sleep(20);
    if (follower.seq < lastSeq) promises.isLost(`the stream ends at ${follower.seq}, the journal at ${lastSeq}`);
    follower.stop();
    await following;
    const { witness } = this.#guide;
    return {
      kills: this.#killed,
      aimed: this.#aimed,
      handOvers: this.#handOvers,
      signals: promises.issued.size,
      duplicatePublications: producer.duplicates,
      claims: promises.claims.length,
      reports: promises.reports.length,
      submissions: this.#venue.arrivals.length,
      shownToGuide: promises.shown.size,
      acknowledgedByGuide: witness.acknowledged.size,
      sessions: this.#said.session ?? 0,
      reconciled: this.#said.reconciled ?? 0,
      events: follower.seq,
      resumptions: follower.resumptions,
      resets: follower.resets,
      ...settled,
      doubles: promises.doubles,
      late: promises.late,
      arrivedLate: promises.arrivedLate,
      lost: promises.lost,
      shownAndExecuted: promises.shownAndExecuted,
      inDoubt: settled.byState.IN_DOUBT ?? 0,
      problems: promises.problems,
    };
  }

  /** Whatever happened, nobody is left behind. */
  async close(): Promise<void> {
    this.#producer?.stop();
    this.#guide.stop();
    this.#follower?.stop();
    await this.#executor?.kill();
    await this.#server?.kill();
    this.#venue.close();
  }

  async #killOnce(victim: Victim): Promise<void> {
    const chance = this.#chance;
    if (victim !== 'executor' && chance.uniform() < KILLED_STARTING) {
      // Once more, so that this one falls into the start-up.
      await this.#server!.kill();
      this.#launchServer();
      await sleep(chance.uniform() * STARTING_MS_MAX);
    } else {
      await this.#server!.listening();
      await sleep(chance.uniform() * SERVING_MS_MAX);
      if (chance.uniform() < AIMED) {
        await this.#aim();
        await sleep(chance.uniform() * 6);
      }
    }
    this.#killed[victim] += 1;
    const dead: Promise<void>[] = [];
    if (victim !== 'executor') dead.push(this.#server!.kill());
    if (victim !== 'server') dead.push(this.#executor!.kill());
    await Promise.all(dead);
    if (victim !== 'executor') this.#launchServer();
    if (victim !== 'server') this.#startExecutor();
  }

  /** Waits until something is half done: the first thing after a start, or one of those that follow. */
  async #aim(): Promise<void> {
    const kind = this.#executor === undefined || this.#chance.uniform() < 0.2 ? 'publishing' : 'executing';
    const untilMs = Date.now() + AIM_MS_MAX;
    for (let left = 1 + Math.floor(this.#chance.uniform() * MOMENTS_MAX); left > 0; left -= 1) {
      if (!(await this.#moments.next(kind, untilMs - Date.now()))) return;
    }
    this.#aimed += 1;
  }

  #victim(): Victim {
    const drawn = this.#chance.uniform();
    return drawn < 0.45 ? 'server' : drawn < 0.75 ? 'executor' : 'both';
  }

  /** The executor dies and nobody takes its place, so that the lease lapses and signals are shown again. */
  async #leaveGuideAlone(): Promise<void> {
    await this.#executor?.kill();
    this.#executor = undefined;
    await this.#server!.listening();
    await sleep(LAPSED_MS);
    await this.#handOver();
  }

  /** An executor comes while signals are live that the client of the guide was shown. */
  async #handOver(): Promise<void> {
    await this.#server!.listening();
    const lasting = await this.#producer!.pauseWith(LASTING_MS);
    const { shown } = this.#promises;
    await until(() => lasting.every((id) => shown.has(id)), LASTING_MS / 2);
    if (lasting.some((id) => shown.has(id))) this.#handOvers += 1;
    const sessions = this.#said.session;
    this.#startExecutor();
    await until(() => this.#said.session !== sessions, LASTING_MS);
    await sleep(HANDED_OVER_MS);
    this.#producer!.resume();
  }

  async #startServer(): Promise<void> {
    this.#launchServer();
    await this.#server!.listening();
  }

  #launchServer(): void {
    this.#lives += 1;
    const args = ['--data-dir', this.#dataDir, '--seed', String(this.#lives)];
    this.#server = new Server(args, this.#folder, { port: this.#port });
  }

  #startExecutor(): void {
    this.#executorCount += 1;
    const places = {
      url: this.#url,
      keyFile: join(this.#dataDir, 'api-key'),
      store: join(this.#folder, 'executor.jsonl'),
      venue: this.#venueUrl,
    };
    this.#executor = new ExecutorProcess(places, this.#executorCount, (said) => this.#hear(said));
  }

  #hear(said: Said): void {
    const name = said.kind === 'notice' ? said.name : said.kind;
    this.#said[name] = (this.#said[name] ?? 0) + 1;
    if (said.kind === 'notice' && GRAVE.includes(said.name)) {
      this.#promises.problem(`the executor says ${said.name}: ${said.detail} ${said.signalId ?? ''}`);
    }
    this.#promises.hear(said);
    const isExecuting = said.kind === 'asking' ? /claim|reports/.test(said.path) : said.kind !== 'notice';
    if (isExecuting) this.#moments.now('executing');
  }

  #checkNobodyEnded(): void {
    const { ended, problems } = this.#server!;
    if (ended) throw new Error(`the server ended by itself:\n${problems}`);
    if (this.#executor?.ended === true) throw new Error(`the executor ended by itself:\n${this.#executor.problems}`);
  }

  /** Needs the server gone for a moment. */
  async #checkJournal(): Promise<number> {
    await this.#server!.kill();
    const lastSeq = await checkDeliveryJournal(this.#dataDir, this.#promises, this.#guide.witness.acknowledged);
    await this.#startServer();
    return lastSeq;
  }
}

/** Or until patience ends. */
async function until(holds: () => boolean, msMax: number): Promise<void> {
  for (const untilMs = Date.now() + msMax; !holds() && Date.now() < untilMs; ) await sleep(10);
}

/** One that keeps being ours: the clients know the server by it over all its lives. */
async function freePort(): Promise<number> {
  for (;;) {
    // Below the ports that the system gives to whoever asks for any.
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const isFree = await new Promise<boolean>((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}

async function oldestCursor(url: string, key: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/time`, { headers: { authorization: `Bearer ${key}` } });
  return ((await response.json()) as { readonly oldest_cursor: string }).oldest_cursor;
}
