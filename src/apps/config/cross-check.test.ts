import assert from 'node:assert/strict';
import { it } from 'node:test';
import { folder, load, problemsOf } from './config.testing.ts';
import type { Flags } from './overrides.ts';
import { formatProblem } from './problem.ts';

const TAPE = { file: ['a.csv'] };

it('knows the instruments of the embedded market, however they are written', async (t) => {
  const cwd = folder(t, { 'tapewire.yaml': 'market:\n  symbols: [ETH, ETHUSTD, ZZZZZZZZ]\n' });
  const problems = problemsOf(await load(cwd));
  assert.deepEqual(problems.slice(0, 2), [
    'tapewire.yaml:2: market.symbols has "ETH", which the embedded market does not have: did you mean ETHUSDT?',
    'tapewire.yaml:2: market.symbols has "ETHUSTD", which the embedded market does not have: did you mean ETHUSDT?',
  ]);
  assert.match(problems[2]!, /has "ZZZZZZZZ", which .*: there are BTCUSDT, ETHUSDT, .*NOTUSDT$/);
  const written = await load(folder(t), { symbols: 'eth-usdt, BTC/USDT:USDT,ethusdt' });
  assert.ok(written.ok, problemsOf(written).join('\n'));
  assert.deepEqual(written.value.config.market.symbols, ['ETHUSDT', 'BTCUSDT']);
  const recorded = await load(folder(t), { market: 'replay', symbols: 'ASTERUSDT', ...TAPE });
  assert.deepEqual(problemsOf(recorded), [], 'tapes have what they have');
});

it('does not ignore what was asked for on the command line', async (t) => {
  assert.deepEqual(problemsOf(await load(folder(t), { market: 'sim', ...TAPE })), [
    '--file: market.files names a tape, but the market is the embedded one: add --market replay',
  ]);
  const warningsOf = async (yaml: string, flags: Flags): Promise<string[]> => {
    const result = await load(folder(t, { 'tapewire.yaml': yaml }), flags);
    assert.ok(result.ok, problemsOf(result).join('\n'));
    return result.warnings.map(formatProblem);
  };
  assert.deepEqual(await warningsOf('market: { files: [a.csv] }\n', {}), [
    'tapewire.yaml:1: market.files has no effect: market.source is "sim", the embedded market',
  ]);
  assert.deepEqual(await warningsOf('', { market: 'sim', venueUrl: 'http://127.0.0.1:18999' }), [
    '--venue-url: market.live.venueUrl has no effect: market.source is "sim", the embedded market',
  ]);
  assert.deepEqual(await warningsOf('market: { seed: 3 }\n', { market: 'replay', scenario: 'real', ...TAPE }), [
    '--scenario: market.scenario has no effect: market.source is "replay", and tapes are what they are',
  ]);
  assert.deepEqual(await warningsOf('', { market: 'binance', ...TAPE }), [
    '--file: market.files has no effect: market.source is "binance", and the live market is what it is',
  ]);
  assert.deepEqual(await warningsOf('market: { files: [a.csv] }\n', { market: 'binance' }), []);
});

it('refuses rules of losses of which the graver comes before the milder', async (t) => {
  const of = async (risk: string): Promise<string[]> =>
    problemsOf(await load(folder(t, { 'tapewire.yaml': `risk: { ${risk} }\n` })));
  assert.deepEqual(await of('dailyLossPercent: 3, dailyLossFlattenPercent: 2'), [
    'tapewire.yaml:1: risk.dailyLossFlattenPercent is 2, but risk.dailyLossPercent is 3: nothing is closed before entries halt; make it at least 3, or 0 to close nothing',
  ]);
  assert.deepEqual(await of('drawdownReducePercent: 50, drawdownHaltPercent: 10'), [
    'tapewire.yaml:1: risk.drawdownReducePercent is 50, but risk.drawdownHaltPercent is 10: it could never be reached; make it less than 10, or 0 for none',
  ]);
  assert.equal((await of('drawdownReducePercent: 10, drawdownHaltPercent: 10')).length, 1);
  assert.deepEqual(await of('dailyLossPercent: 3, dailyLossFlattenPercent: 3'), [], 'both at once is one order');
  assert.deepEqual(await of('dailyLossPercent: 3, dailyLossFlattenPercent: 0, drawdownHaltPercent: 0'), []);
  assert.deepEqual(await of('dailyLossPercent: 0, drawdownReducePercent: 0'), []);
});

