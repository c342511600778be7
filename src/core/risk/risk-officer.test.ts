import assert from 'node:assert/strict';
import { it } from 'node:test';
import { DRAFT } from '../delivery/scene.testing.ts';
import { RISK_SILENCES, type RiskSilence } from '../fusion/silence.ts';
import { DAY_MS } from '../market/timeframe.ts';
import { RISK } from '../paper/paper.testing.ts';
import { Random } from '../simulation/random.ts';
import { Account, MORNING_MS } from './account.testing.ts';
import { MarketWatch } from './market-watch.ts';
import type { RiskSettings } from './settings.ts';

const watching = (settings: Partial<RiskSettings> = {}): MarketWatch => {
  const watch = new MarketWatch({ ...RISK, ...settings });
  for (let second = 1; second <= 100; second += 1) {
    watch.onSecond({ nowMs: second * 1000, bidPrice: 3500, askPrice: 3500.1, depth: 100, sigmaPerSecond: 0.0001 });
  }
  return watch;
};
const SECOND = { nowMs: 101_000, bidPrice: 3500, askPrice: 3500.1, depth: 100, sigmaPerSecond: 0.0001 };
const seen = (second: Partial<typeof SECOND>): string => {
  const watch = watching();
  watch.onSecond({ ...SECOND, ...second });
  return watch.objection(101_000) ?? 'ok';
};

/** For every rule an account or a market that it stands against, and, where it counts something, one that it lets pass. */
const RULES: Readonly<Record<Exclude<RiskSilence, 'stale_book'>, () => readonly [against: string, passes?: string]>> = {
  risk_not_finite: () => [new Account().judge({ entryPrice: Number.NaN }), new Account().judge()],
  risk_halted: () => {
    const account = new Account();
    account.take({ kind: 'kill', action: 'halt', reason: 'r', by: 'me' });
    return [account.judge()];
  },
  risk_reducing: () => {
    const account = new Account({ dailyLossPercent: 0, dailyLossFlattenPercent: 0 }).trip(-600);
    account.watch();
    return [account.judge()];
  },
  signal_rate: () => {
    const account = new Account({ signalsPerHour: 2 });
    const issue = () =>
      account.dispatcher.issue({ ...DRAFT, symbol: `S${account.effects.length}` }, account.nowMs, 1000, 'x');
    issue();
    const passes = account.judge();
    issue();
    return [account.judge(), passes];
  },
  loss_streak: () => {
    const account = new Account({ lossStreak: 3, stopGuardStops: 0 }).trip(-1).trip(-1);
    const passes = account.judge();
    account.trip(-1);
    return [account.judge(), passes];
  },
  stop_guard: () => {
    const account = new Account({ stopGuardStops: 2 }).trip(-1).trip(-1);
    return [account.judge(), account.judge({ side: 'sell', stopPrice: 3517.5, targetPrice: 3458 })];
  },
  crossed_book: () => [seen({ askPrice: 3499 }), seen({})],
  circuit_breaker: () => [seen({ bidPrice: 3520, askPrice: 3520.1 }), seen({ bidPrice: 3503, askPrice: 3503.1 })],
  spread_too_wide: () => [seen({ askPrice: 3500.4 }), seen({ askPrice: 3500.3 })],
  funding_window: () => {
    const account = new Account({ fundingSharePercent: 0.5 });
    account.nowMs = Date.UTC(2026, 0, 5, 15, 59, 30);
    return [account.judge(), account.judge({ side: 'sell', stopPrice: 3517.5, targetPrice: 3458 })];
  },
  position_unpriced: () => {
    const account = new Account();
    account.open('SOLUSDT');
    account.prices.delete('SOLUSDT');
    const refused = account.judge();
    account.prices.set('SOLUSDT', 3500);
    return [refused, account.judge()];
  },
  position_open: () => {
    const account = new Account();
    account.open('ETHUSDT');
    return [account.judge(), account.judge({ symbol: 'SOLUSDT' })];
  },
  too_many_positions: () => {
    const account = new Account({ maxPositions: 2, maxGrossExposurePercent: 0 });
    account.open('A', 'sell');
    const passes = account.judge();
    account.open('B', 'sell');
    return [account.judge(), passes];
  },
  too_many_same_side: () => {
    const account = new Account({ maxGrossExposurePercent: 0 });
    account.open('A');
    account.open('B');
    return [account.judge(), account.judge({ side: 'sell', stopPrice: 3517.5, targetPrice: 3458 })];
  },
  symbol_exposure: () => {
    const account = new Account({ maxSymbolExposurePercent: 30 });
    account.open('ETHUSDT', 'sell');
    return [account.judge(), account.judge({ symbol: 'SOLUSDT' })];
  },
  gross_exposure: () => {
    const account = new Account({ maxGrossExposurePercent: 40 });
    const passes = account.judge();
    account.open('SOLUSDT', 'buy', 2);
    return [account.judge(), passes];
  },
  cluster_risk: () => {
    const account = new Account({ maxClusterRiskPercent: 0.8, maxSameSide: 0 });
    account.open('A', 'buy', 2.8);
    // A short takes the other side of the same bet.
    return [account.judge(), account.judge({ side: 'sell', stopPrice: 3517.5, targetPrice: 3458 })];
  },
  size_below_minimum: () => [
    new Account({ maxSymbolExposurePercent: 0, maxGrossExposurePercent: 0, riskPerTradePercent: 0.0001 }).judge(),
  ],
  margin_too_small: () => {
    const account = new Account({ maxSymbolExposurePercent: 0, maxGrossExposurePercent: 0 });
    account.open('SOLUSDT', 'buy', 57.142);
    return [account.judge({ leverage: 1 })];
  },
  liquidation_too_near: () => [new Account({ riskPerTradePercent: 10 }).judge({ stopPrice: 1600 })],
};

