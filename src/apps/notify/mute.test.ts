import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { CHANNEL, Living } from './living.testing.ts';
import { JournaledMute } from './mute.ts';

const BY = 'telegram:42';
const HOUR_MS = 3_600_000;

/** A mute as a start of the program makes it; `ends` grows with every end that it sees. */
function begin(t: TestContext, living: Living) {
  const ends: number[] = [];
  const troubles: unknown[] = [];
  const told = { onOver: (): void => void ends.push(living.nowMs) };
  const mute = new JournaledMute({
    ...{ log: living.log, ask: (command) => living.house.ask(command), houseMs: () => living.nowMs },
    onOver: () => told.onOver(),
    onTrouble: (error) => void troubles.push(error),
  });
  mute.start();
  t.after(() => mute.stop());
  return { mute, ends, troubles, told };
}

it('is in the journal before it is answered, with who and when, and holds at once', async (t) => {
  const living = await Living.begin(t);
  const { mute, ends } = begin(t, living);
  assert.deepEqual([mute.current, mute.below], [undefined, undefined]);
  const untilMs = living.nowMs + HOUR_MS;
  assert.equal(await mute.set(untilMs, BY), undefined);
  const { effect } = living.log.recent(0)![0]!;
  const times = { atMs: living.nowMs, wallMs: living.nowMs };
  assert.deepEqual(effect, { seq: 1, kind: 'notices_muted', untilMs, by: BY, ...times });
  assert.deepEqual([mute.current?.by, mute.below], [BY, 'alarm']);
  const before = ends.length;
  assert.equal(await mute.set(undefined, BY), undefined);
  assert.deepEqual([mute.current, mute.below, ends.length - before], [undefined, undefined, 1]);
});

it('hears whoever mutes and unmutes from elsewhere', async (t) => {
  const living = await Living.begin(t);
  const { mute, ends } = begin(t, living);
  const before = ends.length;
  await living.house.ask({ kind: 'mute', untilMs: living.nowMs + HOUR_MS, by: 'dashboard 3f9a1c' });
  assert.deepEqual([mute.current?.by, mute.below], ['dashboard 3f9a1c', 'alarm']);
  await living.house.ask({ kind: 'mute', untilMs: undefined, by: 'dashboard 3f9a1c' });
  assert.deepEqual([mute.below, ends.length - before], [undefined, 1]);
});

it('ends by its time with the next look, once, and keeps everything back until then', async (t) => {
  const living = await Living.begin(t);
  const { mute, ends } = begin(t, living);
  await mute.set(living.nowMs + HOUR_MS, BY);
  const before = ends.length;
  living.nowMs += HOUR_MS - 1;
  mute.look();
  assert.deepEqual([mute.below, ends.length - before], ['alarm', 0]);
  living.nowMs += 1;
  assert.deepEqual([mute.current, mute.below], [undefined, 'alarm'], 'what comes now is told behind what was not');
  for (let look = 0; look < 3; look += 1) mute.look();
  assert.deepEqual([mute.below, ends.length - before], [undefined, 1]);
});

it('holds over a restart, and is over after one when it ended meanwhile', async (t) => {
  const living = await Living.begin(t);
  await begin(t, living).mute.set(living.nowMs + HOUR_MS, BY);
  const second = begin(t, living);
  assert.deepEqual([second.mute.current?.by, second.mute.below, second.ends], [BY, 'alarm', []]);
  living.nowMs += 2 * HOUR_MS;
  const third = begin(t, living);
  assert.deepEqual([third.mute.below, third.ends], [undefined, [living.nowMs]]);
});

it('keeps from being told what the feeder hears meanwhile, over an end that nobody saw', async (t) => {
  const living = await Living.begin(t);
  await living.listen();
  const first = begin(t, living);
  await first.mute.set(living.nowMs + HOUR_MS, BY);
  living.muted = first.mute.below;
  await living.signal('ETHUSDT');
  assert.deepEqual(await living.told(), []);
  living.nowMs += 2 * HOUR_MS;
  const second = begin(t, living);
  living.muted = second.mute.below;
  const untold = living.store.untold(CHANNEL);
  assert.deepEqual(
    [second.ends.length, untold.map(({ why, count }) => [why, count])],
    [1, [['muted', 1]]],
    'it is there to be told when the end is seen',
  );
});

it('tries again to say that it is over when that could not be written', async (t) => {
  const living = await Living.begin(t);
  const { mute, troubles, told } = begin(t, living);
  await mute.set(living.nowMs + HOUR_MS, BY);
  told.onOver = () => {
    throw new Error('the disk is full');
  };
  await mute.set(undefined, BY);
  assert.deepEqual([mute.below, troubles.length], ['alarm', 1]);
  told.onOver = () => undefined;
  mute.look();
  assert.equal(mute.below, undefined);
});

it('says in words that the journal could not write, and is not muted', async (t) => {
  const living = await Living.begin(t);
  const { mute } = begin(t, living);
  living.house.distrustJournal('the disk is full');
  assert.equal(await mute.set(living.nowMs + HOUR_MS, BY), 'the journal failed: the disk is full');
  assert.deepEqual([mute.current, mute.below], [undefined, undefined]);
});
