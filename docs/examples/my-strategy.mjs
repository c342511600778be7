// my-strategy.mjs: buys after three rising closes, sells after three falling ones
export default {
  name: 'three-in-a-row',
  summary: 'Follows three closes in the same direction.',
  scope: 'timeframe', // one instance per horizon; 'instrument' for one whose vote counts on all of them
  longestPeriodBars: 4,
  defaults: { strength: 80 },
  parse: (options) =>
    options.strength >= 50 && options.strength <= 100
      ? { ok: true, value: options }
      : { ok: false, problem: 'strength must be from 50 to 100' },
  create: (_context, { strength }) => {
    const closes = [];
    return {
      onBar(bar) {
        closes.push(bar.close);
        if (closes.length > 4) closes.shift();
      },
      get opinion() {
        if (closes.length < 4) return { side: undefined, reason: 'warming up' };
        const steps = [1, 2, 3].map((index) => Math.sign(closes[index] - closes[index - 1]));
        const side = steps.every((step) => step > 0) ? 'buy' : steps.every((step) => step < 0) ? 'sell' : undefined;
        return side === undefined
          ? { side, reason: 'no three in a row' }
          : { side, strength, reason: `closes ${closes.join(', ')}` };
      },
    };
  },
};
