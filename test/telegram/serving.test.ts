import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { folder } from '../../src/apps/config/config.testing.ts';
import { Server } from '../kills/server.ts';
import { BotApi, TOKEN } from './bot-api.ts';

const OWNER = 42;
const timeout = 240_000;

async function stand(t: TestContext, config = '') {
  const api = new BotApi();
  await api.start();
  const cwd = folder(t);
  writeFileSync(join(cwd, 'tapewire.yaml'), `telegram: { apiRoot: "${api.apiRoot}"${config} }\n`);
  const env = { TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_CHAT_ID: String(OWNER) };
  const servers: Server[] = [];
  t.after(async () => {
    for (const server of servers) await server.kill();
    await api.stop();
  });
  const start = (): Server => {
    const server = new Server(['--data-dir', 'data'], cwd, { command: 'demo', env });
    servers.push(server);
    return server;
  };
  const told = (pattern: RegExp) => api.messages.filter(({ text }) => pattern.test(text));
  const answer = async (text: string, pattern: RegExp): Promise<string> => {
    const before = told(pattern).length;
    api.write(OWNER, text);
    await api.until(() => told(pattern).length > before);
    return told(pattern).at(-1)!.text;
  };
  return { api, cwd, start, told, answer };
}

it('tells, answers and halts; a kill repeats no message and forgets no halt', { timeout }, async (t) => {
  const { api, cwd, start, told, answer } = await stand(t);
  const first = start();
  await api.until(() => told(/BUY ETHUSDT 1m at 3500\.0/).length > 0 && told(/SELL BTCUSDT/).length > 0);
  assert.match(told(/BUY ETHUSDT/)[0]!.text, /^⚠️ DEMO.*: not a real market\n/);
  assert.match(await answer('/status', /Status:/), /Status: healthy/);
  assert.match(await answer('/why ETH/USDT', /Last of/), /Last of ETHUSDT: BUY 1m at 3500\.0/);
  await answer('/halt', /🚨 HALTED: account default/);
  await first.kill();

  start();
  await api.until(() => told(/Tapewire .* runs/).length > 1);
  const status = await answer('/status', /Status:/);
  assert.match(status, /account default HALTED by telegram:42: \/halt/);
  // The kill may have come between a message and its receipt: then it comes again, and says so.
  const numbers = api.messages.flatMap(({ text }) =>
    text.includes('You may have had') ? [] : (/ · #(\d+)/.exec(text)?.[1] ?? []),
  );
  assert.deepEqual(numbers, [...new Set(numbers)]);
  assert.equal(told(/BUY ETHUSDT 1m/).length, 1);
  for (const { text, html } of api.messages) assert.ok(!`${text}${html}`.includes(TOKEN));
  const log = readFileSync(join(cwd, 'data', 'high_frequency_scalping.log'), 'utf8');
  assert.match(log, /Telegram: halt/);
  assert.ok(!log.includes(TOKEN.slice(10)));
});

it('stays muted over a kill, knows who wanted it, and says how much was not told', { timeout }, async (t) => {
  const { api, cwd, start, told, answer } = await stand(t);
  const first = start();
  await api.until(() => told(/Tapewire .* runs/).length > 0);
  await answer('/mute 1h', /Alarms only until .* said then/);
  await first.kill();

  const second = start();
  assert.match(await answer('/mute', /Alarms only until/), /UTC, by telegram:42\. /);
  assert.match(await answer('/status', /Status:/), /muted\s*until .* UTC, by telegram:42/);
  const url = await second.listening();
  const headers = { authorization: `Bearer ${readFileSync(join(cwd, 'data', 'api-key'), 'utf8').trim()}` };
  const { events } = (await (await fetch(`${url}/api/v1/events?limit=500`, { headers })).json()) as {
    readonly events: readonly { readonly type: string; readonly data: { readonly by: string } }[];
  };
  const mutes = events.filter(({ type }) => type === 'notices.muted');
  assert.deepEqual(
    mutes.map(({ data }) => data.by),
    ['telegram:42'],
  );
  assert.equal(told(/Tapewire .* runs/).length, 1, 'the second start is no alarm');
  await answer('/mute off', /Everything is told again/);
  await api.until(() => told(/messages? (was|were) not told/).length > 0);
});

it('serves on while Telegram does not know the bot, and says why in the log without the token', {
  timeout,
}, async (t) => {
  const { api, cwd, start } = await stand(t);
  api.fault = () => ({ kind: 'answer', code: 401, description: 'Unauthorized' });
  const server = start();
  await api.until(() => api.calls.some(({ method }) => method === 'sendMessage'));
  await server.listening();
  process.kill(server.pid, 'SIGINT');
  await server.exitCode;
  const log = readFileSync(join(cwd, 'data', 'high_frequency_scalping.log'), 'utf8');
  assert.match(
    log,
    /telegram: Telegram says: 401 Unauthorized\. The bot token is not valid: look at TELEGRAM_BOT_TOKEN/,
  );
  assert.ok(!log.includes(TOKEN.slice(10)) && !server.problems.includes(TOKEN.slice(10)));
});
