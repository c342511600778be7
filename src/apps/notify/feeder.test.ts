import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CHANNEL, Living } from './living.testing.ts';

const titles = async (living: Living): Promise<string[]> => (await living.told()).map(({ title }) => title);

it('tells nothing of what was before, and everything since, once, over a restart', async (t) => {
  const living = await Living.begin(t);
  await living.signal('SOLUSDT');
  await living.listen();
  assert.deepEqual(await titles(living), []);
  await living.signal('ETHUSDT');
  assert.deepEqual(await titles(living), ['BUY ETHUSDT 1m at 3500.00']);
  // While nobody listens, as when the program dies between the journal and the outbox.
  await living.signal('BTCUSDT');
  await living.listen({ killed: true });
  assert.deepEqual(await titles(living), ['BUY BTCUSDT 1m at 3500.00']);
  await living.listen();
  assert.deepEqual(await titles(living), []);
});

it('goes far back when it was away for long', async (t) => {
  const living = await Living.begin(t);
  await living.listen();
  for (let each = 0; each < 30; each += 1) await living.signal(`COIN${each}USDT`);
  await living.listen();
  const told = await living.told();
  assert.deepEqual(
    told.map(({ symbol }) => symbol),
    Array.from({ length: 30 }, (_, each) => `COIN${each}USDT`),
  );
});

it('ends the day at 00:00 UTC, with what came before it counted, and only once', async (t) => {
  const living = await Living.begin(t);
  living.nowMs = Date.UTC(2026, 0, 2, 23, 59, 50);
  await living.listen();
  await living.signal('ETHUSDT');
  living.nowMs = Date.UTC(2026, 0, 3, 0, 0, 1);
  await living.signal('BTCUSDT');
  const told = await living.told();
  assert.deepEqual(
    told.map(({ title }) => title),
    ['BUY ETHUSDT 1m at 3500.00', 'Day 2026-01-02 (UTC): 1 signal, 0 filled, 0 closed', 'BUY BTCUSDT 1m at 3500.00'],
  );
  assert.deepEqual(told[1]?.rows.at(-1), ['profit', 'none']);
  // A day in which nothing else happened ends, too; the days of an absence do not come one by one.
  living.nowMs = Date.UTC(2026, 0, 7, 0, 0, 1);
  await living.listen();
  assert.deepEqual(await titles(living), ['Day 2026-01-03 (UTC): 1 signal, 0 filled, 0 closed']);
  await living.listen();
  assert.deepEqual(await titles(living), []);
});

it('says how much happened while nobody was told for long, and of that only what is alarming', async (t) => {
  const living = await Living.begin(t);
  await living.listen();
  await living.signal('ETHUSDT');
  await living.signal('BTCUSDT');
  await living.house.ask({ kind: 'halt', account: 'default', reason: 'enough', by: 'desk' });
  living.nowMs += 3_600_001;
  await living.listen({ killed: true });
  assert.deepEqual(await titles(living), ['HALTED: account default']);
  assert.deepEqual(
    living.store.untold(CHANNEL).map(({ why, count }) => [why, count]),
    [['away', 2]],
  );
  await living.house.ask({ kind: 'resume', account: 'default', by: 'desk' });
  await living.signal('SOLUSDT');
  assert.deepEqual(await titles(living), ['Resumed: account default', 'BUY SOLUSDT 1m at 3500.00']);
});

it('keeps back what is muted, counts it, and lets alarms through', async (t) => {
  const living = await Living.begin(t);
  await living.listen();
  living.muted = 'alarm';
  await living.signal('ETHUSDT');
  await living.signal('BTCUSDT');
  await living.house.ask({ kind: 'halt', account: 'default', reason: 'enough', by: 'desk' });
  assert.deepEqual(await titles(living), ['HALTED: account default']);
  assert.deepEqual(
    living.store.untold(CHANNEL).map(({ why, count }) => [why, count]),
    [['muted', 2]],
  );
});

it('says how much was dropped from the journal before it could be told', async (t) => {
  const living = await Living.begin(t, { keepSignals: 1, keepDays: 1 });
  await living.listen();
  for (let each = 0; each < 1_200; each += 1) {
    living.nowMs += 60_000;
    await living.signal('ETHUSDT');
  }
  const gone = living.log.oldestSeq;
  assert.ok(gone > 0);
  const told = await living.told();
  assert.equal(told[0]?.title, `${gone} events were not told`);
  assert.equal(
    told
      .filter(({ kind }) => kind === 'signal')
      .at(-1)
      ?.key.endsWith(`:${living.log.lastSeq}`),
    true,
  );
  assert.deepEqual(living.troubles, []);
});