for (const [rule, script] of Object.entries(RULES)) {
  it(`refuses by ${rule}`, () => {
    assert.ok(rule in RISK_SILENCES);
    const [against, passes = 'ok'] = script();
    assert.deepEqual([against, passes], [rule, 'ok']);
  });
}

/** RISK-3: each breach leads to its state within one look, a halt outlives a restart, and the day turns at 00:00 UTC. */
it('turns to the state of each breach at once, keeps it over a restart, and ends it when it is time', () => {
  const daily = new Account();
  daily.watch();
  daily.trip(-199).watch();
  assert.equal(daily.mode, 'ACTIVE');
  assert.equal(daily.trip(-1.5).watch(), false);
  assert.equal(daily.mode, 'HALTED daily_loss');
  assert.equal(daily.restart().mode, 'HALTED daily_loss');
  assert.equal(daily.judge(), 'risk_halted');
  daily.nowMs = Math.floor(MORNING_MS / DAY_MS) * DAY_MS + DAY_MS - 1;
  daily.watch();
  assert.equal(daily.mode, 'HALTED daily_loss');
  daily.nowMs += 1;
  daily.watch();
  assert.equal(daily.mode, 'ACTIVE day');
  assert.equal(daily.judge(), 'ok');

  const deep = new Account();
  deep.watch();
  deep.open('ETHUSDT', 'buy', 2);
  deep.prices.set('ETHUSDT', 3349);
  assert.equal(deep.watch(), true, 'a loss of 3 %, not realised yet, closes everything');
  assert.equal(deep.mode, 'HALTED daily_loss_flatten');

  const deeper = new Account();
  deeper.watch();
  deeper.open('ETHUSDT', 'buy', 2);
  deeper.prices.set('ETHUSDT', 3390);
  assert.deepEqual([deeper.watch(), deeper.mode], [false, 'HALTED daily_loss']);
  deeper.prices.set('ETHUSDT', 3349);
  const told = deeper.effects.length;
  assert.equal(deeper.watch(), true, 'to close everything is told by itself');
  deeper.watch();
  const risk = deeper.effects.slice(told).map((effect) => effect.kind === 'risk_changed' && effect.reason);
  assert.deepEqual(risk, ['the loss of the day reached 3 %'], 'once');
  deeper.prices.set('ETHUSDT', 3390);
  deeper.watch();
  assert.equal(deeper.restart().mode, 'HALTED daily_loss_flatten');
  deeper.nowMs = Math.floor(MORNING_MS / DAY_MS) * DAY_MS + DAY_MS;
  deeper.watch();
  assert.equal(deeper.mode, 'ACTIVE day');

  const onlyDeep = new Account({ dailyLossPercent: 0 });
  onlyDeep.watch();
  onlyDeep.open('ETHUSDT', 'buy', 2);
  onlyDeep.prices.set('ETHUSDT', 3349);
  assert.equal(onlyDeep.watch(), true, 'the lesser limit is off, and this one is not');

  const fallen = new Account({ dailyLossPercent: 0, dailyLossFlattenPercent: 0 }).trip(400).trip(-620);
  fallen.watch();
  assert.equal(fallen.mode, 'ACTIVE', '5.96 % from the highest');
  fallen.trip(-10).watch();
  assert.equal(fallen.mode, 'REDUCING drawdown');
  fallen.trip(20).watch();
  assert.equal(fallen.mode, 'ACTIVE drawdown');
  fallen.trip(-900).watch();
  assert.equal(fallen.mode, 'HALTED drawdown');
  fallen.nowMs += 2 * DAY_MS;
  fallen.restart().watch();
  assert.equal(fallen.mode, 'HALTED drawdown', 'only a person ends it');
  const { net } = fallen.officer.equity();
  fallen.take({ kind: 'kill', action: 'resume', reason: 'looked at it', by: 'me', net });
  fallen.watch();
  assert.equal(fallen.mode, 'ACTIVE operator', 'and it is measured anew from there');
});

