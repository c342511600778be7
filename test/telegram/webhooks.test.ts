import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { COURIER_DEFAULTS, Courier, type Trouble } from '../../src/adapters/outbox/courier.ts';
import { openSqliteOutbox } from '../../src/adapters/sqlite/outbox.ts';
import { WebhookChannel } from '../../src/adapters/webhook/channel.ts';
import { parseSecret, signatureOf } from '../../src/adapters/webhook/signature.ts';
import { sleep } from '../../src/apps/notify/sleep.ts';
import type { Notice } from '../../src/contract/notice/notice.ts';
import { Receiver } from './receiver.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const timeout = 60_000;

const notice = (key: string): Notice => ({
  ...{ key, kind: 'signal', level: 'info', market: 'SIMULATED medium', title: `BUY ETHUSDT 1m at ${key}` },
  ...{ rows: [['entry', '3500.00']], remarks: ['why'], atMs: Date.UTC(2026, 0, 2), madeMs: 0, symbol: 'ETHUSDT' },
});

async function stand(t: TestContext, wallMs: () => number = Date.now) {
  const receiver = new Receiver(SECRET);
  const url = await receiver.start();
  const key = parseSecret(SECRET);
  assert.ok(key.ok);
  const folder = mkdtempSync(join(tmpdir(), 'tapewire-hooks-'));
  const store = openSqliteOutbox(join(folder, 'outbox.db'), { waitingMax: 100 });
  assert.ok(store.ok);
  const channel = new WebhookChannel({ url, key: key.value, wallMs });
  const troubles: Trouble[] = [];
  const courier = new Courier({
    ...{ channel, store: store.value, settings: COURIER_DEFAULTS, random: () => 0, isQuiet: () => false },
    ...{ nowMs: Date.now, market: 'SIMULATED medium', onTrouble: (trouble) => void troubles.push(trouble) },
    sleep: (ms, stop) => sleep(ms / 1_000, stop),
  });
  t.after(async () => {
    await courier.stop();
    store.value.close();
    await receiver.stop();
    if (process.platform !== 'win32') rmSync(folder, { recursive: true, force: true });
  });
  const tell = (...keys: string[]): void => {
    store.value.hear({ notices: keys.map((each) => ({ channel: channel.name, notice: notice(each) })) });
    courier.start();
    courier.wake();
  };
  return { receiver, channel, tell, troubles };
}

it('signs as the Standard Webhooks specification does', () => {
  // The example of the specification's reference implementations.
  const key = parseSecret(SECRET);
  assert.ok(key.ok);
  const signature = signatureOf(key.value, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, '{"test": 2432232314}');
  assert.equal(signature, 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  for (const bad of ['', 'whsec_', 'short', 'not base64 at all, is it? no, not at all']) {
    assert.match(
      parseSecret(bad).ok ? '' : (parseSecret(bad) as { problem: string }).problem,
      /must be base64 of 24 bytes or more/,
    );
  }
});

it('is understood by a receiver that checks, each message once and in order, over refusals and lost answers', {
  timeout,
}, async (t) => {
  const { receiver, tell } = await stand(t);
  receiver.script.push(204, 'silent', 500, 429, 503, 'silent');
  receiver.headers = { 'retry-after': '2' };
  tell('k1', 'k2', 'k3', 'k4');
  await receiver.until(() => receiver.taken.length === 4 && receiver.repetitions > 0);
  assert.deepEqual(
    receiver.taken.map(({ id }) => id),
    ['k1', 'k2', 'k3', 'k4'].map((key) => `tw_msg_${key}`),
  );
  const { id: _, ...body } = receiver.taken[0]!.body;
  assert.deepEqual(body, {
    ...{ key: 'k1', type: 'signal', level: 'info', market: 'SIMULATED medium', at: '2026-01-02T00:00:00.000Z' },
    ...{ title: 'BUY ETHUSDT 1m at k1', symbol: 'ETHUSDT', rows: [{ name: 'entry', value: '3500.00' }] },
    remarks: ['why'],
  });
  assert.deepEqual(receiver.refused, []);
});

it('keeps what a receiver will not take, says so once, and shows no part of the address but its host', {
  timeout,
}, async (t) => {
  const { receiver, channel, tell, troubles } = await stand(t);
  receiver.script.push(404, 404, 302);
  receiver.headers = { location: 'http://127.0.0.1:1/elsewhere' };
  tell('k1');
  await receiver.until(() => receiver.taken.length === 1);
  assert.deepEqual(
    troubles.slice(0, 2).map(({ kind, problem }) => `${kind}: ${problem}`),
    [
      'blocked: the receiver answers 404: look at its address and its secret',
      'blocked: the receiver answers 302: redirects are not followed',
    ],
  );
  assert.match(channel.name, /^webhook:127\.0\.0\.1:\d+:[0-9a-f]{8}$/);
});

it('can be told from a repetition by whoever listened: an old time is refused', { timeout }, async (t) => {
  const { receiver, tell } = await stand(t, () => Date.now() - 600_000);
  tell('k1');
  await receiver.until(() => receiver.refused.length > 0);
  assert.deepEqual([receiver.refused[0], receiver.taken], ['too old', []]);
});
