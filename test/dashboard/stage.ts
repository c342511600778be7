import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../journal/temporary-folder.testing.ts';
import { Server } from '../kills/server.ts';
import { TOKEN } from '../telegram/bot-api.ts';
import { PATIENCE_MS } from './visitor.ts';

const FIFTY = fileURLToPath(new URL('./fifty.js', import.meta.url));
const LOOK_AGAIN_MS = 50;
/** The one that the Bot API server of the tests knows unless told otherwise. */
const CHAT = 42;

type Json = ReturnType<typeof JSON.parse>;

export interface StageOptions {
  readonly command?: 'start' | 'demo';
  readonly speed?: number;
  readonly seed?: number;
  readonly fifty?: boolean;
  /** The bot agrees with nobody: it never issues a signal. */
  readonly silent?: boolean;
  /** The address of a Bot API server: somebody is told by Telegram there. */
  readonly telegram?: string;
}

/** The real program in a process and a data directory of its own, and what other programs do to it over its API. */
export class Stage {
  readonly #folder = temporaryFolder();
  readonly dataDir = join(this.#folder, 'data');
  readonly #options: StageOptions;
  #server: Server;
  #url = '';
  #port = 0;

  private constructor(options: StageOptions) {
    this.#options = options;
    this.#server = this.#spawn();
  }

  static async open(options: StageOptions = {}): Promise<Stage> {
    const stage = new Stage(options);
    // A test that is ended for taking too long closes nothing.
    process.once('exit', () => void stage.kill());
    await stage.#listens();
    return stage;
  }

  get url(): string {
    return this.#url;
  }

  get pid(): number {
    return this.#server.pid;
  }

  /** With the code that lets one browser in. */
  get link(): string {
    return /http:\/\/\S+\/dashboard#code=\S+/.exec(this.#server.output)![0];
  }

  get key(): string {
    return readFileSync(join(this.dataDir, 'api-key'), 'utf8').trim();
  }

  kill(): Promise<void> {
    return this.#server.kill();
  }

  /** Anew on the same port and data. */
  async restart(): Promise<void> {
    this.#server = this.#spawn();
    await this.#listens();
  }

  async ask(method: string, path: string, body?: object): Promise<Json> {
    const headers = {
      authorization: `Bearer ${this.key}`,
      ...(body !== undefined && { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }),
    };
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await fetch(this.url + path, init);
    const answer: Json = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }

  /** The first answer in which something is found. */
  async until<T>(path: string, find: (answer: Json) => T | undefined): Promise<T> {
    for (const untilMs = Date.now() + PATIENCE_MS; Date.now() < untilMs; await sleep(LOOK_AGAIN_MS)) {
      const found = find(await this.ask('GET', path));
      if (found !== undefined) return found;
    }
    throw new Error(`${path} did not say within ${PATIENCE_MS} ms what was waited for`);
  }

  /** A signal of somebody else's, at the price of the moment. */
  async publish(symbol: string, ttlMs = 300_000): Promise<Json> {
    await this.until(`/api/v1/instruments/${symbol}`, ({ obstacles }) =>
      obstacles.some(({ name }: { readonly name: string }) => name === 'stale_price') ? undefined : true,
    );
    const { instrument } = await this.ask('GET', `/api/v1/instruments/${symbol}`);
    const { last_price: price, tick_size: tick } = instrument;
    const at = (share: number) => Number((Math.round((price * share) / tick) * tick).toFixed(10));
    const prices = { entry_price: at(1), stop_loss: at(0.98), take_profit: at(1.05) };
    const terms = { direction: 'BUY', signal_strength: 80, ttl_ms: ttlMs };
    return (await this.ask('POST', '/api/v1/signals', { id: uuidV7(), symbol, ...prices, ...terms })).signal;
  }

  #spawn(): Server {
    const { command = 'start', speed = 1, seed = 7, fifty = false, silent = false, telegram } = this.#options;
    const market = command === 'demo' ? [] : ['--seed', String(seed), '--speed', String(speed)];
    const config = join(this.#folder, 'tapewire.yaml');
    const settings = [
      ...(silent ? ['fusion: { minStrategies: 6, minConsensus: 100, minStrength: 100 }'] : []),
      ...(telegram === undefined ? [] : [`telegram: { apiRoot: "${telegram}" }`]),
    ];
    if (settings.length > 0) writeFileSync(config, `${settings.join('\n')}\n`);
    const args = ['--data-dir', this.dataDir, ...market, ...(settings.length > 0 ? ['--config', config] : [])];
    const env = telegram === undefined ? {} : { TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_CHAT_ID: String(CHAT) };
    return new Server(args, process.cwd(), { command, port: this.#port, env, ...(fifty && { program: FIFTY }) });
  }

  async #listens(): Promise<void> {
    this.#url = await this.#server.listening();
    this.#port = Number(new URL(this.#url).port);
  }
}

function uuidV7(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
}