it('lets no limit be reached or left by a guess: while the price of a position is not known, it waits', () => {
  const account = new Account();
  account.watch();
  account.open('SOLUSDT', 'buy', 2);
  account.trip(-250);
  account.prices.delete('SOLUSDT');
  assert.deepEqual(account.officer.equity().unpriced, ['SOLUSDT']);
  const instruction = [...account.books.deliveries.instructions].at(-1)!;
  const instrument = { symbol: 'ETHUSDT', tickSize: 0.01, stepSize: 0.001 };
  assert.equal(account.officer.size(instruction, instrument, account.nowMs), 'position_unpriced');
  account.nowMs += DAY_MS;
  account.watch();
  assert.equal(account.mode, 'ACTIVE', 'the position may have won what the account has lost');
  account.nowMs -= DAY_MS;
  account.prices.set('SOLUSDT', 3530);
  account.watch();
  assert.equal(account.mode, 'ACTIVE', '190 of 200');
  account.prices.set('SOLUSDT', 3520);
  account.watch();
  assert.equal(account.mode, 'HALTED daily_loss');
});

it('obeys a person above all, on both accounts, over restarts', () => {
  const account = new Account();
  account.open('ETHUSDT');
  account.take({ kind: 'kill', action: 'flatten', reason: 'news', by: 'me' });
  assert.deepEqual(
    ['default', 'paper'].map((name) => account.books.deliveries.account(name)?.halt?.reason),
    ['news', 'news'],
  );
  assert.equal(account.effects.filter(({ kind }) => kind === 'close_issued').length, 1);
  account.take({ kind: 'kill', action: 'flatten', reason: 'news', by: 'me' });
  assert.equal(
    account.effects.filter(({ kind }) => kind === 'close_issued').length,
    1,
    'what is being closed is not closed again',
  );
  account.restart().watch();
  assert.equal(account.mode, 'HALTED operator');
  account.take({ kind: 'kill', action: 'resume', reason: 'over', by: 'me' });
  assert.deepEqual([account.mode, account.books.deliveries.account('paper')?.halt], ['ACTIVE operator', undefined]);
});

/** RISK-4. */
it('never lets a candidate pass that holds anything but numbers, in 100,000 of them', () => {
  const chance = Random.of(4, 'fuzz');
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const account = new Account({ signalsPerHour: 0 });
  const keys = ['entryPrice', 'stopPrice', 'targetPrice', 'leverage'] as const;
  for (let count = 0; count < 100_000; count += 1) {
    const key = keys[Math.floor(chance.uniform() * keys.length)]!;
    const value = chance.uniform() < 0.5 ? odd[count % odd.length]! : -chance.uniform() * 1e9;
    const told = account.judge({ [key]: value, leverage: key === 'leverage' ? value : 20 });
    if (key === 'targetPrice' && Number.isFinite(value)) continue;
    assert.notEqual(told, 'ok', `${key} ${value}`);
  }
  account.open('SOLUSDT');
  account.prices.set('SOLUSDT', Number.NaN);
  assert.equal(account.judge(), 'risk_not_finite', 'a price that is none makes an equity that is none');
  account.watch();
  assert.equal(account.mode, 'HALTED not_finite');
});
