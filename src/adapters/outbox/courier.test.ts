import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Notice } from '../../contract/notice/notice.ts';
import type { Sent } from '../../ports/notice-channel.ts';
import type { OutboxStore, Untold } from '../../ports/outbox-store.ts';
import { COURIER_DEFAULTS, Courier, notToldNotice, type Trouble } from './courier.ts';
import { ScriptedChannel } from './scripted-channel.testing.ts';

const notice = (key: string, level: Notice['level'] = 'info'): Notice => ({
  ...{ key, kind: 'signal', level, market: 'SIMULATED x', title: key, rows: [], remarks: [], atMs: 1, madeMs: 1 },
});

/** One notice after the other, in memory; what happened to each is written down. */
class ListStore {
  readonly steps: string[] = [];
  readonly #waiting: Notice[];
  untoldNow: readonly Untold[] = [];
  #doubts = 0;

  constructor(waiting: readonly Notice[]) {
    this.#waiting = [...waiting];
  }

  readonly next: OutboxStore['next'] = () => {
    const [head] = this.#waiting;
    return head && { notices: [{ id: 1, notice: head }], maybeRepeated: this.#doubts > 0 };
  };
  readonly begin: OutboxStore['begin'] = ({ notices: [{ notice: each }] }) => void this.steps.push(`begin ${each.key}`);
  readonly failed: OutboxStore['failed'] = (_, doubtful) => {
    if (doubtful) this.#doubts += 1;
    this.steps.push(doubtful ? 'in doubt' : 'not sent');
  };
  readonly finish: OutboxStore['finish'] = (_, state) => {
    this.#waiting.shift();
    this.#doubts = 0;
    this.steps.push(state);
  };
  readonly untold: OutboxStore['untold'] = () => this.untoldNow;
  readonly confess: OutboxStore['confess'] = (_, confession, untold) => {
    const confessed = new Set(untold.map(({ why }) => why));
    this.untoldNow = this.untoldNow.filter(({ why }) => !confessed.has(why));
    this.#waiting.unshift(confession);
  };
}

/** Runs until nothing waits. @returns what it slept, and what it complained of */
async function run(store: ListStore, channel: ScriptedChannel, isQuiet = false) {
  const slept: number[] = [];
  const troubles: Trouble[] = [];
  let nowMs = 1_000_000;
  let idle: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    idle = resolve;
  });
  const next: OutboxStore['next'] = (...asked) => {
    const parcel = store.next(...asked);
    if (parcel === undefined) idle();
    return parcel;
  };
  const courier = new Courier({
    ...{ channel, settings: COURIER_DEFAULTS, market: 'SIMULATED x', random: () => 0.5, isQuiet: () => isQuiet },
    store: { ...store, next } as unknown as OutboxStore,
    nowMs: () => nowMs,
    sleep: async (ms) => {
      slept.push(ms);
      nowMs += ms;
    },
    onTrouble: (trouble) => void troubles.push(trouble),
  });
  courier.start();
  await done;
  await courier.stop();
  return { slept, troubles };
}

it('writes down that it sends before it sends, and is done only with an answer', async () => {
  const store = new ListStore([notice('a'), notice('b')]);
  await run(store, new ScriptedChannel());
  assert.deepEqual(store.steps, ['begin a', 'told', 'begin b', 'told']);
});

it('waits as long as it is asked to, and does not count that as doubt', async () => {
  const store = new ListStore([notice('a')]);
  const channel = new ScriptedChannel([{ kind: 'wait', forMs: 7_000, problem: 'slowly' }]);
  const { slept } = await run(store, channel);
  assert.deepEqual(store.steps, ['begin a', 'not sent', 'begin a', 'told']);
  assert.equal(channel.sent[1]?.parcel.maybeRepeated, false);
  assert.ok(slept[0]! >= 7_000 && slept[0]! < 8_000, `${slept[0]}`);
});

it('sends again what may have arrived, marked, after pauses that grow to a bound', async () => {
  const store = new ListStore([notice('a')]);
  const lost: Sent = { kind: 'doubtful', problem: 'no answer' };
  const channel = new ScriptedChannel(Array.from({ length: 9 }, () => lost));
  const { slept, troubles } = await run(store, channel);
  assert.deepEqual(
    channel.sent.map(({ parcel }) => parcel.maybeRepeated),
    [false, ...Array.from({ length: 9 }, () => true)],
  );
  assert.deepEqual(slept, [750, 1_500, 3_000, 6_000, 12_000, 24_000, 45_000, 45_000, 45_000]);
  // Said once, and that it is over.
  assert.deepEqual(
    troubles.map(({ kind }) => kind),
    ['doubtful', 'over'],
  );
});

it('keeps what a person has to put right, and gives up only what will never be taken', async () => {
  const store = new ListStore([notice('a'), notice('b')]);
  const answers: Sent[] = [
    { kind: 'blocked', problem: 'who is that?' },
    { kind: 'refused', problem: 'too long' },
  ];
  const { slept, troubles } = await run(store, new ScriptedChannel(answers));
  assert.deepEqual(store.steps, ['begin a', 'not sent', 'begin a', 'refused', 'begin b', 'told']);
  assert.deepEqual(slept, [COURIER_DEFAULTS.blockedMs]);
  assert.deepEqual(
    troubles.map(({ problem }) => problem),
    ['who is that?', 'too long (a)', 'messages arrive again'],
  );
});

it('is silent in quiet hours, but not about an alarm', async () => {
  const channel = new ScriptedChannel();
  await run(new ListStore([notice('a'), notice('b', 'alarm')]), channel, true);
  assert.deepEqual(
    channel.sent.map(({ silent }) => silent),
    [true, false],
  );
});

it('says how many were lost before it tells the next one', async () => {
  const store = new ListStore([notice('a')]);
  const muted: Untold = { why: 'muted', count: 3, fromMs: 0, toMs: 60_000 };
  store.untoldNow = [{ why: 'full', count: 17, fromMs: 0, toMs: 60_000 }, muted];
  const channel = new ScriptedChannel();
  await run(store, channel);
  const titles = channel.sent.map(({ parcel }) => parcel.notices[0].notice.title);
  assert.deepEqual(titles, ['17 messages were not told', 'a']);
  assert.deepEqual(store.untoldNow, [muted], 'of those it is told when nothing is muted any more');
});

it('counts what was not told, by why', () => {
  const untold: Untold[] = [
    { why: 'full', count: 1, fromMs: 0, toMs: 0 },
    { why: 'muted', count: 2, fromMs: 0, toMs: 120_000 },
  ];
  const { title, rows } = notToldNotice(untold, { market: 'DEMO', nowMs: 1 });
  assert.equal(title, '3 messages were not told');
  assert.deepEqual(rows, [
    ['too many waited', '1 message of 1970-01-01 00:00:00 UTC and the 0 s after it'],
    ['muted', '2 messages of 1970-01-01 00:00:00 UTC and the 2 min after it'],
  ]);
});
