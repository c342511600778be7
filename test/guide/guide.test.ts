import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Server } from '../kills/server.ts';
import { HttpClient } from './http-client.ts';
import { PythonSignalImporter } from './importer.ts';
import { readApiResponse, readSignals } from './newtonsoft.ts';

/** The integration guide, walked as its reader would, against the real `tapewire demo`. In the order of the guide. */

const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/;

const folder = mkdtempSync(join(tmpdir(), 'tapewire-guide-'));
const dataDir = join(folder, 'data');
const http = new HttpClient();
let server: Server;
let url: string;
/** Every name of this machine that a client of the guide may have in its URL. */
let bases: readonly string[];

before(async () => {
  server = new Server(['--data-dir', dataDir], folder, { command: 'demo' });
  url = await server.listening();
  const { port } = new URL(url);
  const bothFamilies = server.output.includes(`http://[::1]:${port}`);
  bases = [url, `http://localhost:${port}`, ...(bothFamilies ? [`http://[::1]:${port}`] : [])];
  await twoSignals();
});

after(async () => {
  http.close();
  await server.kill();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** The screen comes before the first signals do. */
async function twoSignals(): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if ((await body('/api/signals')).count === 2) return;
    await sleep(20);
  }
  assert.fail(`no two signals:\n${server.problems}`);
}

// biome-ignore lint/suspicious/noExplicitAny: answers are compared as a whole, or field by field with their values
async function body(path: string, status = 200): Promise<any> {
  const answer = await http.get(url + path);
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
  return JSON.parse(answer.text);
}

const acknowledge = (timestamp: string) => http.post(`${url}/api/signals/acknowledge`, JSON.stringify({ timestamp }));

it('Quick Start, 2: every command answers, under every name of this machine', async () => {
  assert.ok(bases.length >= 2);
  for (const base of bases) {
    const page = await http.get(`${base}/`);
    assert.deepEqual([page.status, page.headers['content-type']], [200, 'text/html; charset=utf-8']);
    for (const part of ['/api/signals/latest', '/api/openapi.json', 'href="/docs"', 'DEMO']) {
      assert.ok(page.text.includes(part), `the page does not speak of ${part}`);
    }
    for (const path of ['signals', 'signals/latest', 'signals/ETHUSDT', 'signals/history', 'health', 'stats']) {
      const answer = await http.get(`${base}/api/${path}`);
      assert.equal(answer.status, 200, `${base}/api/${path}: ${answer.text}`);
      assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
      assert.match(JSON.parse(answer.text).timestamp, STAMP);
    }
  }
});

it('GET /api/signals: the two test signals, to the byte', async () => {
  const { text } = await http.get(`${url}/api/signals`);
  const [eth, btc] = JSON.parse(text).signals;
  const signal = (given: typeof eth, head: string, metadata: string): string => {
    const { signal_id: id, expires_at: expiresAt, reasons } = given.metadata;
    const tail = `"expires_at":"${expiresAt}","reasons":${JSON.stringify(reasons)},"market":"DEMO","votes":[]`;
    return `{"timestamp":"${given.timestamp}",${head},"metadata":{${metadata},"signal_id":"${id}","seq":${given.metadata.seq},${tail}}}`;
  };
  const first = signal(
    eth,
    '"symbol":"ETHUSDT","direction":"BUY","entry_price":3500.0,"stop_loss":3482.5,"take_profit":3542.0,"leverage":20,"signal_strength":85.5,"timeframe":"1m","strategy_name":"HighFrequencyScalping"',
    '"consensus_confidence":75.0,"strategies_agree":4,"risk_reward_ratio":2.4,"tp1":3528.0,"tp2":3542.0,"tp3":3563.0',
  );
  const second = signal(
    btc,
    '"symbol":"BTCUSDT","direction":"SELL","entry_price":50000.0,"stop_loss":50500.0,"take_profit":49000.0,"leverage":15,"signal_strength":78.3,"timeframe":"3m","strategy_name":"HighFrequencyScalping"',
    '"consensus_confidence":70.0,"strategies_agree":4,"risk_reward_ratio":2.0,"tp1":49500.0,"tp2":49000.0,"tp3":48500.0',
  );
  const answeredAt = JSON.parse(text).timestamp as string;
  assert.equal(text, `{"status":"success","count":2,"signals":[${first},${second}],"timestamp":"${answeredAt}"}`);
  assert.match(eth.timestamp, STAMP);
  assert.ok(eth.timestamp < btc.timestamp, 'stamps grow');
  assert.deepEqual([eth.metadata.seq, btc.metadata.seq], [1, 2]);
  assert.ok(eth.metadata.reasons.length > 0 && eth.metadata.signal_id !== btc.metadata.signal_id);
  const issuedMs = Date.parse(`${eth.timestamp.slice(0, 23)}Z`);
  assert.equal(Date.parse(`${eth.metadata.expires_at}Z`) - issuedMs, 300_000, 'they live five minutes');
  assert.deepEqual(Object.keys(eth).length, 11);
});

