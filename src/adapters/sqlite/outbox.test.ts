import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import type { Notice } from '../../contract/notice/notice.ts';
import type { Parcel } from '../../ports/notice-channel.ts';
import { openSqliteOutbox, type SqliteOutbox } from './outbox.ts';

const NEVER = Number.POSITIVE_INFINITY;

const notice = (key: string, level: Notice['level'] = 'info', atMs = 0): Notice => ({
  ...{ key, kind: 'signal', level, market: 'DEMO', title: key, rows: [], remarks: [], atMs, madeMs: 0 },
});

const to = (channel: string, ...keys: readonly (string | Notice)[]) =>
  keys.map((key) => ({ channel, notice: typeof key === 'string' ? notice(key) : key }));

const keysOf = (parcel: Parcel | undefined): string[] => (parcel?.notices ?? []).map((each) => each.notice.key);

function place(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tapewire-outbox-'));
  if (process.platform !== 'win32') t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'outbox.db');
}

function open(path: string, waitingMax = 100): SqliteOutbox {
  const opened = openSqliteOutbox(path, { waitingMax });
  assert.ok(opened.ok, opened.ok ? '' : opened.problem);
  return opened.value;
}

it('gives every channel its own, in order, each key once, over a restart', (t) => {
  const path = place(t);
  const first = open(path);
  first.hear({ notices: [...to('a', 'k1', 'k2', 'k1'), ...to('b', 'k1')] });
  const head = first.next('a', NEVER, 1)!;
  assert.deepEqual([keysOf(head), head.maybeRepeated], [['k1'], false]);
  first.begin(head);
  first.finish(head, 'told', 5);
  first.hear({ notices: to('a', 'k1') });
  first.close();
  const second = open(path);
  assert.deepEqual(keysOf(second.next('a', NEVER, 1)), ['k2']);
  assert.deepEqual(keysOf(second.next('b', NEVER, 1)), ['k1']);
  assert.deepEqual(second.counts('a'), { waiting: 1, told: 1, refused: 0, doubtful: 0, lost: 0, lastToldMs: 5 });
  second.close();
});

it('remembers how far the journal was heard together with what is to be told', (t) => {
  const path = place(t);
  const first = open(path);
  assert.equal(first.heard('j'), undefined);
  first.hear({ notices: to('a', 'k1'), journal: { id: 'j', heard: { seq: 7, memory: { day: 3 } } } });
  const broken = { ...notice('k2'), atMs: 1n as unknown as number };
  assert.throws(() => first.hear({ notices: to('a', broken), journal: { id: 'j', heard: { seq: 8, memory: null } } }));
  first.close();
  const second = open(path);
  assert.deepEqual(second.heard('j'), { seq: 7, memory: { day: 3 } });
  assert.equal(second.counts('a').waiting, 1);
  second.close();
});

it('leaves in doubt, and counts, what was being sent when the process ended', (t) => {
  const path = place(t);
  const first = open(path);
  first.hear({ notices: to('a', 'k1') });
  first.begin(first.next('a', NEVER, 1)!);
  first.close();
  const second = open(path);
  const again = second.next('a', NEVER, 1)!;
  assert.deepEqual([keysOf(again), again.maybeRepeated, second.counts('a').doubtful], [['k1'], true, 1]);
  // Refused in so many words: that attempt adds no doubt, and takes none away.
  second.begin(again);
  second.failed(again, false);
  assert.equal(second.next('a', NEVER, 1)!.maybeRepeated, true);
  second.close();
});

it('combines what waits, but no alarm, and repeats a doubtful message as it was', (t) => {
  const outbox = open(place(t));
  outbox.hear({ notices: to('a', 'k1', 'k2', 'k3', notice('fire', 'alarm'), 'k4') });
  assert.deepEqual(keysOf(outbox.next('a', 6, 40)), ['k1']);
  assert.deepEqual(keysOf(outbox.next('a', 5, 2)), ['k1', 'k2']);
  const many = outbox.next('a', 5, 40)!;
  assert.deepEqual(keysOf(many), ['k1', 'k2', 'k3']);
  outbox.begin(many);
  outbox.failed(many, true);
  assert.deepEqual(keysOf(outbox.next('a', NEVER, 40)), ['k1', 'k2', 'k3']);
  outbox.finish(many, 'told', 1);
  assert.deepEqual(keysOf(outbox.next('a', 1, 40)), ['fire']);
  assert.equal(outbox.counts('a').told, 3);
  outbox.close();
});

it('drops the oldest below an alarm when it is full, and knows exactly how many of when', (t) => {
  const outbox = open(place(t), 3);
  const fire = notice('fire', 'alarm', 1);
  outbox.hear({ notices: to('a', fire, ...[2, 3, 4, 5, 6].map((at) => notice(`k${at}`, 'info', at))) });
  assert.deepEqual(outbox.untold('a'), [{ why: 'full', count: 3, fromMs: 2, toMs: 4 }]);
  outbox.hear({ notices: to('a', notice('k7', 'info', 7)) });
  assert.deepEqual(outbox.untold('a'), [{ why: 'full', count: 4, fromMs: 2, toMs: 5 }]);
  assert.deepEqual([outbox.counts('a').waiting, outbox.counts('a').lost], [3, 4]);
  const muted = { why: 'muted', count: 2, fromMs: 3, toMs: 8 } as const;
  outbox.hear({ notices: [], untold: [{ channel: 'a', untold: muted }] });
  outbox.confess('a', notice('four', 'alarm'), [{ why: 'full' }]);
  assert.deepEqual([keysOf(outbox.next('a', NEVER, 1)), outbox.untold('a')], [['four'], [muted]]);
  // Even alarms make room when there is nothing else.
  outbox.hear({ notices: to('a', ...[1, 2, 3, 4].map((each) => notice(`alarm ${each}`, 'alarm'))) });
  assert.equal(outbox.counts('a').waiting, 3);
  outbox.close();
});

it('remembers small things, and forgets them', (t) => {
  const path = place(t);
  const first = open(path);
  first.remember('offset', 12);
  first.remember('mute', 5);
  first.remember('mute', undefined);
  first.close();
  const second = open(path);
  assert.deepEqual([second.recall('offset'), second.recall('mute')], [12, undefined]);
  second.close();
});

it('refuses in words what is no outbox, and leaves it as it is', (t) => {
  const path = place(t);
  writeFileSync(path, 'something else entirely, and long enough to be looked at. '.repeat(40));
  const opened = openSqliteOutbox(path, { waitingMax: 10 });
  assert.match(opened.ok ? '' : opened.problem, /outbox\.db .*(damaged|no outbox)/);
});
