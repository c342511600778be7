import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Server } from '../kills/server.ts';
import { HttpClient } from './http-client.ts';
import { PythonSignalImporter } from './importer.ts';
import { readSignals, type SignalData } from './newtonsoft.ts';

/** What `npm start` promises a stranger, from the command to the first signal, wall milliseconds. */
const FIRST_SIGNAL_MS = 30_000;
const SIGNALS = 5;
/** A signal lives for less than a wall second at this speed: the client must look often. */
const SPEED = 20;
const POLL_MS = 20;

const folder = mkdtempSync(join(tmpdir(), 'tapewire-bot-'));
const http = new HttpClient();
const server = new Server(
  ['--data-dir', join(folder, 'data'), '--market', 'sim', '--seed', '7', '--speed', String(SPEED)],
  folder,
);
const startedMs = Date.now();

after(async () => {
  http.close();
  await server.kill();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

it('trades signals of the bot on the embedded market with the client of the guide', async (t) => {
  const url = await server.listening();
  const client = new PythonSignalImporter(http, `${url}/api/signals/latest`);
  const traded: SignalData[] = [];
  for (let bar = 0; traded.length < SIGNALS && Date.now() - startedMs < FIRST_SIGNAL_MS; bar += 100) {
    const signal = await client.onCalculate(bar);
    if (signal !== undefined) traded.push(signal);
    else await sleep(POLL_MS);
  }
  t.diagnostic(`${traded.length} signals traded, ${Date.now() - startedMs} ms after the command`);
  assert.ok(traded.length > 0, `no signal within 30 s of the command:\n${server.problems}`);

  for (const [index, signal] of traded.entries()) {
    checkTradable(signal);
    assert.ok(index === 0 || signal.timestamp! > traded[index - 1]!.timestamp!, 'the newest signal went back');
  }
  assert.equal(client.orders.length, 3 * traded.length);
  for (const { quantity } of client.orders) assert.ok(Number.isFinite(quantity) && quantity > 0);
});

it('counts what it exported, keeps it in the history, and measures its health', async () => {
  const url = await server.listening();
  // At this speed the first signals come before the first of them has ended.
  let past: SignalData[] = [];
  for (const untilMs = Date.now() + FIRST_SIGNAL_MS; past.length === 0 && Date.now() < untilMs; await sleep(POLL_MS)) {
    past = readSignals((await http.get(`${url}/api/signals/history`)).text);
  }
  past.forEach(checkTradable);
  const { statistics } = JSON.parse((await http.get(`${url}/api/stats`)).text);
  assert.ok(statistics.total_signals_exported >= past.length && past.length > 0);
  assert.ok(statistics.fusion_runs > 0 && Object.keys(statistics.silences).length > 0);
  assert.equal(Object.keys(statistics.strategies).length, 6);

  const seen = [];
  for (let look = 0; look < 3; look += 1) {
    const answer = await http.get(`${url}/api/health`);
    assert.equal(answer.status, 200, answer.text);
    seen.push(JSON.parse(answer.text));
    await sleep(POLL_MS);
  }
  for (const health of seen) {
    assert.deepEqual([health.service, health.simulated, health.speed], ['ATAS Platform Integration', true, SPEED]);
    assert.ok(health.status === 'healthy' || (health.status === 'degraded' && health.reasons.length > 0));
    assert.equal(typeof health.data_age_ms, 'number');
  }
  assert.equal(new Set(seen.map((health) => health.timestamp)).size, seen.length);
  assert.equal(new Set(seen.map((health) => health.uptime)).size, seen.length);
});

/** What the guide's client trusts without looking. */
function checkTradable(signal: SignalData): void {
  const away = signal.direction === 'BUY' ? 1 : -1;
  const text = JSON.stringify(signal);
  assert.ok(signal.direction === 'BUY' || signal.direction === 'SELL', text);
  assert.ok(signal.stopLoss > 0 && (signal.entryPrice - signal.stopLoss) * away > 0, text);
  assert.ok(signal.takeProfit > 0 && (signal.takeProfit - signal.entryPrice) * away > 0, text);
  assert.ok(signal.leverage >= 1 && signal.leverage <= 20, text);
  assert.ok(signal.signalStrength >= 70 && signal.signalStrength <= 100, text);
  assert.ok(['1m', '3m', '5m'].includes(signal.timeframe!), text);
  assert.match(signal.symbol!, /^[A-Z0-9]+USDT$/);
  assert.match(signal.timestamp!, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
  assert.equal(signal.strategyName, 'HighFrequencyScalping');
}
