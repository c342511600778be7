import { WITHOUT_LIMITS } from '../without-limits.ts';

/**
 * A strategy whose every signal tells of everything that was seen before it: its reason is a sum over each field of each
 * event, so that a replay which differs in one bit of one quote gives another line. It changes sides all the time, so that
 * there is much to compare after a few seconds, and sleeps when nothing comes, as strategies must.
 */
export const WITNESS_STRATEGY = `
const bits = new DataView(new ArrayBuffer(8));
export default {
  name: 'witness',
  summary: 'Remembers all that it saw.',
  scope: 'timeframe',
  longestPeriodBars: 1,
  defaults: {},
  parse: (options) => ({ ok: true, value: options }),
  create: () => {
    let sum = 0;
    let lastMs = 0;
    let nowMs = 0;
    const see = (number) => {
      bits.setFloat64(0, number);
      sum = (Math.imul(sum, 31) + bits.getInt32(0) + Math.imul(bits.getInt32(4), 17)) | 0;
    };
    const seeAll = (numbers) => {
      for (let level = 0; level < numbers.length; level += 1) see(numbers[level]);
    };
    return {
      onTrade({ tradeId, price, size, aggressor, eventTimeMs }) {
        seeAll([tradeId, price, size, aggressor === 'buy' ? 1 : 2, eventTimeMs]);
        lastMs = eventTimeMs;
      },
      onQuote({ bidPrice, bidSize, askPrice, askSize, eventTimeMs }) {
        seeAll([bidPrice, bidSize, askPrice, askSize, eventTimeMs]);
      },
      onBook({ bidPrices, bidSizes, askPrices, askSizes, eventTimeMs }) {
        for (const side of [bidPrices, bidSizes, askPrices, askSizes]) seeAll(side);
        see(eventTimeMs);
      },
      onBar({ openTimeMs, closeTimeMs, open, high, low, close, volume, buyVolume }) {
        seeAll([openTimeMs, closeTimeMs, open, high, low, close, volume, buyVolume ?? -1]);
      },
      onSecond(secondMs) {
        nowMs = secondMs;
      },
      get opinion() {
        if (nowMs - lastMs > 5000) return { side: undefined, reason: 'nothing trades' };
        if ((nowMs / 1000) % 3 === 0) return { side: undefined, reason: 'a pause' };
        return { side: sum % 2 === 0 ? 'buy' : 'sell', strength: 100, reason: \`saw \${sum}\` };
      },
    };
  },
};
`;

/** The witness alone decides, as often as it can; paper trades all of it, and nothing is too much. */
export const WITNESS_CONFIG = `
strategies: [{ file: ./witness.mjs, weight: 1 }]
fusion: { minStrategies: 1, minConsensus: 0, minStrength: 0, timeframes: [1m, 3m, 5m] }
signals: { coolDownSeconds: 0 }
${WITHOUT_LIMITS}`;