it('ATAS C# Integration: the client trades each new signal once, with the guide’s quantities', async () => {
  for (const base of bases) {
    const client = new PythonSignalImporter(http, `${base}/api/signals/latest`);
    assert.equal(await client.onCalculate(99), undefined, 'it looks at every hundredth bar only');
    const signal = await client.onCalculate(100);
    assert.deepEqual([signal?.symbol, signal?.leverage, signal?.signalStrength], ['BTCUSDT', 15, 78.3]);
    assert.equal(await client.onCalculate(200), undefined, 'the same signal is not new');
    assert.deepEqual(client.alerts, ['New SELL signal for BTCUSDT at 50000']);
    assert.deepEqual(client.orders, [
      { kind: 'market', side: 'Sell', quantity: 0.4 },
      { kind: 'stop', side: 'Buy', quantity: 0.4, price: 50_500 },
      { kind: 'limit', side: 'Buy', quantity: 0.4, price: 49_000 },
    ]);
  }
});

it('Enable/Disable Auto-Trading: alerts only', async () => {
  const client = new PythonSignalImporter(http, `${url}/api/signals/latest`, { autoTrade: false });
  assert.ok(await client.onCalculate(0));
  assert.deepEqual([client.alerts.length, client.orders], [1, []]);
});

it('Filter by Symbol in ATAS: the same client with nothing but another URL', async () => {
  const client = new PythonSignalImporter(http, `${url}/api/signals/ETHUSDT`);
  const signal = await client.onCalculate(0);
  assert.deepEqual([signal?.symbol, signal?.direction, signal?.leverage], ['ETHUSDT', 'BUY', 20]);
  const quantity = 200 / 17.5;
  assert.deepEqual(client.orders, [
    { kind: 'market', side: 'Buy', quantity },
    { kind: 'stop', side: 'Sell', quantity, price: 3482.5 },
    { kind: 'limit', side: 'Sell', quantity, price: 3542 },
  ]);
  for (const name of ['ethusdt', 'ETH-USDT', 'ETH/USDT', 'ETH/USDT:USDT', 'ETH%2FUSDT']) {
    const found = await body(`/api/signals/${name}`);
    assert.deepEqual([found.symbol, found.count, found.signal.symbol], ['ETHUSDT', 1, 'ETHUSDT'], name);
  }
  const part = await body('/api/signals/ETH');
  assert.deepEqual([part.symbol, part.count, part.signals, 'signal' in part], ['ETH', 0, [], false]);
  const silent = new PythonSignalImporter(http, `${url}/api/signals/XRPUSDT`);
  assert.equal(await silent.onCalculate(0), undefined);
});

it('Multiple Timeframe Signals: all of them, filtered by the reader', async () => {
  const { text } = await http.get(`${url}/api/signals`);
  const symbolsOn = (timeframe: string) =>
    readSignals(text)
      .filter((signal) => signal.timeframe === timeframe)
      .map((signal) => signal.symbol);
  assert.deepEqual([symbolsOn('1m'), symbolsOn('3m'), symbolsOn('5m')], [['ETHUSDT'], ['BTCUSDT'], []]);
});

it('ATAS Cannot Connect: another address of this machine counts as another machine: it may ask for health, and reads with a key in its base URL', async (t) => {
  const outer = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  if (outer === undefined) return t.skip('this machine has no address but loopback: connect it to a network');
  const base = `http://${outer.address}:${new URL(url).port}`;
  assert.equal((await http.get(`${base}/api/health`)).status, 200);
  const refused = await http.get(`${base}/api/signals/latest`);
  assert.equal(refused.status, 401);
  assert.match(JSON.parse(refused.text).message, /`tapewire keys add --guide` prints a base URL/);

  const cli = fileURLToPath(new URL('../../src/apps/cli.js', import.meta.url));
  const keys = (...args: string[]) =>
    spawnSync(process.execPath, [cli, 'keys', ...args, '--data-dir', dataDir], { cwd: folder, encoding: 'utf8' })
      .stdout;
  const withKey = keys('add', '--name', 'the other machine', '--guide').trim();
  assert.match(withKey, new RegExp(`^http://[0-9.]+:${new URL(url).port}/t/tw_[\\w-]{43}$`), 'the port that is served');
  const other = withKey.replace(/^http:\/\/[^/]+/, base);
  assert.equal((await http.get(`${other}/api/signals/latest`)).status, 200);
  assert.equal((await http.get(`${other}/docs`)).status, 404);
  keys('revoke', 'the other machine');
  assert.equal((await http.get(`${other}/api/signals/latest`)).status, 401);
});

