import { Books } from '../../src/core/delivery/books.ts';
import { asJson } from '../../src/core/delivery/scene.testing.ts';
import type { Effect } from '../../src/core/engine/effect.ts';
import { Engine } from '../../src/core/engine/engine.ts';
import type { EngineEvent } from '../../src/core/engine/event.ts';
import { Dial, settingsFor, votes } from '../../src/core/engine/scripted.testing.ts';
import { DAY_MS } from '../../src/core/market/timeframe.ts';
import { TRADING } from '../../src/core/paper/paper.testing.ts';
import { compareLedgers } from '../../src/core/positions/ledgers.ts';
import { Random } from '../../src/core/simulation/random.ts';
import { DayMarket, INSTRUMENTS } from './day-market.ts';
import { FarExecutor } from './far-executor.ts';
import { Shadow } from './shadow.ts';

const START_MS = Date.UTC(2026, 0, 5);
const START_PRICES = [3_500, 190, 0.9] as const;
/** How long a position may be without a stop while the process lives, market milliseconds. */
const GRACE_MS = 2_000;
const KILLS_A_DAY = 12;
const STEPS_A_DAY = DAY_MS / 10_000;

export interface DaysOptions {
  readonly days: number;
  readonly seed: number;
  /** Told after every tenth day how it stands: of a run that is ended early, this much is known. */
  readonly onProgress?: (line: string) => void;
}

export interface DaysResult {
  readonly days: number;
  readonly seed: number;
  readonly events: number;
  readonly kills: number;
  readonly signals: number;
  readonly trips: number;
  readonly halts: number;
  /** The three figures. */
  readonly unequalLedgers: number;
  readonly unprotected: number;
  readonly doubleCloses: number;
  /** A breach that was not followed by its state at the next look, and entries while none were allowed. */
  readonly riskFaults: number;
  /** Of the first few faults. */
  readonly complaints: readonly string[];
}

/** Whole days in virtual time: a market, the bot with its paper venue, an executor far away, and kills of both at any moment. */
export function runDays({ days, seed, onProgress }: DaysOptions): DaysResult {
  return new Days(seed, onProgress).run(days);
}

class Days {
  readonly #seed: number;
  readonly #chance: Random;
  readonly #dial = new Dial();
  readonly #markets: ReadonlyMap<string, DayMarket>;
  readonly #far: FarExecutor;
  readonly #shadow = new Shadow(TRADING);
  readonly #settings;
  /** What is on disk: the base, and the effects behind it. */
  #base = asJson(new Books().asBase());
  #journal: Effect[] = [];
  #books: Books;
  #engine: Engine;
  #nowMs = START_MS;
  #upSinceMs = START_MS;
  readonly #nakedSinceMs = new Map<string, number>();
  #events = 0;
  #kills = 0;
  #signals = 0;
  #halts = 0;
  #unprotected = 0;
  #lives = 0;
  readonly #complaints: string[] = [];
  readonly #onProgress: DaysOptions['onProgress'];

