import assert from 'node:assert/strict';
import { it } from 'node:test';
import { MINUTE_MS } from '../../src/core/market/timeframe.ts';
import { Played } from './played.ts';

it('goes from sockets to signals, and every bar it decides on is the venue’s', async () => {
  const played = await Played.open(
    { instruments: 12, seed: 5 },
    { market: { historyMinutes: 120, depthInstruments: 6 } },
  );
  const { stand, witness, venue } = played;
  try {
    await played.advanceUntilLive();
    await played.advance(3 * MINUTE_MS);
    assert.equal(stand.liveCount, 12);
    assert.deepEqual(witness.wrongBars(venue), []);
    // A day of history would be no proof of live minutes: two were built from trades by each of them.
    const opensMs = (symbol: string): number[] =>
      witness.bars.filter((bar) => bar.symbol === symbol).map((bar) => bar.openTimeMs);
    for (const symbol of played.symbols) {
      const opens = opensMs(symbol);
      assert.ok(opens.length >= 120 + 2, `${symbol}: ${opens.length} bars`);
      const holes = opens.slice(1).filter((openMs, index) => openMs !== opens[index]! + MINUTE_MS);
      assert.deepEqual(holes, [], `${symbol} has a hole`);
    }
    assert.ok(stand.signals.length > 12 * 100, `${stand.signals.length} signals`);
    assert.deepEqual(witness.inDoubt(stand.signals), []);
    assert.deepEqual(stand.feed.status.problems, {});
    assert.deepEqual([stand.feed.status.state, stand.feed.status.doubts], ['flowing', []]);
    assert.deepEqual(stand.house.census.problems, {});
  } finally {
    await played.close();
  }
});
