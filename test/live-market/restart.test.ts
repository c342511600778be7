import assert from 'node:assert/strict';
import { it } from 'node:test';
import { MemoryJournal } from '../../src/adapters/memory/journal.ts';
import { Books } from '../../src/core/delivery/books.ts';
import type { ExecutionReport } from '../../src/core/delivery/report.ts';
import { asJson } from '../../src/core/delivery/scene.testing.ts';
import { Engine } from '../../src/core/engine/engine.ts';
import type { EngineEvent } from '../../src/core/engine/event.ts';
import { ABSTAINS, clock, Dial, ETH, quote, settingsFor, votes } from '../../src/core/engine/scripted.testing.ts';
import { TRADING } from '../../src/core/paper/paper.testing.ts';
import { Played } from './played.ts';

/** What a process left that ended with a position on paper. */
async function withPosition(): Promise<{ readonly past: Books; readonly journal: MemoryJournal }> {
  const dial = new Dial();
  const books = new Books();
  const journal = new MemoryJournal('0'.repeat(32));
  const engine = new Engine(settingsFor([dial.definition], { trading: TRADING }), books);
  const apply = async (event: EngineEvent): Promise<void> => {
    const effects = engine.apply(event);
    if (effects.length > 0) await journal.append(effects);
  };
  await apply({ kind: 'instrument', instrument: ETH });
  for (let second = 1; second < 6; second += 1) {
    dial.opinion = second === 2 ? votes('buy') : ABSTAINS;
    await apply(clock(second * 1000));
    await apply({ ...quote(second * 1000, 3500, 3500.01), bidSize: 10, askSize: 10 });
  }
  assert.equal(books.deliveries.positions.openCount, 1);
  return { past: new Books(asJson(books.asBase())), journal };
}

it('goes on with a position from before, once its instrument is there', async () => {
  const { past, journal } = await withPosition();
  let seconds = 0;
  const told: ExecutionReport[] = [];
  const played = await Played.open(
    { instruments: 3, seed: 4 },
    {
      ...{ market: { historyMinutes: 30, depthInstruments: 2 }, settings: { trading: TRADING }, past, journal },
      onEffects: (effects) =>
        told.push(...effects.flatMap((each) => (each.kind === 'delivery_reported' ? [each.report] : []))),
      onEvent: ({ kind }) => {
        if (kind === 'clock') seconds += 1;
      },
    },
  );
  try {
    assert.notEqual(await played.advanceUntil(() => seconds >= 3, 30_000), undefined);
    const { stand } = played;
    assert.deepEqual(stand.house.account.symbols, [], 'seconds go by before anything is listed');
    assert.deepEqual([told, stand.house.account.statement()], [[], undefined]);
    await played.advanceUntilLive();
    // Its fifteen minutes were over long ago.
    const closed = () => told.find(({ type }) => type === 'CLOSED');
    assert.notEqual(await played.advanceUntil(() => closed() !== undefined, 5_000), undefined, 'it is never closed');
    assert.match(closed()!.reason!, /^(time stop after 900 s|tp|sl)$/);
    assert.deepEqual(stand.house.account.statement(), { executor: {}, venue: {} });
  } finally {
    await played.close();
  }
});
