import { TelegramChannel } from '../adapters/telegram/channel.ts';
import { openApi, outcomeOf } from '../adapters/telegram/client.ts';
import { Pace, paceFor } from '../adapters/telegram/pace.ts';
import { EXAMPLE_SIGNAL } from '../contract/example-signal.ts';
import { noticeOf } from '../contract/notice/effect-notice.ts';
import type { Notice } from '../contract/notice/notice.ts';
import { BOT_TOKEN_VARIABLE } from './config/overrides.ts';
import type { Config } from './config/schema.ts';
import { sleep } from './notify/sleep.ts';

const FAILED = 1;

/** Where what is said goes. */
interface Outputs {
  out(text: string): void;
  problem(text: string): void;
}

/** `tapewire telegram test`: asks who the bot is, then sends one test signal. @returns 0 only when Telegram took it */
export async function telegramTest(
  { telegram: { apiRoot, chatId } }: Pick<Config, 'telegram'>,
  env: NodeJS.ProcessEnv,
  { out, problem }: Outputs,
): Promise<number> {
  const token = env[BOT_TOKEN_VARIABLE];
  if (!token) {
    problem(`${BOT_TOKEN_VARIABLE} is not set. Make a bot with @BotFather in Telegram; it answers with the token`);
    return FAILED;
  }
  const api = openApi({ token, apiRoot });
  try {
    const { username, first_name: name } = await api.getMe();
    out(`the bot is @${username} (${name})`);
  } catch (error) {
    problem(outcomeOf(error).problem);
    return FAILED;
  }
  if (chatId === undefined) {
    problem(`TELEGRAM_CHAT_ID is not set. ${await chatsSeen(api)}`);
    return FAILED;
  }
  const pace = new Pace(paceFor(chatId), () => 0, sleep);
  const channel = new TelegramChannel({ api, chatId, pace, onMoved: (id) => out(`the group has the id ${id} now`) });
  const stop = new AbortController().signal;
  const send = () =>
    channel.send(
      { notices: [{ id: 0, notice: testNotice() }], maybeRepeated: false },
      { silent: false, nowMs: Date.now(), stop },
    );
  let sent = await send();
  if (sent.kind === 'wait' && sent.forMs <= 30_000) {
    out(sent.problem);
    await sleep(sent.forMs, stop);
    sent = await send();
  }
  if (sent.kind !== 'accepted') {
    problem(sent.problem);
    return FAILED;
  }
  out(`one test signal was sent to chat ${chatId}, and Telegram has it`);
  return 0;
}

/** Whoever has written to the bot lately: the id that is wanted is most often among them. */
async function chatsSeen(api: ReturnType<typeof openApi>): Promise<string> {
  const remedy = 'Write something to the bot in Telegram, then run this again: it shows the id';
  try {
    const updates = await api.getUpdates({ allowed_updates: ['message'] });
    const chats = new Map(
      updates.flatMap(({ message }) => (message === undefined ? [] : [[message.chat.id, message.chat]])),
    );
    const seen = [...chats.values()].map(
      (chat) => `${chat.id} (${'title' in chat ? chat.title : (chat.first_name ?? '')})`,
    );
    return seen.length === 0 ? remedy : `These have written to the bot: ${seen.join(', ')}`;
  } catch (error) {
    return `${remedy} (${outcomeOf(error).problem})`;
  }
}

function testNotice(): Notice {
  const nowMs = Date.now();
  const signal = {
    ...EXAMPLE_SIGNAL,
    stampUs: nowMs * 1_000,
    expiresAtMs: nowMs + 30_000,
    market: 'DEMO test message',
  };
  const context = { journalId: 'test', market: signal.market, nowMs };
  const known = {
    instruction: () => undefined,
    delivery: () => undefined,
    position: () => undefined,
    priceDecimals: () => 2,
  };
  const notice = noticeOf({ seq: 1, kind: 'signal_issued', signal }, { ...context, ...known });
  return { ...notice!, kind: 'test', remarks: ['A test: nobody decided this. Messages of Tapewire look like it.'] };
}
