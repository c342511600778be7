import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { InvariantError } from '../assert.ts';
import { type Candle, MOODS, walk } from './candles.testing.ts';
import type { Indicator } from './indicator.ts';

/** One number of a reading. Multiply all prices by k and all sizes by c, and it becomes k^price * c^size times as large. */
export interface Part<Reading> {
  readonly name: string;
  of(reading: Reading): number;
  readonly price: 0 | 1;
  readonly size: 0 | 1;
}

/** An indicator on trial. */
export interface Defendant<Input, Reading> {
  readonly name: string;
  create(): Indicator<Input, Reading>;
  input(candle: Candle): Input;
  readonly parts: readonly Part<Reading>[];
  /** The definition, written down naively over the whole series: the parts at every candle, `undefined` before warm-up. */
  batch(candles: readonly Candle[]): readonly (readonly number[] | undefined)[];
  /**
   * How much of where it began an indicator may still remember after ten warm-ups, relative to its size; `undefined`
   * where remembering is its nature.
   */
  readonly memory: number | undefined;
}

const LONG_RUN = 100_000;
/** What decides at a rounding error may not be asked to be nearer; relative to the size of the inputs. */
const DUST = 1e-13;

/** Declares the tests that every indicator has to pass. */
export function obeysTheLaws<Input, Reading>(defendant: Defendant<Input, Reading>): void {
  const { name, create, input, parts, batch, memory } = defendant;
  const numbersOf = (reading: Reading | undefined) =>
    reading === undefined ? undefined : parts.map((part) => part.of(reading));
  const run = (candles: readonly Candle[]) => {
    const indicator = create();
    return candles.map((candle) => numbersOf(indicator.add(input(candle))));
  };
  const close = (actual: number, expected: number, size: number, relative: number) =>
    Math.abs(actual - expected) <= relative * Math.abs(expected) + DUST * size;
  const sizeOf = (candle: Candle, part: Part<Reading>) =>
    (part.price === 1 ? candle.close : 1) * (part.size === 1 ? candle.volume : 1);

  const { warmup } = create();
  const series = fc
    .tuple(fc.nat(), fc.constantFrom(...MOODS), fc.integer({ min: 1, max: 4 * warmup + 20 }))
    .map(([seed, mood, count]) => walk(seed, count, mood));

  describe(`${name} obeys the laws`, () => {
    it('peeks at exactly what add would say, and changes nothing', () => {
      const law = fc.property(series, series, (candles, strangers) => {
        const [asked, unasked] = [create(), create()];
        candles.forEach((candle, i) => {
          const before = asked.value;
          asked.peek(input(strangers[i % strangers.length]!));
          const peeked = asked.peek(input(candle));
          assert.deepEqual(asked.value, before);
          assert.deepEqual(asked.add(input(candle)), peeked);
          assert.deepEqual(asked.value, peeked);
          assert.deepEqual(unasked.add(input(candle)), peeked);
        });
      });
      fc.assert(law);
    });

    it('has no reading until its warm-up is over, and one ever after', () => {
      const law = fc.property(series, (candles) => {
        run(candles).forEach((reading, i) => {
          assert.equal(reading !== undefined, i + 1 >= warmup);
        });
      });
      fc.assert(law);
    });

    it('answers finite numbers to finite numbers', () => {
      const law = fc.property(series, (candles) => {
        for (const reading of run(candles)) assert.ok(reading === undefined || reading.every(Number.isFinite));
      });
      fc.assert(law);
    });

    it('does not know the future, nor its neighbour', () => {
      const law = fc.property(series, series, fc.nat(), (candles, others, cut) => {
        const prefix = candles.slice(0, cut % candles.length);
        const [whole, forked] = [create(), create()];
        const pairs = prefix.map((candle) => [whole.add(input(candle)), forked.add(input(candle))]);
        for (const [one, other] of pairs) assert.deepEqual(one, other);
        const kept = whole.value;
        for (const candle of others) forked.add(input(candle));
        assert.deepEqual(whole.value, kept);
      });
      fc.assert(law);
    });

    it(`equals its definition over ${LONG_RUN} inputs, to 1e-9`, () => {
      const candles = longWalk();
      const expected = batch(candles);
      assert.equal(expected.length, candles.length);
      const indicator = create();
      candles.forEach((candle, i) => {
        const reading = indicator.add(input(candle));
        const wanted = expected[i];
        if (reading === undefined || wanted === undefined) {
          if (reading !== wanted) assert.fail(`candle ${i}: ${reading} or ${wanted}`);
          return;
        }
        for (let p = 0; p < parts.length; p += 1) {
          const part = parts[p]!;
          const actual = part.of(reading);
          if (close(actual, wanted[p]!, sizeOf(candle, part), 1e-9)) continue;
          assert.fail(`candle ${i}: ${part.name} is ${actual}, its definition says ${wanted[p]}`);
        }
      });
    });

    it('keeps its scale: bit for bit by powers of two, to 1e-9 by a thousand', () => {
      const exact = fc.property(
        series,
        fc.integer({ min: -8, max: 8 }),
        fc.integer({ min: -8, max: 8 }),
        (candles, i, j) => {
          const [k, c] = [2 ** i, 2 ** j];
          const scaled = run(candles.map((candle) => rescaled(candle, k, c)));
          const wanted = run(candles).map((reading) => reading?.map((part, p) => part * factorOf(parts[p]!, k, c)));
          assert.deepEqual(scaled, wanted);
        },
      );
      fc.assert(exact);

      const candles = walk(7, 2_000, 'walk');
      const scaled = run(candles.map((candle) => rescaled(candle, 1_000, 0.01)));
      run(candles).forEach((reading, i) => {
        reading?.forEach((part, p) => {
          const factor = factorOf(parts[p]!, 1_000, 0.01);
          const fits = close(scaled[i]![p]!, part * factor, sizeOf(candles[i]!, parts[p]!) * factor, 1e-9);
          assert.ok(fits, `candle ${i}: ${parts[p]!.name}`);
        });
      });
    });

    if (memory !== undefined) {
      it(`remembers at most ${memory} of where it began after ten warm-ups`, () => {
        const candles = walk(11, 30 * warmup, 'walk');
        const early = run(candles);
        const late = run(candles.slice(7 * warmup + 3));
        for (let i = 18 * warmup; i < candles.length; i += 1) {
          early[i]!.forEach((part, p) => {
            const other = late[i - 7 * warmup - 3]![p]!;
            const size = Math.max(Math.abs(part), sizeOf(candles[i]!, parts[p]!));
            assert.ok(Math.abs(part - other) <= memory * size, `candle ${i}: ${part} or ${other}`);
          });
        }
      });
    }

    it('refuses what is not a finite number', () => {
      const [sound] = walk(1, 1, 'walk');
      for (const broken of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        const whole = input(sound!);
        const inputs =
          typeof whole === 'number'
            ? [broken]
            : Object.keys(whole as object).map((field) => ({ ...whole, [field]: broken }));
        for (const bad of inputs) assert.throws(() => create().add(bad as Input), InvariantError);
      }
    });
  });
}

let longest: readonly Candle[] | undefined;

/** The same for every indicator, so made once. */
function longWalk(): readonly Candle[] {
  longest ??= walk(20_260_101, LONG_RUN, 'walk');
  return longest;
}

function rescaled(candle: Candle, k: number, c: number): Candle {
  const { high, low, close, volume, buyVolume, sellVolume, timeMs } = candle;
  return {
    high: high * k,
    low: low * k,
    close: close * k,
    volume: volume * c,
    buyVolume: buyVolume * c,
    sellVolume: sellVolume * c,
    timeMs,
  };
}

function factorOf(part: Part<never>, k: number, c: number): number {
  return (part.price === 1 ? k : 1) * (part.size === 1 ? c : 1);
}

/** The only part of a reading that is a plain number. */
export function itself(price: 0 | 1, size: 0 | 1 = 0): readonly Part<number>[] {
  return [{ name: 'reading', of: (reading) => reading, price, size }];
}
