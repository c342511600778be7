import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { folder } from '../../src/apps/config/config.testing.ts';
import { defaultConfig } from '../../src/apps/config/defaults.ts';
import { checkTelegram, checkWebhooks } from '../../src/apps/doctor/telegram.ts';
import { BotApi, type BotApiOptions, TOKEN } from './bot-api.ts';

const CLI = fileURLToPath(new URL('../../src/apps/cli.js', import.meta.url));
const timeout = 120_000;

async function stand(t: TestContext, options: BotApiOptions = {}) {
  const api = new BotApi(options);
  await api.start();
  t.after(() => api.stop());
  const cwd = folder(t);
  writeFileSync(join(cwd, 'tapewire.yaml'), `telegram: { apiRoot: "${api.apiRoot}" }\n`);
  /** `tapewire telegram test` with these variables. */
  const run = async (env: Readonly<Record<string, string>>) => {
    const inherited = Object.entries(process.env).filter(([name]) => !/^(TAPEWIRE|TELEGRAM)_/.test(name));
    const child: ChildProcess = spawn(process.execPath, [CLI, 'telegram', 'test'], {
      ...{ cwd, env: { ...Object.fromEntries(inherited), ...env } },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, problems] = ['', ''];
    child.stdout!.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr!.on('data', (chunk: Buffer) => {
      problems += chunk.toString();
    });
    const [code] = (await once(child, 'close')) as [number];
    assert.ok(!`${out}${problems}`.includes(TOKEN.slice(10)), 'the token is never shown');
    return { code, out, problems };
  };
  return { api, run };
}

it('sends one test signal, and succeeds when Telegram has it', { timeout }, async (t) => {
  const { api, run } = await stand(t);
  const { code, out, problems } = await run({ TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_CHAT_ID: '42' });
  assert.deepEqual([code, problems], [0, '']);
  assert.match(out, /the bot is @tapewire_test_bot/);
  assert.match(out, /one test signal was sent to chat 42, and Telegram has it/);
  assert.deepEqual(
    api.calls.map(({ method }) => method),
    ['getMe', 'sendMessage'],
  );
  assert.match(api.messages[0]!.text, /^⚠️ DEMO test message: not a real market\nBUY ETHUSDT 1m at 3500\.00\n/);
});

it('says what is missing, and finds the chat of whoever has written to the bot', { timeout }, async (t) => {
  const { api, run } = await stand(t);
  const nothing = await run({});
  assert.equal(nothing.code, 1);
  assert.match(nothing.problems, /TELEGRAM_BOT_TOKEN is not set\. Make a bot with @BotFather/);
  const nobody = await run({ TELEGRAM_BOT_TOKEN: TOKEN });
  assert.equal(nobody.code, 1);
  assert.match(nobody.problems, /TELEGRAM_CHAT_ID is not set\. Write something to the bot/);
  api.write(42, '/start');
  const somebody = await run({ TELEGRAM_BOT_TOKEN: TOKEN });
  assert.equal(somebody.code, 1);
  assert.match(somebody.problems, /These have written to the bot: 42 \(Somebody\)/);
  assert.deepEqual(api.messages, []);
});

it('fails by name: a bad token, an unknown chat, a lost answer, no network', { timeout }, async (t) => {
  const { api, run } = await stand(t);
  const wrong = await run({ TELEGRAM_BOT_TOKEN: '1:wrong', TELEGRAM_CHAT_ID: '42' });
  assert.equal(wrong.code, 1);
  assert.match(wrong.problems, /401 Unauthorized\. The bot token is not valid: look at TELEGRAM_BOT_TOKEN/);
  const env = { TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_CHAT_ID: '-100777' };
  const unknown = await run(env);
  assert.equal(unknown.code, 1);
  assert.match(unknown.problems, /400 Bad Request: chat not found\. Look at TELEGRAM_CHAT_ID/);
  api.fault = ({ method }) => ({ kind: method === 'sendMessage' ? 'reset_after' : 'none' });
  const lost = await run({ ...env, TELEGRAM_CHAT_ID: '42' });
  assert.equal(lost.code, 1);
  assert.match(lost.problems, /no answer from Telegram .* it may have arrived/);
  await api.stop();
  const offline = await run(env);
  assert.equal(offline.code, 1);
  assert.match(offline.problems, /Telegram cannot be reached \(ECONNREFUSED\): no network, or a firewall/);
  await api.start();
});

it('waits once when Telegram asks for it', { timeout }, async (t) => {
  const { api, run } = await stand(t);
  let calls = 0;
  api.fault = ({ method }) => {
    if (method !== 'sendMessage') return { kind: 'none' };
    calls += 1;
    return calls === 1 ? { kind: 'retry_after', seconds: 1 } : { kind: 'none' };
  };
  const { code } = await run({ TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_CHAT_ID: '42' });
  assert.deepEqual([code, api.messages.length, api.impatient], [0, 1, 0]);
});

it('is looked at by the doctor, who sends nothing', { timeout }, async (t) => {
  const { api } = await stand(t);
  const look = (chatId: string | undefined, token: string | undefined) => {
    const telegram = { ...defaultConfig([]).telegram, apiRoot: api.apiRoot, chatId };
    return checkTelegram({ telegram }, { TELEGRAM_BOT_TOKEN: token });
  };
  assert.match((await look(undefined, undefined)).found, /off: TELEGRAM_BOT_TOKEN is not set/);
  const states = [await look('42', TOKEN), await look(undefined, TOKEN), await look('42', '1:wrong')];
  await api.stop();
  states.push(await look('42', TOKEN));
  await api.start();
  assert.deepEqual(
    states.map(({ state }) => state),
    ['ok', 'warn', 'fail', 'warn'],
  );
  const hooks = { urls: ['https://example.com/hook'], level: 'info' } as const;
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  assert.equal(checkWebhooks({ webhooks: { ...hooks, urls: [] } }, {}).found, 'none');
  assert.equal(checkWebhooks({ webhooks: { ...hooks, urls: [...hooks.urls] } }, {}).state, 'fail');
  assert.equal(
    checkWebhooks({ webhooks: { ...hooks, urls: [...hooks.urls] } }, { TAPEWIRE_WEBHOOK_SECRET: secret }).state,
    'ok',
  );
  assert.deepEqual(api.messages, []);
});
