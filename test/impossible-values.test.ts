import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Engine } from '../src/core/engine/engine.ts';
import type { MarketEvent } from '../src/core/engine/event.ts';
import type { Signal } from '../src/core/signals/signal.ts';
import { Random } from '../src/core/simulation/random.ts';
import { SimulatedMarket } from '../src/core/simulation/simulated-market.ts';
import { defaultSettings } from './live-market/stand.ts';

const START_MS = Date.UTC(2026, 0, 1);
const MARKET_MS = 2 * 3_600_000;
const IMPOSSIBLE = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 1e300];

type Writable = Record<string, unknown> & { eventTimeMs: number };

/** Two hours of the embedded market, of which this makes something else. @returns what came of it */
function play(seed: number, change: (event: Writable, chance: Random) => readonly Writable[]) {
  const market = new SimulatedMarket({
    ...{ seed: 1, scenario: 'strong', startTimeMs: START_MS, symbols: ['BTCUSDT', 'ETHUSDT'] },
  });
  const engine = new Engine(settings);
  for (const instrument of market.instruments) engine.apply({ kind: 'instrument', instrument });
  const chance = Random.of(seed, 'impossible values');
  const signals: Signal[] = [];
  for (let nowMs = START_MS; nowMs < START_MS + MARKET_MS; nowMs += 100) {
    market.advance(nowMs, (event) => {
      for (const each of change(structuredClone(event) as unknown as Writable, chance)) {
        for (const effect of engine.apply(each as unknown as MarketEvent)) {
          if (effect.kind === 'signal_issued') signals.push(effect.signal);
        }
      }
    });
  }
  return { signals, problems: engine.census.problems };
}

const settings = await defaultSettings();
const untouched = play(1, (event) => [event]).signals;

/** One of its prices, sizes or levels is none any more. */
function spoil(event: Writable, chance: Random): Writable {
  const value = IMPOSSIBLE[chance.word() % IMPOSSIBLE.length]!;
  const names = Object.keys(event).filter((name) => /price|size/i.test(name));
  const name = names[chance.word() % names.length]!;
  const side = event[name];
  if (side instanceof Float64Array) side[chance.word() % side.length] = value;
  else event[name] = value;
  return event;
}

const isMarket = ({ kind }: Writable): boolean => ['trade', 'quote', 'book'].includes(kind as string);

/** RISK-4, at the engine: what a broken feed could tell it. */
it('leaves out what cannot be computed with, and goes on with what comes between', () => {
  const spoilt = play(1, (event, chance) =>
    isMarket(event) && chance.uniform() < 0.5 ? [spoil(structuredClone(event), chance), event] : [event],
  );
  assert.ok(untouched.length > 0);
  assert.deepEqual(spoilt.signals, untouched, 'as if it had not been there');
  for (const kind of ['trade', 'quote', 'book']) assert.ok(spoilt.problems[`impossible ${kind}`]! > 1_000, kind);
});

it('issues nothing where nothing can be believed', () => {
  const { signals } = play(2, (event, chance) => (isMarket(event) ? [spoil(event, chance)] : [event]));
  assert.deepEqual(signals, []);
});

it('refuses what is from before, or comes again from there', () => {
  const { signals, problems } = play(3, (event, chance) => {
    if (!isMarket(event) || chance.uniform() < 0.9) return [event];
    const old = { ...structuredClone(event), eventTimeMs: event.eventTimeMs - 1_000 * (2 + (chance.word() % 7_200)) };
    return [old, event, old];
  });
  assert.ok(problems['late event']! > 10_000, JSON.stringify(problems));
  assert.deepEqual(signals, untouched, 'as if it had not been there');
});