it('refuses a step of leverage that an earlier one hides', async (t) => {
  const of = async (steps: readonly string[]): Promise<string[]> => {
    const yaml = `leverage:\n  table:\n${steps.map((step) => `    - { ${step} }\n`).join('')}`;
    return problemsOf(await load(folder(t, { 'tapewire.yaml': yaml })));
  };
  const [low, high] = ['strength: 75, consensus: 65, leverage: 20', 'strength: 85, consensus: 75, leverage: 30'];
  const sideways = 'strength: 70, consensus: 90, leverage: 25';
  assert.deepEqual(await of([high, low, sideways]), []);
  assert.deepEqual(await of([low, sideways, high, low]), [
    'tapewire.yaml:5: leverage.table[2] can never be reached: leverage.table[0] comes before it and asks for no more; put the highest demands first',
    'tapewire.yaml:6: leverage.table[3] can never be reached: leverage.table[0] comes before it and asks for no more; put the highest demands first',
  ]);
});

it('refuses a stop that no leverage can keep before liquidation', async (t) => {
  const of = async (yaml: string): Promise<string[]> => problemsOf(await load(folder(t, { 'tapewire.yaml': yaml })));
  assert.deepEqual(await of('bracket: { stopPercent: 49.6, targetPercents: [1, 2, 3] }\n'), [
    'tapewire.yaml:1: bracket.stopPercent is 49.6: at every leverage down to 1 a sell would be liquidated before or too near its stop',
  ]);
  assert.match((await of('bracket: { stopPercent: 50 }\n')).join('\n'), /a buy would be liquidated/);
  // With a maintenance margin of half the position, a short is liquidated a third above its entry.
  assert.deepEqual(await of('leverage: { maintenanceMarginPercent: 50 }\nbracket: { stopPercent: 16 }\n'), []);
  assert.equal((await of('leverage: { maintenanceMarginPercent: 50 }\nbracket: { stopPercent: 17 }\n')).length, 1);
  assert.deepEqual(await of('bracket: { stopPercent: 20 }\n'), []);
  const volatile = 'bracket: { mode: volatility, sigmaMinBps: 300, sigmaMaxBps: 400, stopSigmas: 20 }\n';
  assert.match(
    (await of(volatile)).join('\n'),
    /:1: bracket\.stopSigmas is 20, times at least 300 basis points: at every/,
  );
  const below = 'bracket: { mode: volatility, sigmaMinBps: 5000, sigmaMaxBps: 6000, targetSigmas: [1, 2, 3] }\n';
  assert.match((await of(below)).join('\n'), /bracket\.targetSigmas leaves no room for a sell/);
});

it('tells a problem once, and in words that fit', async (t) => {
  const flags = { symbols: ',,', seed: '99999999999999999999' };
  const problems = problemsOf(await load(folder(t, { 'tapewire.yaml': 'market: { speed: .inf }\n' }), flags));
  assert.deepEqual(problems, [
    'tapewire.yaml:1: market.speed is Infinity, it must be a number from 0.1 to 1000',
    '--seed: market.seed is "99999999999999999999", it must be a whole number from 0 to 9007199254740991',
    '--symbols: market.symbols is [], it must be "all", or a list of exchange ids such as [ETHUSDT, BTCUSDT]',
  ]);
  const unnamed = problemsOf(await load(folder(t, { 'tapewire.yaml': 'market: { symbols: [""] }\n' })));
  assert.equal(unnamed.length, 1, 'two rules about one value are one problem');
  const two = problemsOf(await load(folder(t, { 'tapewire.yaml': 'api: { port: 1 }\n---\nmarket: { speed: 2 }\n' })));
  assert.deepEqual(two, [
    'tapewire.yaml:2: not valid YAML: a second document begins at `---`, but one file is one configuration',
  ]);
});

it('reads the scenario and the start time from the environment, too', async (t) => {
  const env = { TAPEWIRE_SCENARIO: 'real', TAPEWIRE_START_TIME: '2026-01-01T00:00:00Z' };
  const result = await load(folder(t), {}, env);
  assert.ok(result.ok);
  const { scenario, startTime } = result.value.config.market;
  assert.deepEqual([scenario, startTime], ['real', '2026-01-01T00:00:00Z']);
  assert.deepEqual(result.warnings, []);
});