it('No Signals Appearing: what the guide asks is counted, and says why in words', async () => {
  const before = await body('/api/stats');
  assert.equal((await http.get(`${url}/api/nothing`)).status, 404);
  const { status, statistics } = await body('/api/stats');
  assert.equal(status, 'success');
  assert.deepEqual(Object.keys(statistics).slice(0, 4), [
    'total_signals_exported',
    'active_signals',
    'historical_signals',
    'total_api_requests',
  ]);
  assert.deepEqual([statistics.total_signals_exported, statistics.active_signals], [2, 2]);
  assert.equal(statistics.total_api_requests, before.statistics.total_api_requests + 2);
  assert.equal(statistics.refused_requests.unknown_path, (before.statistics.refused_requests.unknown_path ?? 0) + 1);
  assert.match(statistics.explanation, /^2 live signals now, 2 issued in all\./);
});

it('Signal Acknowledgment: it ends, nothing older takes its place, and the history says how it ended', async () => {
  const health = await body('/api/health');
  assert.deepEqual([health.status, health.service], ['healthy', 'ATAS Platform Integration']);
  assert.equal(health.active_signals, 2);
  assert.deepEqual([health.market, health.simulated, health.data_age_ms], ['DEMO', true, null], 'no market behind it');
  const latest = readApiResponse((await http.get(`${url}/api/signals/latest`)).text).signal!;

  const both = await acknowledge(latest.timestamp!.slice(0, 19));
  assert.equal(both.status, 400, 'two signals of one second: never a guess');
  const first = await acknowledge(latest.timestamp!);
  const again = await acknowledge(`${latest.timestamp}0Z`);
  for (const answer of [first, again]) {
    const { status, message, timestamp } = JSON.parse(answer.text);
    assert.deepEqual([answer.status, status, message], [200, 'success', 'Signal acknowledged']);
    assert.match(timestamp, STAMP);
  }

  const none = await body('/api/signals/latest', 404);
  assert.deepEqual(none, { status: 'no_signals', message: 'No active signals available', timestamp: none.timestamp });
  const idle = new PythonSignalImporter(http, `${url}/api/signals/latest`);
  assert.equal(await idle.onCalculate(0), undefined);
  const live = await body('/api/signals');
  assert.deepEqual([live.count, live.signals[0].symbol], [1, 'ETHUSDT']);

  const history = await body('/api/signals/history');
  assert.deepEqual([history.status, history.count], ['success', 1]);
  const [ended] = history.signals;
  assert.deepEqual([ended.timestamp, ended.metadata.outcome.state], [latest.timestamp, 'ACKED_LEGACY']);
  assert.ok(ended.metadata.outcome.reason.length > 0);
  assert.ok(ended.metadata.outcome.at >= ended.timestamp);

  const later = await body('/api/health');
  assert.equal(later.active_signals, 1, 'health is measured, not a constant');
  assert.ok(later.uptime >= health.uptime && later.timestamp > health.timestamp);
});

it('Signal Acknowledgment: what cannot be understood is refused in the guide’s form', async () => {
  const path = `${url}/api/signals/acknowledge`;
  const cases: readonly [sent: string, status: number][] = [
    ['{"timestamp":"2001-01-01T00:00:00.000001"}', 404],
    ['{"timestamp":"yesterday"}', 400],
    ['{"timestamp":20}', 400],
    ['{}', 400],
    ['[]', 400],
    ['"2001"', 400],
    ['{"timestamp":', 400],
  ];
  for (const [sent, status] of cases) {
    const answer = await http.post(path, sent);
    assert.equal(answer.status, status, `${sent}: ${answer.text}`);
    const refused = JSON.parse(answer.text);
    assert.deepEqual([Object.keys(refused), refused.status], [['status', 'message'], 'error']);
  }
  assert.equal((await http.get(path)).status, 405);
});

it('Support: the log has the guide’s name, and tells what happened', () => {
  const path = join(dataDir, 'high_frequency_scalping.log');
  assert.ok(existsSync(path));
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const messages = lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
  assert.ok(messages.some((message) => message.startsWith('SELL BTCUSDT 3m at 50000')));
});

it('goes on after kill -9: what was live is live, what was acknowledged is not issued again', async () => {
  const [before] = (await body('/api/signals')).signals;
  await server.kill();
  server = new Server(['--data-dir', dataDir], folder, { command: 'demo' });
  url = await server.listening();
  // Time for what must not come.
  await sleep(600);
  const live = await body('/api/signals');
  assert.deepEqual(live.signals, [before]);
  assert.equal((await body('/api/signals/latest', 404)).status, 'no_signals');
  assert.equal((await body('/api/signals/history')).signals[0].metadata.outcome.state, 'ACKED_LEGACY');
});
