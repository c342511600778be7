import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { TIMEFRAMES } from '../../core/market/timeframe.ts';
import { ByteReader, ByteWriter, UnreadableBytes } from './bytes.ts';
import type { RecordedStep } from './step.ts';
import { StepDecoder } from './step-decoder.ts';
import { StepEncoder } from './step-encoder.ts';

/** As blocks of one file, each with as many steps as said. */
function throughBytes(steps: readonly RecordedStep[], blockSteps = steps.length): RecordedStep[] {
  const out = new ByteWriter(16);
  const [encoder, decoder] = [new StepEncoder(out), new StepDecoder()];
  const read: RecordedStep[] = [];
  for (let from = 0; from < steps.length; from += Math.max(1, blockSteps)) {
    for (const step of steps.slice(from, from + Math.max(1, blockSteps))) encoder.write(step);
    read.push(...decoder.read(new ByteReader(out.take())));
  }
  return read;
}

/** Plain objects, as events are. */
const record = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(fields, { noNullPrototype: true });

const symbol = fc.constantFrom('BTCUSDT', 'ETHUSDT', '1000PEPEUSDT', '币安人生USDT');
const timeMs = fc.oneof(fc.integer({ min: 1.7e12, max: 1.8e12 }), fc.integer());
const decimal = fc
  .tuple(fc.nat(), fc.integer({ min: 0, max: 9 }))
  .map(([digits, decimals]) => Number((digits / 10 ** decimals).toFixed(decimals)));
const number = fc.oneof(
  { weight: 4, arbitrary: decimal },
  fc.double({ noNaN: false }),
  fc.constantFrom(0, -0, 1e-7, 2 ** 60),
);
const side = fc.array(number, { maxLength: 12 });

const step: fc.Arbitrary<RecordedStep> = fc.oneof(
  record({
    kind: fc.constant('trade' as const),
    ...{ symbol, tradeId: fc.nat(2 ** 50), price: number, size: number },
    ...{ aggressor: fc.constantFrom('buy' as const, 'sell' as const), eventTimeMs: timeMs },
  }),
  record({
    kind: fc.constant('quote' as const),
    ...{ symbol, bidPrice: number, bidSize: number, askPrice: number, askSize: number, eventTimeMs: timeMs },
  }),
  record({
    kind: fc.constant('book' as const),
    ...{ symbol, bidPrices: side, bidSizes: side, askPrices: side, askSizes: side, eventTimeMs: timeMs },
  }),
  record({
    kind: fc.constant('bar' as const),
    ...{ symbol, timeframe: fc.constantFrom(...TIMEFRAMES), openTimeMs: timeMs, closeTimeMs: timeMs },
    ...{ open: number, high: number, low: number, close: number, volume: number },
    buyVolume: fc.option(number, { nil: undefined }),
  }),
  record({ kind: fc.constant('clock' as const), eventTimeMs: timeMs }),
  record({ kind: fc.constant('catch_up' as const), untilMs: timeMs }),
  record({ kind: fc.constant('gap' as const), symbol, fromMs: timeMs, toMs: timeMs, reason: fc.string() }),
  record({ kind: fc.constant('signal' as const), checksum: fc.nat(2 ** 32 - 1) }),
  record({
    kind: fc.constant('command' as const),
    command: record({
      kind: fc.constant('cancel' as const),
      signalId: fc.uuid(),
      reason: fc.string(),
      by: fc.string(),
    }),
    moment: record({ atMs: timeMs, wallMs: timeMs, speed: fc.constantFrom(1, 0.1, 100) }),
  }),
);

it('gives back every step as it was, bit by bit, however they are cut into blocks', () => {
  const law = fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 60 }), (steps, blockSteps) => {
    assert.deepEqual(throughBytes(steps, blockSteps), steps);
  });
  fc.assert(law, { numRuns: 500 });
});

it('gives back ids that are too large to be counted', () => {
  const trade = {
    kind: 'trade',
    symbol: 'BTCUSDT',
    price: 64_123.4,
    size: 0.012,
    aggressor: 'buy',
    eventTimeMs: 5,
  } as const;
  const steps = [1, Number.MAX_SAFE_INTEGER, 1e18, 2].map((tradeId) => ({ ...trade, tradeId }));
  assert.deepEqual(throughBytes(steps), steps);
});

it('gives back kinds of events that it has no bytes for', () => {
  const doubt = { kind: 'doubt', eventTimeMs: 1, symbol: 'BTCUSDT', reason: 'crossed' } as const;
  const instrument = { symbol: 'BTCUSDT', tickSize: 0.1, stepSize: 0.001 };
  const steps: RecordedStep[] = [doubt, { kind: 'instrument', instrument }];
  assert.deepEqual(throughBytes(steps), steps);
});

it('needs some ten bytes for a trade like the last one', () => {
  const out = new ByteWriter(16);
  const encoder = new StepEncoder(out);
  const trade = { kind: 'trade', symbol: 'BTCUSDT', price: 64_123.4, size: 0.012, aggressor: 'buy' } as const;
  encoder.write({ ...trade, tradeId: 5_000_000_000, eventTimeMs: 1.72e12 });
  out.take();
  encoder.write({ ...trade, tradeId: 5_000_000_001, price: 64_123.5, eventTimeMs: 1.72e12 + 17 });
  assert.equal(out.take().length, 6);
});

it('refuses bytes that end too early or that it does not know', () => {
  const out = new ByteWriter(16);
  new StepEncoder(out).write({ kind: 'gap', symbol: undefined, fromMs: 1, toMs: 2, reason: 'away' });
  const whole = out.take();
  for (let size = 1; size < whole.length; size += 1) {
    assert.throws(() => new StepDecoder().read(new ByteReader(whole.subarray(0, size))), UnreadableBytes);
  }
  assert.throws(() => new StepDecoder().read(new ByteReader(Buffer.of(200))), /a step of kind 200/);
  assert.throws(() => new StepDecoder().read(new ByteReader(Buffer.of(2, 9))), /never named/);
});
