import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { uuidV7 } from '../kills/producer.ts';
import { Server } from '../kills/server.ts';

const CONFIG = 'api: { host: 127.0.0.1 }\nlog: { level: silent }\n';

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly json: Json;
}

/** What a test reads from an answer, by name. */
// biome-ignore lint/suspicious/noExplicitAny: an answer is held against what the test expects of it, field by field
export type Json = any;

/** The real server in a process of its own, on one data directory over all its lives. */
export class Stand {
  readonly folder: string;
  readonly dataDir: string;
  #server: Server | undefined;
  #url = '';
  readonly #cleaners: (() => void)[] = [];

  constructor(t: TestContext) {
    this.folder = mkdtempSync(join(tmpdir(), 'tapewire-faults-'));
    this.dataDir = join(this.folder, 'data');
    mkdirSync(this.dataDir);
    writeFileSync(join(this.folder, 'tapewire.yaml'), CONFIG);
    t.after(async () => {
      await this.#server?.kill();
      for (const clean of this.#cleaners) clean();
      rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
    });
  }

  /** Once the server is gone, and before the folder is. */
  onEnd(clean: () => void): void {
    this.#cleaners.push(clean);
  }

  get url(): string {
    return this.#url;
  }

  get port(): number {
    return Number(new URL(this.#url).port);
  }

  get pid(): number {
    return this.#server!.pid;
  }

  get key(): string {
    return readFileSync(join(this.dataDir, 'api-key'), 'utf8').trim();
  }

  /** @param env for the server alone, such as NODE_OPTIONS */
  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#server = this.launch(env);
    this.#url = await this.#server.listening();
  }

  /** One that is not expected to come up. */
  launch(env: Readonly<Record<string, string>> = {}): Server {
    return new Server(['--data-dir', this.dataDir], this.folder, { command: 'demo', env });
  }

  async kill(): Promise<void> {
    await this.#server?.kill();
  }

  get(path: string): Promise<Answer> {
    return this.#ask(path, { headers: { authorization: `Bearer ${this.key}` } });
  }

  post(path: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const json = { 'content-type': 'application/json', authorization: `Bearer ${this.key}` };
    return this.#ask(path, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) });
  }

  /** As a client of the guide: without a key. */
  guide(path: string): Promise<Answer> {
    return this.#ask(path, {});
  }

  async #ask(path: string, init: RequestInit): Promise<Answer> {
    const response = await fetch(this.#url + path, init);
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    return { status: response.status, type, json: type.includes('json') ? JSON.parse(text) : text };
  }

  publish(symbol: string, { id = newId(), ...rest }: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    const bracket = { entry_price: 100, stop_loss: 99, take_profit: 102 };
    const body = { id, symbol, direction: 'BUY', ...bracket, signal_strength: 80, ttl_ms: 300_000, ...rest };
    return this.post('/api/v1/signals', body);
  }

  open(consumer: string, more: object = {}): Promise<Answer> {
    const instance = randomBytes(16).toString('hex');
    return this.post('/api/v1/sessions', { consumer, account: 'default', instance, ...more });
  }

  /** @param session as `open` was answered */
  claim(signalId: string, session: Json, key: string = randomBytes(8).toString('hex')): Promise<Answer> {
    const body = { session: session.session, epoch: session.epoch, account: 'default' };
    return this.post(`/api/v1/signals/${signalId}/claim`, body, { 'idempotency-key': key });
  }

  /** @param grant as `claim` was answered */
  report(grant: Json, session: Json, type: string, more: object = {}): Promise<Answer> {
    const body = {
      ...{ report_id: randomBytes(8).toString('hex'), session: session.session, epoch: session.epoch },
      ...{ fence: grant.fence, type, leg: 'ENTRY', client_order_id: grant.client_order_id, ...more },
    };
    return this.post(`/api/v1/deliveries/${grant.delivery.id}/reports`, body);
  }

  heartbeat({ session, epoch }: Json): Promise<Answer> {
    return this.post(`/api/v1/sessions/${session}/heartbeat`, { epoch });
  }

  /** The signal with its deliveries. */
  async signal(id: string): Promise<Json> {
    return (await this.get(`/api/v1/signals/${id}`)).json.signal;
  }
}

export const newId = (): string => uuidV7({ uniform: Math.random });

/** All answers of the tests are good ones, unless they say otherwise. */
export function expectStatus(answer: Answer, status: number, code?: string): Json {
  const { json } = answer;
  if (answer.status === status && (code === undefined || json.code === code)) return json;
  throw new Error(`${status} ${code ?? ''} was expected, and came ${answer.status}: ${JSON.stringify(json)}`);
}
