import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SIMULATED_INSTRUMENTS } from '../../src/core/simulation/instruments.ts';
import { Random } from '../../src/core/simulation/random.ts';
import { Server } from '../kills/server.ts';
import type { AtasBuild } from './dotnet.ts';
import { LineProcess } from './line-process.ts';
import { type Conduct, MARKET_SPEED } from './loop-plan.ts';
import type { LedgerLine, OrderView, Span } from './records.ts';
import { settingsOf } from './strategy-settings.ts';

export const ACCOUNT = 'DEMO-1';
/** A platform thread may be held this long. Much more than a handler needs, because the loops share a small machine. */
const HANG_BOUND_MS = 1_000;

const configOf = (symbol: string): string => `
market: { scenario: medium, symbols: [${symbol}], speed: ${MARKET_SPEED} }
bracket: { stopPercent: 0.06, targetPercents: [0.04, 0.06, 0.08] }
signals: { coolDownSeconds: 120, maxPriceAgeSeconds: 60 }
log: { level: warn }
`;

export interface ExchangeState {
  readonly orders: readonly OrderView[];
  readonly positions: readonly { readonly symbol: string; readonly quantity: number }[];
}

export interface Snapshot {
  readonly charts: readonly { readonly state: string; readonly drawn: readonly string[]; readonly position: number }[];
  readonly alerts: readonly { readonly message: string }[];
  readonly logs: readonly { readonly level: string; readonly message: string }[];
  readonly hangs: readonly { readonly lane: string; readonly handler: string; readonly heldMs: number }[];
  readonly faults: readonly { readonly lane: string; readonly handler: string; readonly message: string }[];
}

export interface Quote {
  readonly bid: number;
  readonly ask: number;
}

