import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Played } from './played.ts';

it('lets instruments enter and leave, and change their price step, without a restart', async () => {
  const seen: string[] = [];
  const played = await Played.open(
    { instruments: 5, unlisted: 1, seed: 4 },
    {
      market: { historyMinutes: 30, depthInstruments: 2 },
      onEvent: (event) => {
        if (event.kind === 'instrument') seen.push(`+${event.instrument.symbol} ${event.instrument.tickSize}`);
        if (event.kind === 'delisted') seen.push(`-${event.symbol}`);
      },
    },
  );
  const { venue, stand } = played;
  try {
    await played.advanceUntilLive();
    assert.equal(seen.splice(0).length, 5);
    const unlisted = [...venue.market.contracts.values()].find(({ symbol }) => !played.symbols.includes(symbol))!;
    venue.fault({ kind: 'list', symbol: unlisted.symbol });
    venue.fault({ kind: 'delist', symbol: 'BTCUSDT' });
    const took = await played.advanceUntil(() => seen.includes('-BTCUSDT'), 10_000);
    assert.notEqual(took, undefined, 'the announcement is obeyed');
    await played.advanceUntilLive();
    assert.deepEqual([played.symbols.length, seen.some((line) => line.startsWith(`+${unlisted.symbol}`))], [5, true]);
    const [tick] = [stand.feed.market.live.lines.get('ETHUSDT')!.instrument.tickSize];
    venue.fault({ kind: 'filter', symbol: 'ETHUSDT', tick: 'finer' });
    assert.notEqual(await played.advanceUntil(() => seen.includes('-ETHUSDT'), 10_000), undefined);
    await played.advanceUntilLive();
    assert.ok(seen.includes(`+ETHUSDT ${tick / 10}`), seen.join());
    assert.equal(stand.feed.status.problems['filters changed'], 1);
    assert.ok((stand.feed.status.problems['price off tick'] ?? 0) >= 1);
  } finally {
    await played.close();
  }
});
