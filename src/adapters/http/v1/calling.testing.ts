import assert from 'node:assert/strict';
import type { Principal } from '../../../ports/key-ring.ts';
import { MemoryJournal } from '../../memory/journal.ts';
import { EventLog } from '../event-log.ts';
import { FakeHouse } from '../fake-house.testing.ts';
import { MarketStreams } from '../market-stream.ts';
import { DeliveryApi } from './delivery-api.ts';
import { DESCRIPTIONS } from './descriptions.ts';
import { LatencyLedger } from './latency-ledger.ts';
import { EXAMPLE_HOUSE_VIEW } from './view.testing.ts';

/** Whatever it is, the test asks it in detail. */
export type Json = ReturnType<typeof JSON.parse>;

export const KEY: Principal = {
  keyId: 'k_1',
  name: 'desk',
  scopes: ['read', 'publish', 'execute', 'report', 'admin'],
};

export interface Call {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly gone?: AbortSignal;
}

/** /api/v1 over a fake house with a journal in memory, called without a socket. */
export async function calling(options: { readonly speed?: number } = {}) {
  const house = new FakeHouse(options);
  const journal = new MemoryJournal(house.journalId);
  const log = await EventLog.open({ journal, lastSeq: 0 });
  const ledger = new LatencyLedger(() => house.houseClock.nowMs() * 1_000);
  const mistakes: unknown[] = [];
  house.onEffects = (effects) => {
    ledger.decided(effects);
    void journal.append(effects);
    ledger.journaled(effects);
    log.publish(effects);
  };
  let sessions = 0;
  const api = new DeliveryApi({
    ...{ house, log, ledger, market: new MarketStreams({ label: 'SIMULATED medium', symbols: ['ETHUSDT'] }) },
    view: EXAMPLE_HOUSE_VIEW,
    requests: () => ({ total: 3, refused: { claimed: 1 } }),
    journalFailed: () => false,
    feedMeasures: () => ({ rest_weight_used: 42 }),
    monotonicMs: () => house.houseClock.nowMs(),
    sessionId: () => {
      sessions += 1;
      return `session-${sessions}`;
    },
    onError: (error) => mistakes.push(error),
  });

  /** `POST /signals/01934e4e-…/claim`: finds the call that fits, and holds the answer to its schema. */
  async function call(what: string, { body, query = {}, headers = {}, gone }: Call = {}) {
    const [method, path] = what.split(' ') as [string, string];
    const [pattern, params] = found(method, `/api/v1${path}`);
    const request = { principal: KEY, params, query, headers, body, ...(gone !== undefined && { gone }) };
    const { status, body: text, type } = await api.handlers.get(pattern)!(request);
    if (type !== undefined) return { status, text, json: undefined as Json };
    const json: Json = JSON.parse(text);
    if (status < 300) DESCRIPTIONS[pattern]!.response[status]!.parse(json);
    return { status, text, json };
  }
  return { house, log, ledger, api, call, mistakes };
}

function found(method: string, path: string): [pattern: string, params: Record<string, string>] {
  const parts = path.split('/');
  for (const pattern of Object.keys(DESCRIPTIONS)) {
    const [wanted, url] = pattern.split(' ') as [string, string];
    const names = url.split('/');
    if (wanted !== method || names.length !== parts.length) continue;
    if (!names.every((name, index) => name.startsWith(':') || name === parts[index])) continue;
    const params = names.flatMap((name, index) => (name.startsWith(':') ? [[name.slice(1), parts[index]!]] : []));
    return [pattern, Object.fromEntries(params)];
  }
  return assert.fail(`no call fits ${method} ${path}`);
}

export const INSTANCE = '9f8e7d6c5b4a39281706f5e4d3c2b1a0';
export const OTHER_INSTANCE = '0f8e7d6c5b4a39281706f5e4d3c2b1a0';

export const session = (values: object = {}) => ({
  body: { consumer: 'desk-1', account: 'default', instance: INSTANCE, ...values },
});

export const claim = (key: string, values: object = {}) => ({
  headers: { 'idempotency-key': key },
  body: { session: 'session-1', epoch: 1, account: 'default', ...values },
});
