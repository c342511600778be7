import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type RiskSilence, SILENCES, type Silence } from '../fusion/silence.ts';
import type { Engine } from './engine.ts';
import {
  ABSTAINS,
  applyAll,
  clock,
  Dial,
  ETH,
  engineFor,
  START_MS,
  settingsFor,
  trade,
  votes,
} from './scripted.testing.ts';
import { Stage } from './stage.testing.ts';

const { bracket: BRACKET } = settingsFor([]);

/** For every silence a little market that falls silent with it. Those of risk are in `risk-officer.test.ts`. */
const SCRIPTS: Readonly<Record<Exclude<Silence, RiskSilence>, () => Engine>> = {
  no_votes: () => new Stage().until(1_000).engine,
  tie: () => withTwo(votes('buy'), votes('sell')),
  too_few_agree: () => withTwo(votes('buy'), ABSTAINS, { minStrategies: 2, minConsensus: 0, minStrength: 0 }),
  consensus_too_low: () => withTwo(votes('buy'), ABSTAINS, { minStrategies: 1, minConsensus: 51, minStrength: 0 }),
  strength_too_low: () => new Stage().until(1_000, votes('buy', 69.9)).engine,
  same_condition: () => new Stage().until(2_000, votes('buy')).engine,
  catching_up: () =>
    new Stage().apply({ kind: 'catch_up', untilMs: START_MS + 9_000 }).until(1_000, votes('buy')).engine,
  degraded_feed: () =>
    new Stage()
      .apply({ kind: 'doubt', symbol: undefined, eventTimeMs: START_MS, reason: 'gap' })
      .until(1_000, votes('buy')).engine,
  halted: () => {
    const stage = new Stage().until(1_000);
    const moment = { atMs: START_MS + 1_000, wallMs: START_MS + 1_000, speed: 1 };
    stage.engine.take({ kind: 'halt', account: 'default', reason: 'enough', by: 'test' }, moment);
    return stage.until(2_000, votes('buy')).engine;
  },
  cool_down: () => new Stage().until(1_000, votes('buy')).until(2_000, votes('sell')).engine,
  stale_price: () => {
    const stage = new Stage().until(1_000).apply(clock(6_000));
    stage.dial.opinion = votes('buy');
    return stage.apply(clock(7_000)).engine;
  },
  volatility_warming: () =>
    new Stage({ bracket: { ...BRACKET, mode: 'volatility' } }).until(1_000, votes('buy')).engine,
  bracket_below_one_tick: () => {
    const dial = new Dial();
    const engine = engineFor(settingsFor([dial.definition]), { ...ETH, tickSize: 100 });
    dial.opinion = votes('buy');
    applyAll(engine, [trade(0), clock(1_000)]);
    return engine;
  },
  liquidation_before_stop: () =>
    new Stage({ bracket: { ...BRACKET, stopPercent: 60 } }).until(1_000, votes('buy')).engine,
};

function withTwo(first: Dial['opinion'], second: Dial['opinion'], fusion = settingsFor([]).fusion): Engine {
  const dials = [new Dial('one'), new Dial('two')] as const;
  const definitions = dials.map((dial) => dial.definition);
  const engine = engineFor(settingsFor(definitions, { fusion }));
  [dials[0].opinion, dials[1].opinion] = [first, second];
  applyAll(engine, [trade(0), clock(1_000)]);
  return engine;
}

for (const [name, script] of Object.entries(SCRIPTS)) {
  it(`can fall silent with ${name}`, () => {
    assert.ok(name in SILENCES);
    const { silences } = script().census;
    assert.ok((silences[name as Silence] ?? 0) >= 1, JSON.stringify(silences));
  });
}
