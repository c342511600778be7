import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { COURIER_DEFAULTS, Courier, type Trouble } from '../../src/adapters/outbox/courier.ts';
import { openSqliteOutbox } from '../../src/adapters/sqlite/outbox.ts';
import { TelegramChannel } from '../../src/adapters/telegram/channel.ts';
import { openApi } from '../../src/adapters/telegram/client.ts';
import { Pace, paceFor } from '../../src/adapters/telegram/pace.ts';
import { sleep } from '../../src/apps/notify/sleep.ts';
import type { Notice } from '../../src/contract/notice/notice.ts';
import { BotApi, type Fault, TOKEN } from './bot-api.ts';

const timeout = 60_000;

const notice = (number: number, level: Notice['level'] = 'info'): Notice => ({
  ...{ key: `k${number}`, kind: 'signal', level, market: 'SIMULATED medium', title: `message ${number}.` },
  ...{ rows: [['entry', '3500.00']], remarks: [], atMs: number * 1_000, madeMs: Date.now() },
});

async function stand(t: TestContext, waitingMax = 1_000) {
  const api = new BotApi();
  await api.start();
  const folder = mkdtempSync(join(tmpdir(), 'tapewire-flood-'));
  const store = openSqliteOutbox(join(folder, 'outbox.db'), { waitingMax });
  assert.ok(store.ok);
  const troubles: Trouble[] = [];
  const quickly = (ms: number, stop: AbortSignal) => sleep(ms / 1_000, stop);
  const pace = new Pace(paceFor('42'), () => performance.now() * 1_000, quickly);
  const onMoved = () => undefined;
  const channel = new TelegramChannel({
    api: openApi({ token: TOKEN, apiRoot: api.apiRoot }),
    chatId: '42',
    pace,
    onMoved,
  });
  const courier = new Courier({
    ...{ channel, store: store.value, settings: COURIER_DEFAULTS, random: Math.random, isQuiet: () => false },
    ...{ nowMs: Date.now, market: 'SIMULATED medium', sleep: quickly },
    onTrouble: (trouble) => void troubles.push(trouble),
  });
  t.after(async () => {
    await courier.stop();
    store.value.close();
    await api.stop();
    if (process.platform !== 'win32') rmSync(folder, { recursive: true, force: true });
  });
  const hear = (notices: readonly Notice[]): void => {
    store.value.hear({ notices: notices.map((each) => ({ channel: 'telegram', notice: each })) });
    courier.start();
    courier.wake();
  };
  const told = (): number[] =>
    api.messages.flatMap(({ text }) => [...text.matchAll(/message (\d+)\./g)].map(([, number]) => Number(number)));
  return { api, store: store.value, hear, told, troubles };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

it('tells a flood in few messages that hold every notice once, in order, and say how many', { timeout }, async (t) => {
  const { api, hear, told } = await stand(t);
  hear(upTo(300).map((number) => notice(number, number === 150 ? 'alarm' : 'info')));
  await api.until(() => told().length === 300);
  assert.deepEqual(told(), upTo(300));
  assert.ok(api.messages.length < 25, `${api.messages.length} messages`);
  for (const { text } of api.messages) {
    const said = Number(/(\d+) messages in one/.exec(text)?.[1] ?? 1);
    assert.equal(text.match(/message \d+\./g)?.length, said);
  }
  const alarm = api.messages.find(({ text }) => text.includes('message 150.'));
  assert.match(alarm?.text ?? '', /🚨 message 150\./);
  assert.doesNotMatch(alarm?.text ?? '', /in one/);
});

it('says how many were too many, before the ones that are left', { timeout }, async (t) => {
  const { api, hear, told, store } = await stand(t, 50);
  hear(upTo(300).map((number) => notice(number)));
  await api.until(() => told().length === 50);
  assert.match(api.messages[0]!.text, /250 messages were not told\ntoo many waited 250 messages of/);
  assert.deepEqual(told(), upTo(300).slice(250));
  assert.equal(store.counts('telegram').lost, 250);
});

it('goes without markup where Telegram cannot read ours, and to where a group has moved', { timeout }, async (t) => {
  const { api, hear, told } = await stand(t);
  const script: readonly Fault[] = [
    { kind: 'answer', code: 400, description: "Bad Request: can't parse entities: whatever" },
    { kind: 'none' },
    {
      ...{ kind: 'answer', code: 400, description: 'Bad Request: group chat was upgraded to a supergroup chat' },
      parameters: { migrate_to_chat_id: 42 },
    },
  ];
  let calls = 0;
  api.fault = () => script[calls++] ?? { kind: 'none' };
  hear([notice(1), notice(2)]);
  await api.until(() => told().length === 2);
  assert.doesNotMatch(api.messages[0]!.html, /<b>/);
  assert.match(api.messages[1]!.html, /<b>message 2\.<\/b>/);
});

it('waits for a person where the chat is not known, and names what to do', { timeout }, async (t) => {
  const { api, hear, told, troubles } = await stand(t);
  const refusals = [
    [403, 'Forbidden: bot was blocked by the user'],
    [400, 'Bad Request: chat not found'],
    [401, 'Unauthorized'],
  ] as const;
  let calls = 0;
  api.fault = () => {
    const [code, description] = refusals[calls++] ?? [];
    return code === undefined ? { kind: 'none' } : { kind: 'answer', code, description: description ?? '' };
  };
  hear([notice(1)]);
  await api.until(() => told().length === 1);
  assert.deepEqual(
    troubles.slice(0, 3).map(({ kind, problem }) => `${kind}: ${problem}`),
    [
      'blocked: Telegram says: 403 Forbidden: bot was blocked by the user. Write /start to the bot, unblock it, or add it to the chat again',
      'blocked: Telegram says: 400 Bad Request: chat not found. Look at TELEGRAM_CHAT_ID, and write /start to the bot first',
      'blocked: Telegram says: 401 Unauthorized. The bot token is not valid: look at TELEGRAM_BOT_TOKEN',
    ],
  );
});

it('does not take a refused connection for doubt', { timeout }, async (t) => {
  const { api, hear, told, store, troubles } = await stand(t);
  await api.stop();
  hear([notice(1)]);
  while (!troubles.some(({ kind }) => kind === 'unreachable')) await sleep(5, AbortSignal.timeout(timeout));
  await api.start();
  await api.until(() => told().length === 1);
  assert.doesNotMatch(api.messages[0]!.text, /You may have had/);
  assert.equal(store.counts('telegram').doubtful, 0);
});
