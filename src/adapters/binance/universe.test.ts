import assert from 'node:assert/strict';
import { it } from 'node:test';
import { chooseUniverse, type UniverseOptions } from './universe.ts';

const VOLUMES = new Map(Object.entries({ AUSDT: 100, BUSDT: 90, CUSDT: 80, DUSDT: 10 }));
const INSTRUMENTS = [...VOLUMES.keys(), 'EUSDT'].map((symbol) => ({ symbol, tickSize: 1, stepSize: 1 }));
const ALL: UniverseOptions = { symbols: 'all', top: 10, minQuoteVolume: 0, include: [], exclude: [] };

const chosen = (options: Partial<UniverseOptions>, watched: readonly string[] = []): string =>
  chooseUniverse(INSTRUMENTS, VOLUMES, { ...ALL, ...options }, new Set(watched))
    .map(({ instrument }) => instrument.symbol[0])
    .join('');

it('takes the most traded that are traded enough, with those that were asked for and without those that were not', () => {
  assert.equal(chosen({}), 'ABCDE');
  assert.equal(chosen({ top: 2 }), 'AB');
  assert.equal(chosen({ minQuoteVolume: 85 }), 'AB');
  assert.equal(chosen({ top: 2, include: ['EUSDT'] }), 'AE');
  assert.equal(chosen({ exclude: ['AUSDT'] }), 'BCDE');
  assert.equal(chosen({ symbols: ['DUSDT', 'ZUSDT'], minQuoteVolume: 85 }), 'D');
});

it('lets one that is watched stay until another is clearly more traded', () => {
  assert.equal(chosen({ top: 2 }, ['CUSDT', 'AUSDT']), 'AC');
  assert.equal(chosen({ top: 2 }, ['DUSDT', 'AUSDT']), 'AB');
});
