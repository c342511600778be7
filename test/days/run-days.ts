import { formatInstant } from '../../src/contract/instant.ts';
import { Books } from '../../src/core/delivery/books.ts';
import { asJson } from '../../src/core/delivery/scene.testing.ts';
import type { Effect } from '../../src/core/engine/effect.ts';
import { Engine } from '../../src/core/engine/engine.ts';
import type { EngineEvent } from '../../src/core/engine/event.ts';
import { Dial, settingsFor, votes } from '../../src/core/engine/scripted.testing.ts';
import type { Instrument } from '../../src/core/market/instrument.ts';
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
const STEPS_BETWEEN_LEDGERS = STEPS_A_DAY / 144;
const DAYS_PER_ACCOUNT = 25;

export interface DaysOptions {
  readonly days: number;
  readonly seed: number;
  /** Told every fault as it is found, and how each account ended: a run that is ended early has said something. */
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

/**
 * Whole days in virtual time: a market, the bot with its paper venue, an executor far away, and kills of both at any moment.
 * Fees eat the account, because the bot knows nothing: after so many days the ledgers are compared, and another account begins
 * with the next seed.
 */
export function runDays({ days, seed, onProgress }: DaysOptions): DaysResult {
  const results: DaysResult[] = [];
  for (let from = 0; from < days; from += DAYS_PER_ACCOUNT) {
    const own = seed + results.length;
    const account = new Days(own, (line) => onProgress?.(`seed ${own}: ${line}`));
    results.push(account.run(Math.min(DAYS_PER_ACCOUNT, days - from)));
  }
  const sum = (count: (result: DaysResult) => number): number =>
    results.reduce((total, result) => total + count(result), 0);
  return {
    ...{ days, seed, events: sum(({ events }) => events), kills: sum(({ kills }) => kills) },
    ...{ signals: sum(({ signals }) => signals), trips: sum(({ trips }) => trips), halts: sum(({ halts }) => halts) },
    unequalLedgers: sum(({ unequalLedgers }) => unequalLedgers),
    unprotected: sum(({ unprotected }) => unprotected),
    doubleCloses: sum(({ doubleCloses }) => doubleCloses),
    riskFaults: sum(({ riskFaults }) => riskFaults),
    complaints: results.flatMap(({ complaints }) => complaints),
  };
}

class Days {
  readonly #seed: number;
  readonly #chance: Random;
  readonly #dial = new Dial();
  readonly #markets: ReadonlyMap<string, DayMarket>;
  readonly #far: FarExecutor;
  readonly #shadow = new Shadow(TRADING, (what) => this.#complain(what));
  readonly #settings;
  /** What is on disk: the base, and the effects behind it. */
  #base = asJson(new Books().asBase());
  #journal: Effect[] = [];
  #books: Books;
  #engine: Engine;
  #nowMs = START_MS;
  /** From when on each instrument is watched, by this process. */
  readonly #listedMs = new Map<string, number>();
  #upSinceMs = START_MS;
  readonly #nakedSinceMs = new Map<string, number>();
  #events = 0;
  #kills = 0;
  #signals = 0;
  #halts = 0;
  #unprotected = 0;
  #lives = 0;
  #compared = 0;
  #unequal = 0;
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
      // Reports of the far executor are on their way at any moment; the paper venue is of this process.
      if (step % STEPS_BETWEEN_LEDGERS === 0) this.#compare('paper', this.#engine.statement());
    }
    const { equity } = this.#engine.equity()!;
    this.#settle();
    this.#compare('paper', this.#engine.statement());
    this.#compare('default', { executor: this.#far.quantities, venue: this.#far.quantities });
    const money = this.#shadow.moneyFaults(this.#books, this.#engine);
    for (const fault of money) this.#complain(fault);
    const done = `${days} days, ${this.#signals} signals, ${this.#kills} kills, ${Math.round(equity)} left`;
    this.#onProgress?.(`${done}; ${this.#compared} open positions compared, ${this.#unequal + money.length} unequal`);
    return {
      ...{ days, seed: this.#seed, events: this.#events, kills: this.#kills, signals: this.#signals },
      trips:
        this.#books.deliveries.positions.totalsOf('paper').count +
        this.#books.deliveries.positions.totalsOf('default').count,
      halts: this.#halts,
      unequalLedgers: this.#unequal + money.length,
      unprotected: this.#unprotected,
      doubleCloses: this.#shadow.doubleCloses + this.#far.doubleCloses,
      riskFaults: this.#shadow.riskFaults,
      complaints: this.#complaints,
    };
  }

