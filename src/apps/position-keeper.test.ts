import assert from 'node:assert/strict';
import { it } from 'node:test';
import { MemoryJournal } from '../adapters/memory/journal.ts';
import { JournalError, type JournalFailure } from '../ports/journal-error.ts';
import { PositionKeeper } from './position-keeper.ts';

const MARKET = { clock: { nowMs: () => 42, speed: 2 }, source: 'test', lastPrices: () => ({ ETHUSDT: 3500 }) };

function keeper(fault?: Error) {
  const journal = new MemoryJournal('0123456789abcdef0123456789abcdef');
  if (fault !== undefined) journal.writePosition = () => Promise.reject(fault);
  const [told, lost]: [unknown[][], string[]] = [[], []];
  const logger = { error: (...said: unknown[]) => void told.push(said) };
  return { journal, told, lost, keeper: new PositionKeeper(journal, MARKET, logger, (reason) => lost.push(reason)) };
}

const failure = (code: JournalFailure): JournalError => new JournalError(code, 'journal-sim.db is gone');

it('writes where the market stands', async () => {
  const { journal, keeper: kept, told } = keeper();
  await kept.write();
  const position = await journal.readPosition();
  assert.deepEqual([position?.marketTimeMs, position?.lastPrices.ETHUSDT], [42, 3500]);
  assert.deepEqual(told, []);
});

it('tells a fault that lasts once in a while, in one line', async () => {
  const { keeper: kept, told } = keeper(failure('full'));
  for (let round = 0; round < 20; round += 1) await kept.write();
  assert.deepEqual(told, [['the position of the market could not be written: journal-sim.db is gone']]);
});

it('reports the journal as lost when nothing more can be written to it, and for no less', async () => {
  for (const [code, expected] of [
    ['io', 1],
    ['full', 0],
    ['locked', 0],
    ['readonly', 0],
  ] as const) {
    const { keeper: kept, lost } = keeper(failure(code));
    await kept.write();
    assert.equal(lost.length, expected, code);
  }
  const bug = keeper(new TypeError('a bug'));
  await bug.keeper.write();
  assert.deepEqual([bug.lost.length, bug.told[0]?.length], [0, 2]);
});