/** The real server, the simulated exchange and the simulated platform with the real strategy: three processes that die alone. */
export class Stage {
  readonly symbol: string;
  readonly away: Span[] = [];
  /** From all lives of the platform. */
  readonly hangs: string[] = [];
  readonly faults: string[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'tapewire-loop-'));
  readonly #build: AtasBuild;
  readonly #seed: number;
  #port = 0;
  #server: Server | undefined;
  #exchange: LineProcess | undefined;
  #platform: LineProcess | undefined;
  #exchangePort = 0;
  #awaySinceMs: number | undefined;
  #connector: Conduct['connector'] = {};
  #lives = 0;

  constructor(symbol: string, seed: number, build: AtasBuild) {
    this.symbol = symbol;
    this.#seed = seed;
    this.#build = build;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get key(): string {
    return readFileSync(this.#keyFile, 'utf8').trim();
  }

  async open(): Promise<void> {
    this.#port = await freePort();
    mkdirSync(this.#dataDir);
    writeFileSync(join(this.#folder, 'tapewire.yaml'), configOf(this.symbol));
    await this.startServer();
    const configuration = { ...this.#common, seed: this.#seed, settings: { serverOcoShare: 0.5 } };
    this.#exchange = new LineProcess(this.#build.host, 'exchange', configuration);
    this.#exchangePort = Number((await this.#exchange.ready).listening);
    while ((await this.quote()) === undefined) await sleep(50);
    await this.startPlatform();
  }

  async startServer(): Promise<void> {
    const flags = ['--market', 'sim', '--data-dir', this.#dataDir, '--host', '127.0.0.1', '--seed', String(this.#seed)];
    this.#server = new Server(flags, this.#folder, { port: this.#port });
    await this.#server.listening();
  }

  async killServer(): Promise<void> {
    await this.#server?.kill();
  }

  /** It comes back with its strategy stopped, as ATAS does; starting it is what a person does then. */
  async startPlatform(): Promise<void> {
    this.#awaySinceMs ??= Date.now();
    this.#lives += 1;
    const places = { url: this.url, keyFile: this.#keyFile, stepSize: this.stepSize };
    const settings = settingsOf(places, Random.of(this.#seed, `settings of life ${this.#lives}`));
    const configuration = {
      ...this.#common,
      exchangePort: this.#exchangePort,
      account: ACCOUNT,
      strategy: this.#build.strategy,
      charts: [{ symbol: this.symbol, settings }],
      connector: this.#connector,
      seed: this.#seed * 1_000 + this.#lives,
      hangBoundMs: HANG_BOUND_MS,
    };
    // What the strategy remembers must outlive it, and must not be that of another loop.
    const home = {
      HOME: this.#folder,
      XDG_CONFIG_HOME: join(this.#folder, 'config'),
      APPDATA: join(this.#folder, 'config'),
    };
    this.#platform = new LineProcess(this.#build.host, 'platform', configuration, home);
    await this.#platform.ready;
    await this.#platform.ask('start');
    this.away.push({ fromMs: this.#awaySinceMs, toMs: Date.now() });
    this.#awaySinceMs = undefined;
  }

  async killPlatform(): Promise<void> {
    await this.#remember();
    this.#awaySinceMs = Date.now();
    await this.#platform?.kill();
  }

  async setConduct({ exchange, connector }: Conduct): Promise<void> {
    this.#connector = connector;
    await this.#exchange!.ask('settings', { settings: exchange });
    if (this.#awaySinceMs === undefined) await this.#platform!.ask('connector', { settings: connector });
  }

  async quote(): Promise<Quote | undefined> {
    return (await this.#exchange!.ask<readonly Quote[]>('market'))[0];
  }

  state(): Promise<ExchangeState> {
    return this.#exchange!.ask('state', { account: ACCOUNT, symbols: [this.symbol] });
  }

  ledger(): Promise<readonly LedgerLine[]> {
    return this.#exchange!.ask('ledger', { after: 0 });
  }

  /** A person's order, sent from another window. */
  async order(order: object): Promise<void> {
    await this.#exchange!.ask('manual', { order: { account: ACCOUNT, symbol: this.symbol, ...order } });
  }

  async cancel(orderId: string): Promise<void> {
    await this.#exchange!.ask('cancel', { orderId });
  }

  snapshot(): Promise<Snapshot> {
    return this.#platform!.ask('snapshot');
  }

  async close(): Promise<void> {
    await this.#remember();
    await Promise.all([this.#platform?.kill(), this.#exchange?.kill(), this.#server?.kill()]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #dataDir(): string {
    return join(this.#folder, 'data');
  }

  get #keyFile(): string {
    return join(this.#dataDir, 'api-key');
  }

  /** The step of quantities. */
  get stepSize(): number {
    return this.#instrument.stepSize;
  }

  get #instrument() {
    return SIMULATED_INSTRUMENTS.find(({ symbol }) => symbol === this.symbol)!;
  }

  get #common(): object {
    const { tickSize, stepSize } = this.#instrument;
    const instrument = {
      symbol: this.symbol,
      tickSize,
      lotSize: stepSize,
      lotMinSize: stepSize,
      baseCurrency: this.symbol.slice(0, 3),
    };
    return { url: this.url, keyFile: this.#keyFile, instruments: [instrument] };
  }

  /** What a person saw on this platform is gone with it. */
  async #remember(): Promise<void> {
    if (this.#platform === undefined || this.#platform.ended || this.#awaySinceMs !== undefined) return;
    const { hangs, faults } = await this.snapshot();
    // Loading a DLL and setting settings is done in the background, and freezes nothing.
    const frozen = hangs.filter(({ lane }) => lane !== 'background');
    this.hangs.push(
      ...frozen.map(({ lane, handler, heldMs }) => `${lane}: ${handler} held it for ${Math.round(heldMs)} ms`),
    );
    this.faults.push(
      ...faults.map(({ lane, handler, message }) => `${lane}: ${handler} threw ${message.slice(0, 600)}`),
    );
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
