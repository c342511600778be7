import assert from 'node:assert/strict';
import { it } from 'node:test';
import { MemoryJournal } from '../adapters/memory/journal.ts';
import { Books } from '../core/delivery/books.ts';
import type { Effect } from '../core/engine/effect.ts';
import type { EngineEvent } from '../core/engine/event.ts';
import { defaultConfig } from './config/defaults.ts';
import { DEMO_PROPOSAL } from './demo-proposal.testing.ts';
import { House } from './house.ts';

const CLOCK = { nowMs: () => 42, speed: 1 };

function open({ listening }: { readonly listening: boolean }) {
  const config = defaultConfig([]);
  const settings = { ...config, runAnchor: 'test', market: 'TEST', timeframes: config.fusion.timeframes, seats: [] };
  const log: string[] = [];
  const noting = (what: string) => (effects: readonly Effect[]) =>
    void log.push(...effects.map(({ kind }) => `${what} ${kind}`));
  const journal = new MemoryJournal('0123456789abcdef0123456789abcdef');
  const append = journal.append.bind(journal);
  journal.append = async (effects) => {
    await append(effects);
    noting('disk')(effects);
  };
  const house = new House({
    ...{ settings, journal, past: new Books(), clock: CLOCK, houseClock: CLOCK },
    outlets: [{ publish: noting('told') }],
    watch: { decided: noting('decided'), journaled: noting('journaled') },
    tap: { listening, see: ({ kind }: EngineEvent) => void log.push(`saw ${kind}`) },
  });
  return { house, log };
}

it('tells who measures when it has decided, and when that is on disk, before anybody else hears of it', async () => {
  const { house, log } = open({ listening: false });
  await house.submit([DEMO_PROPOSAL]);
  const stages = ['decided', 'disk', 'journaled', 'told'].map((stage) => `${stage} signal_issued`);
  assert.deepEqual(log, stages);
});

it('shows market data to who taps them, as the engine sees them, and only while somebody listens', async () => {
  const { house, log } = open({ listening: true });
  const trade = { kind: 'trade', symbol: 'ETHUSDT', tradeId: 1, price: 1, size: 1, aggressor: 'buy', eventTimeMs: 1 };
  await house.submit([{ kind: 'clock', eventTimeMs: 1 }, trade as EngineEvent]);
  assert.deepEqual(log, ['saw clock', 'saw trade']);
  const deaf = open({ listening: false });
  await deaf.house.submit([trade as EngineEvent]);
  assert.deepEqual(deaf.log, []);
});
