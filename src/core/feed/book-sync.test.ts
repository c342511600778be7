import assert from 'node:assert/strict';
import { it } from 'node:test';
import { BookSync, type DepthChange, type DepthSnapshot } from './book-sync.ts';

const change = (firstId: number, lastId: number, previousId: number, bid = 99, ask = 101): DepthChange => ({
  ...{ symbol: 'ETHUSDT', firstId, lastId, previousId, eventTimeMs: lastId },
  ...{ bids: [[bid, lastId]], asks: [[ask, lastId]] },
});

const snapshot = (lastId: number): DepthSnapshot => ({
  ...{ symbol: 'ETHUSDT', lastId, eventTimeMs: lastId, bids: [[98, 1]], asks: [[102, 1]] },
});

it('joins buffered changes to a snapshot by the venue’s rules', () => {
  const sync = new BookSync();
  assert.equal(sync.wantsSnapshot, false, 'nothing to join it to');
  for (const each of [change(1, 5, 0), change(6, 10, 5), change(11, 15, 10)])
    assert.equal(sync.onChange(each), undefined);
  assert.equal(sync.wantsSnapshot, true);
  // The first change is over, the second holds the snapshot, the third follows it.
  const book = sync.onSnapshot(snapshot(8));
  assert.deepEqual([book?.bidPrices, book?.bidSizes, book?.eventTimeMs], [[99, 98], [15, 1], 15]);
  assert.equal(sync.inStep, true);
});

it('refuses a snapshot that is older than the stream, and keeps waiting for a younger one', () => {
  const sync = new BookSync();
  sync.onChange(change(11, 15, 10));
  assert.equal(sync.onSnapshot(snapshot(8)), undefined);
  assert.deepEqual([sync.takeProblem(), sync.wantsSnapshot, sync.inStep], ['old snapshot', true, false]);
  assert.notEqual(sync.onSnapshot(snapshot(12)), undefined);
});

it('takes a snapshot before any change, and is in step with the first that follows', () => {
  const sync = new BookSync();
  assert.equal(sync.onSnapshot(snapshot(8)), undefined);
  assert.equal(sync.inStep, false);
  assert.notEqual(sync.onChange(change(7, 9, 6)), undefined);
  assert.equal(sync.inStep, true);
});

it('falls out of step when a change is missing or the book is crossed, and drops repetitions', () => {
  for (const [bad, problem] of [
    [change(21, 25, 20), 'book gap'],
    [change(16, 20, 15, 103), 'crossed book'],
  ] as const) {
    const sync = new BookSync();
    sync.onSnapshot(snapshot(8));
    sync.onChange(change(6, 10, 5));
    sync.onChange(change(11, 15, 10));
    assert.equal(sync.onChange(change(11, 15, 10)), undefined, 'a repetition says nothing');
    assert.equal(sync.inStep, true);
    assert.equal(sync.onChange(bad), undefined);
    assert.deepEqual([sync.takeProblem(), sync.takeProblem(), sync.inStep], [problem, undefined, false]);
  }
});
