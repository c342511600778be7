// One life of a sender: hears numbered events, queues them, and sends what waits. Killed without notice, and started anew.
import { setTimeout as pause } from 'node:timers/promises';
import { Courier } from '../../src/adapters/outbox/courier.ts';
import { openSqliteOutbox } from '../../src/adapters/sqlite/outbox.ts';
import { TelegramChannel } from '../../src/adapters/telegram/channel.ts';
import { openApi } from '../../src/adapters/telegram/client.ts';
import { Pace } from '../../src/adapters/telegram/pace.ts';
import type { Notice } from '../../src/contract/notice/notice.ts';
import type { NoticeChannel } from '../../src/ports/notice-channel.ts';
import { TOKEN } from './bot-api.ts';

const [path = '', apiRoot = '', countText = '', secondMsText = ''] = process.argv.slice(2);
const [count, secondMs] = [Number(countText), Number(secondMsText)];
/** The journal of which the events are said to come. */
const JOURNAL = 'proof';
const HEARD_AT_ONCE = 25;
const WAITING_MAX = 200;
/** Calls without an answer are lost after this, milliseconds; long enough for a machine that has much else to do. */
const CALL_MS = 400;

const opened = openSqliteOutbox(path, { waitingMax: 10 * WAITING_MAX });
if (!opened.ok) throw new Error(opened.problem);
const store = opened.value;
/** A second of the protocol is `secondMs`, here and in the server. */
const sleep = (ms: number, stop: AbortSignal): Promise<unknown> =>
  pause((ms * secondMs) / 1_000, undefined, { signal: stop }).catch(() => undefined);
const channel = alone(
  new TelegramChannel({
    api: openApi({ token: TOKEN, apiRoot }, CALL_MS / 1_000),
    chatId: '42',
    pace: new Pace({ burst: 1_000, everyMs: 0 }, () => performance.now(), sleep),
    onMoved: () => undefined,
  }),
);
const courier = new Courier({
  ...{ channel, store, sleep, random: Math.random, nowMs: Date.now, isQuiet: () => false, market: 'SIMULATED proof' },
  settings: { combineFrom: Number.POSITIVE_INFINITY, retryFirstMs: 1_000, retryMostMs: 4_000, blockedMs: 4_000 },
  onTrouble: () => undefined,
});
courier.start();
for (;;) {
  const { waiting } = store.counts(channel.name);
  const heardSeq = store.heard(JOURNAL)?.seq ?? 0;
  if (heardSeq === count && waiting === 0) break;
  if (heardSeq < count && waiting < WAITING_MAX) {
    const seq = Math.min(count, heardSeq + HEARD_AT_ONCE);
    const notices = Array.from({ length: seq - heardSeq }, (_, index) => ({
      channel: channel.name,
      notice: numbered(heardSeq + 1 + index),
    }));
    store.hear({ notices, journal: { id: JOURNAL, heard: { seq, memory: null } } });
    courier.wake();
  }
  await pause(2);
}
await courier.stop();
const counts = store.counts(channel.name);
store.close();
process.stdout.write(`${JSON.stringify(counts)}\n`);

function numbered(seq: number): Notice {
  return {
    ...{ key: `${JOURNAL}:${seq}`, kind: 'signal', level: 'info', market: 'SIMULATED proof' },
    title: `message ${seq} & <more>`,
    ...{ rows: [['entry', '0.00001234']], remarks: [], atMs: Date.now(), madeMs: Date.now() },
  };
}

/** Every message for itself, whatever comes. */
function alone(each: TelegramChannel): NoticeChannel {
  return { name: each.name, noticesPerMessageMax: 1, send: (parcel, options) => each.send(parcel, options) };
}