  constructor(seed: number, onProgress?: DaysOptions['onProgress']) {
    this.#seed = seed;
    this.#onProgress = onProgress;
    this.#chance = Random.of(seed, 'days');
    this.#markets = new Map(
      INSTRUMENTS.map((each, index) => [
        each.symbol,
        new DayMarket(each, START_PRICES[index]!, Random.of(seed, each.symbol)),
      ]),
    );
    this.#far = new FarExecutor(Random.of(seed, 'far'));
    const exits = { ...TRADING.exits, ladder: true, breakEven: true, trailing: true, trailingMinutes: 5 };
    const trading = { ...TRADING, exits: seed % 2 === 0 ? TRADING.exits : exits };
    this.#settings = settingsFor([this.#dial.definition], { trading });
    this.#books = new Books();
    this.#engine = this.#boot();
  }

  run(days: number): DaysResult {
    for (let step = 0; step < days * STEPS_A_DAY; step += 1) {
      this.#step();
      if (this.#chance.uniform() < KILLS_A_DAY / STEPS_A_DAY) this.#kill();
      if (this.#chance.uniform() < KILLS_A_DAY / STEPS_A_DAY) this.#far.kill();
      this.#person();
      if ((step + 1) % (10 * STEPS_A_DAY) === 0) this.#progress((step + 1) / STEPS_A_DAY, days);
    }
    this.#settle();
    const rows = ['default', 'paper'].flatMap((account) => {
      const said =
        account === 'paper'
          ? this.#engine.statement()
          : { executor: this.#far.quantities, venue: this.#far.quantities };
      return compareLedgers(this.#books.deliveries, account, said);
    });
    const unequal = rows.filter(({ isEqual }) => !isEqual);
    for (const row of unequal) this.#complain(`unequal: ${JSON.stringify(row)}`);
    const money = this.#shadow.moneyFaults(this.#books, this.#engine);
    for (const fault of money) this.#complain(fault);
    return {
      ...{ days, seed: this.#seed, events: this.#events, kills: this.#kills, signals: this.#signals },
      trips:
        this.#books.deliveries.positions.totalsOf('paper').count +
        this.#books.deliveries.positions.totalsOf('default').count,
      halts: this.#halts,
      unequalLedgers: unequal.length + money.length,
      unprotected: this.#unprotected,
      doubleCloses: this.#shadow.doubleCloses + this.#far.doubleCloses,
      riskFaults: this.#shadow.riskFaults.length,
      complaints: [...this.#complaints, ...this.#shadow.riskFaults.slice(0, 5)],
    };
  }

  #boot(): Engine {
    this.#lives += 1;
    const engine = new Engine({ ...this.#settings, runAnchor: `life ${this.#lives}` }, this.#books);
    for (const instrument of INSTRUMENTS) engine.apply({ kind: 'instrument', instrument });
    engine.apply({ kind: 'catch_up', untilMs: this.#nowMs });
    return engine;
  }

  /** Some seconds of market time: what the markets show, what the far executor does, and a clock for every second. */
  #step(): void {
    // What nobody sees for so long is a silence of the feed.
    const seconds = this.#chance.uniform() < 0.002 ? 120 : 5 + Math.floor(this.#chance.uniform() * 10);
    const untilMs = this.#nowMs + seconds * 1000;
    this.#think();
    for (const market of this.#markets.values()) {
      const offsetMs = Math.floor(this.#chance.uniform() * 900);
      this.#apply(market.next(seconds, this.#nowMs + offsetMs));
      this.#far.onMarket(market);
      this.#shadow.price(market);
    }
    while (this.#nowMs < untilMs) {
      this.#nowMs += 1000;
      this.#apply({ kind: 'clock', eventTimeMs: this.#nowMs });
      this.#look();
    }
    this.#far.work(this.#books, (command) => this.#ask(command), this.#markets);
    this.#ask({ kind: 'sweep' });
  }

  /** The strategy thinks something else now and then. */
  #think(): void {
    const at = this.#chance.uniform();
    if (at < 0.05) this.#dial.opinion = votes('buy', 80);
    else if (at < 0.1) this.#dial.opinion = votes('sell', 80);
    else if (at < 0.3) this.#dial.opinion = { side: undefined, reason: 'sees nothing' };
  }

  /** Somebody looks after it: finds out what is in doubt, halts and resumes, and lifts a halt in the evening. */
  #person(): void {
    const ask = <C extends Parameters<Engine['take']>[0]>(command: C) => this.#ask(command);
    if (this.#chance.uniform() < 0.02) this.#far.resolve(this.#books, ask);
    const { mode, rule } = this.#books.deliveries.risk.state;
    if (mode === 'HALTED' && rule !== 'daily_loss' && this.#chance.uniform() < 0.01) {
      this.#ask({ kind: 'kill', action: 'resume', reason: 'looked at it', by: 'person' });
    } else if (this.#chance.uniform() < 0.0002) {
      const action = this.#chance.uniform() < 0.5 ? 'halt' : 'flatten';
      this.#ask({ kind: 'kill', action, reason: 'a feeling', by: 'person' });
    }
  }

  #apply(event: EngineEvent): void {
    this.#events += 1;
    const effects = this.#engine.apply(event, { wallMs: this.#nowMs, speed: 1 });
    // A kill between the decision and the disk: the house would not have told anybody.
    if (effects.length > 0 && this.#chance.uniform() < 0.002) this.#kill();
    else this.#written(effects);
  }

  #ask<C extends Parameters<Engine['take']>[0]>(command: C) {
    const reply = this.#engine.take(command, { atMs: this.#nowMs, wallMs: this.#nowMs, speed: 1 });
    const effects = this.#engine.drain();
    if (effects.length > 0 && this.#chance.uniform() < 0.002) {
      this.#kill();
      return undefined;
    }
    this.#written(effects);
    return reply;
  }

  #written(effects: readonly Effect[]): void {
    for (const effect of effects) {
      this.#journal.push(asJson(effect));
      if (effect.kind === 'signal_issued') this.#signals += 1;
      if (effect.kind === 'risk_changed' && effect.mode === 'HALTED') this.#halts += 1;
      this.#shadow.hear(effect);
    }
  }

  /** The process is gone with all that it had in memory; the next one folds what is on disk, sometimes behind a new base. */
  #kill(): void {
    this.#kills += 1;
    const books = new Books(asJson(this.#base));
    for (const effect of this.#journal) books.apply(effect);
    if (this.#journal.length > 500) {
      this.#base = asJson(books.asBase());
      this.#journal = [];
    }
    this.#books = books;
    // Nobody trades on paper while nobody is there.
    this.#nowMs += 1000 * Math.floor(this.#chance.uniform() * 120);
    this.#upSinceMs = this.#nowMs;
    this.#nakedSinceMs.clear();
    this.#engine = this.#boot();
  }

  /** After every second: what no stop protects, and whether risk stands where it must. */
  #look(): void {
    this.#shadow.look(this.#books.deliveries.risk.state, this.#nowMs);
    const naked = this.#engine.unprotected;
    if (naked.length === 0 && this.#nakedSinceMs.size === 0) return;
    for (const id of [...this.#nakedSinceMs.keys()]) if (!naked.includes(id)) this.#nakedSinceMs.delete(id);
    for (const id of naked) {
      const sinceMs = this.#nakedSinceMs.get(id) ?? this.#nowMs;
      this.#nakedSinceMs.set(id, sinceMs);
      if (this.#nowMs - Math.max(sinceMs, this.#upSinceMs) !== GRACE_MS) continue;
      this.#unprotected += 1;
      this.#complain(`unprotected: ${id} at ${this.#nowMs}`);
    }
  }

  /** The end: nobody decides any more, everything is closed, and whoever can says what is not known. */
  #settle(): void {
    this.#ask({ kind: 'kill', action: 'flatten', reason: 'the end', by: 'person' });
    for (let round = 0; round < 100; round += 1) {
      this.#step();
      this.#far.resolve(this.#books, (command) => this.#ask(command));
      if (round % 10 === 9) this.#ask({ kind: 'kill', action: 'flatten', reason: 'the end', by: 'person' });
    }
  }

  #progress(day: number, days: number): void {
    const faults =
      this.#unprotected + this.#shadow.doubleCloses + this.#far.doubleCloses + this.#shadow.riskFaults.length;
    this.#onProgress?.(`day ${day} of ${days}: ${this.#signals} signals, ${this.#kills} kills, ${faults} faults`);
  }

  #complain(what: string): void {
    if (this.#complaints.length < 10) this.#complaints.push(what);
  }
}