  #boot(): Engine {
    this.#lives += 1;
    const engine = new Engine({ ...this.#settings, runAnchor: `life ${this.#lives}` }, this.#books);
    this.#listedMs.clear();
    for (const { symbol } of INSTRUMENTS) {
      // A live market lists an instrument when its history is there.
      const waitsMs = this.#chance.uniform() < 0.5 ? 0 : 1000 * Math.floor(this.#chance.uniform() * 180);
      this.#listedMs.set(symbol, this.#nowMs + waitsMs);
    }
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
      const event = market.next(seconds, this.#nowMs + offsetMs);
      this.#list(market.instrument);
      if (this.#isListed(market.instrument.symbol) && this.#apply(event)) this.#shadow.see(market.instrument.symbol);
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

  /** Instruments come when their time has come, and leave for some minutes now and then. */
  #list(instrument: Instrument): void {
    const { symbol } = instrument;
    if (!this.#isListed(symbol)) return;
    if (!this.#engine.symbols.includes(symbol)) this.#listedMs.set(symbol, this.#nowMs);
    this.#apply({ kind: 'instrument', instrument });
    if (this.#chance.uniform() >= 1 / STEPS_A_DAY) return;
    this.#shadow.leave(symbol);
    this.#listedMs.set(symbol, this.#nowMs + 600_000);
    this.#apply({ kind: 'delisted', symbol, eventTimeMs: this.#nowMs });
  }

  #isListed(symbol: string): boolean {
    return this.#nowMs >= this.#listedMs.get(symbol)!;
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
    if (mode === 'HALTED' && !rule.startsWith('daily_loss') && this.#chance.uniform() < 0.01) {
      this.#ask({ kind: 'kill', action: 'resume', reason: 'looked at it', by: 'person' });
    } else if (this.#chance.uniform() < 0.0002) {
      const action = this.#chance.uniform() < 0.5 ? 'halt' : 'flatten';
      this.#ask({ kind: 'kill', action, reason: 'a feeling', by: 'person' });
    }
  }

  /** @returns whether the process still lives */
  #apply(event: EngineEvent): boolean {
    this.#events += 1;
    const effects = this.#engine.apply(event, { wallMs: this.#nowMs, speed: 1 });
    // A kill between the decision and the disk: the house would not have told anybody.
    const lives = effects.length === 0 || this.#chance.uniform() >= 0.002;
    if (lives) this.#written(effects);
    else this.#kill();
    return lives;
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
    this.#shadow.leave();
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
      // Nobody can protect what nobody watches.
      const { symbol } = this.#books.deliveries.positions.position(id)!;
      if (!this.#engine.symbols.includes(symbol)) continue;
      if (this.#nowMs - Math.max(sinceMs, this.#upSinceMs, this.#listedMs.get(symbol)!) !== GRACE_MS) continue;
      this.#unprotected += 1;
      this.#complain(`unprotected: ${id}`);
    }
  }

  #compare(account: string, said: Parameters<typeof compareLedgers>[2]): void {
    for (const row of compareLedgers(this.#books.deliveries, account, said)) {
      this.#compared += 1;
      if (row.isEqual) continue;
      this.#unequal += 1;
      this.#complain(`unequal: ${JSON.stringify(row)}`);
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

  #complain(what: string): void {
    const told = `${formatInstant(this.#nowMs)} ${what}`;
    this.#onProgress?.(told);
    if (this.#complaints.length < 10) this.#complaints.push(told);
  }
}
