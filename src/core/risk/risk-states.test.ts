import assert from 'node:assert/strict';
import { it } from 'node:test';
import { DAY_MS } from '../market/timeframe.ts';
import { Random } from '../simulation/random.ts';
import { Account, MORNING_MS } from './account.testing.ts';
import type { RiskMode } from './risk-book.ts';

const STEPS = 1_000_000;
/** A life grows slower with every trip it remembers. */
const STEPS_OF_LIFE = 1_000;
const START_EQUITY = 10_000;
const ENTRY = 3_500;

/** The rules of `docs/risk.md`, written down a second time: what an account must say of itself after every step. */
class Expected {
  mode: RiskMode = 'ACTIVE';
  rule = '';
  realised = 0;
  qty = 0;
  price = ENTRY;
  #dayMs = 0;
  #dayNet = 0;
  #peakNet = 0;
  #untilMs = Number.POSITIVE_INFINITY;

  get net(): number {
    return this.realised + this.qty * (this.price - ENTRY);
  }

  closed(): void {
    this.#peakNet = Math.max(this.#peakNet, this.realised);
  }

  person(resumes: boolean): void {
    if (!resumes) this.#turn('HALTED', 'operator');
    else if (this.mode !== 'ACTIVE') {
      this.#turn('ACTIVE', 'operator');
      [this.#dayNet, this.#peakNet] = [this.net, this.net];
    }
  }

  /** One look. @returns whether everything is to be closed */
  look(nowMs: number): boolean {
    const { net } = this;
    const dayMs = nowMs - (nowMs % DAY_MS);
    if (dayMs > this.#dayMs) {
      [this.#dayMs, this.#dayNet] = [dayMs, net];
      this.#peakNet = Math.max(this.#peakNet, net);
      if (this.mode !== 'ACTIVE' && this.#untilMs <= nowMs) this.#turn('ACTIVE', 'day');
    }
    if (this.mode === 'HALTED' && this.rule === 'operator') return false;
    const lossPercent = ((this.#dayNet - net) / (START_EQUITY + this.#dayNet)) * 100;
    const fallPercent = (1 - (START_EQUITY + net) / (START_EQUITY + this.#peakNet)) * 100;
    if (fallPercent >= 10) this.#turn('HALTED', 'drawdown');
    else if (this.mode === 'HALTED' && this.rule === 'drawdown') return false;
    else if (lossPercent >= 2) {
      const isDeep = lossPercent >= 3;
      if (this.mode !== 'HALTED' || isDeep) {
        this.#turn('HALTED', isDeep ? 'daily_loss_flatten' : 'daily_loss', dayMs + DAY_MS);
      }
      return isDeep;
    } else if (this.mode === 'HALTED') return false;
    else if (fallPercent >= 6) this.#turn('REDUCING', 'drawdown');
    else if (this.mode === 'REDUCING') this.#turn('ACTIVE', 'drawdown');
    return false;
  }

  #turn(mode: RiskMode, rule: string, untilMs = Number.POSITIVE_INFINITY): void {
    if (mode === this.mode && (mode === 'REDUCING' || rule === this.rule)) return;
    [this.mode, this.rule, this.#untilMs] = [mode, rule, untilMs];
  }
}

/** RISK-3. */
it('is in the right state after each of a million steps, and lets nothing enter unless it is active', () => {
  const chance = Random.of(3, 'risk states');
  const seen = new Map<string, number>();
  let passed = 0;
  for (let step = 0; step < STEPS; ) {
    const account = new Account({ signalsPerHour: 0, lossStreak: 0, stopGuardStops: 0, fundingWindowSeconds: 0 });
    const expected = new Expected();
    let report: ((said: object) => void) | undefined;
    account.nowMs = MORNING_MS;
    for (const untilStep = step + STEPS_OF_LIFE; step < untilStep; step += 1) {
      const dice = chance.uniform();
      if (dice < 0.9) {
        // Prices go in steps that leave the limits to either side.
        expected.price = ENTRY + Math.round((chance.uniform() - 0.52) * 160);
        account.prices.set('SOLUSDT', expected.price);
      } else if (dice < 0.97) account.nowMs += Math.floor(chance.uniform() * 5_400_000);
      else if (dice < 0.985) {
        if (report === undefined) {
          // A person's halt keeps everybody from claiming; the other limits only keep the bot from signals.
          if (expected.mode === 'HALTED' && expected.rule === 'operator') continue;
          expected.qty = 1 + Math.floor(chance.uniform() * 6);
          report = account.open('SOLUSDT', 'buy', expected.qty, ENTRY);
        } else {
          const { qty, price } = expected;
          report({ leg: 'STOP', cumQty: qty, avgPrice: price });
          report({ leg: 'STOP', type: 'CLOSED', avgPrice: price, reason: 'sl' });
          expected.realised += qty * (price - ENTRY);
          expected.qty = 0;
          report = undefined;
          expected.closed();
        }
      } else if (dice < 0.99) account.restart();
      else {
        const resumes = chance.uniform() < 0.9;
        const { net } = account.officer.equity();
        account.take({ kind: 'kill', action: resumes ? 'resume' : 'halt', reason: 'a person', by: 'me', net });
        expected.person(resumes);
      }
      const [closesAll, mustClose] = [account.watch(), expected.look(account.nowMs)];
      const { mode, rule } = account.books.deliveries.risk.state;
      const where = `step ${step}, net ${expected.net}`;
      if (mode !== expected.mode || rule !== expected.rule) {
        assert.deepEqual([mode, rule], [expected.mode, expected.rule], where);
      }
      assert.equal(closesAll, mustClose, where);
      const told = account.judge();
      if (told === 'ok') {
        passed += 1;
        assert.equal(mode, 'ACTIVE', where);
      } else if (mode !== 'ACTIVE') assert.equal(told, mode === 'HALTED' ? 'risk_halted' : 'risk_reducing', where);
      seen.set(`${mode} ${rule}`, (seen.get(`${mode} ${rule}`) ?? 0) + 1);
    }
  }
  const halts = ['HALTED daily_loss', 'HALTED daily_loss_flatten', 'HALTED drawdown'];
  const never = ['ACTIVE day', 'ACTIVE drawdown', 'ACTIVE operator', ...halts].filter(
    (state) => (seen.get(state) ?? 0) < 1_000,
  );
  assert.deepEqual(never, [], JSON.stringify([...seen]));
  assert.ok(passed > 100_000, `${passed} candidates passed`);
});
