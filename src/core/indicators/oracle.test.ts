import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as oracle from 'trading-signals';
import { Adx } from './adx.ts';
import { Atr } from './atr.ts';
import { BollingerBands } from './bollinger.ts';
import { walk } from './candles.testing.ts';
import { Ema } from './ema.ts';
import { Macd } from './macd.ts';
import { Rsi } from './rsi.ts';
import { Sma } from './sma.ts';

/** Where another library seeds differently, long enough for the seeds to be forgotten. */
const CANDLES = walk(42, 3_000, 'walk');

const agree = (actual: number | undefined, expected: number | undefined, tolerance = 1e-9) => {
  assert.ok(actual !== undefined && expected !== undefined);
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.abs(expected), `${actual} or ${expected}`);
};

it('agrees with trading-signals from the first reading where the seeds are the same', () => {
  const [sma, rsi, bands] = [
    new Sma({ period: 20 }),
    new Rsi({ period: 14 }),
    new BollingerBands({ period: 20, deviations: 2 }),
  ];
  const [theirSma, theirRsi, theirBands] = [new oracle.SMA(20), new oracle.RSI(14), new oracle.BollingerBands(20, 2)];
  for (const { close } of CANDLES) {
    sma.add(close);
    rsi.add(close);
    bands.add(close);
    theirSma.add(close);
    theirRsi.add(close);
    theirBands.add(close);
    assert.equal(rsi.value === undefined, !theirRsi.isStable);
    if (sma.value !== undefined) agree(sma.value, theirSma.getResultOrThrow());
    if (rsi.value !== undefined) agree(rsi.value, theirRsi.getResultOrThrow());
    if (bands.value === undefined) continue;
    const { lower, upper } = theirBands.getResultOrThrow();
    agree(bands.value.lower, lower);
    agree(bands.value.upper, upper);
  }
});

it('agrees with trading-signals on the averages once both have forgotten where they began', () => {
  const [ema, macd] = [new Ema({ period: 21 }), new Macd({ fast: 12, slow: 26, signal: 9 })];
  const [atr, adx] = [new Atr({ period: 14 }), new Adx({ period: 14 })];
  const theirEma = new oracle.EMA(21);
  const theirMacd = new oracle.MACD(new oracle.EMA(12), new oracle.EMA(26), new oracle.EMA(9));
  const [theirAtr, theirAdx] = [new oracle.ATR(14), new oracle.ADX(14)];
  for (const candle of CANDLES) {
    ema.add(candle.close);
    macd.add(candle.close);
    atr.add(candle);
    adx.add(candle);
    theirEma.add(candle.close);
    theirMacd.add(candle.close);
    theirAtr.add(candle);
    theirAdx.add(candle);
  }
  agree(ema.value, theirEma.getResultOrThrow());
  agree(macd.value?.macd, theirMacd.getResultOrThrow().macd);
  agree(macd.value?.signal, theirMacd.getResultOrThrow().signal);
  agree(atr.value, theirAtr.getResultOrThrow());
  agree(adx.value?.adx, theirAdx.getResultOrThrow());
});
