import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { folder } from '../../src/apps/config/config.testing.ts';
import { publishedLines, RecordedRun, recordedSignals, recordings, replayedLines, tapewire } from './recorded-runs.ts';
import { WITNESS_CONFIG, WITNESS_STRATEGY } from './witness-strategy.ts';

const MARKET = 'market: { seed: 7, speed: 20, symbols: [ETHUSDT, BTCUSDT, SOLUSDT, DOGEUSDT] }';

/** Each session alone gives what it gave; of a killed one that is a beginning, which is asked to be something. */
function replaySessions(cwd: string, count: number): string[][] {
  const files = recordings(cwd);
  assert.equal(files.length, count);
  return files.map((file) => {
    const { code, out, err, lines } = replayedLines(cwd, [file]);
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, new RegExp(`^as recorded +${lines.length} of ${lines.length} signals, byte for byte$`, 'm'));
    assert.ok(lines.length >= 5, `only ${lines.length} signals`);
    return lines;
  });
}

it('gives again what was published on the embedded market, over a halt, a restart and a kill', async (t) => {
  const cwd = folder(t, { 'tapewire.yaml': `${MARKET}\n${WITNESS_CONFIG}`, 'witness.mjs': WITNESS_STRATEGY });

  const first = await RecordedRun.start(t, cwd);
  await first.until('some signals', (seen) => seen.total_signals_exported >= 10);
  assert.equal(await first.post('/accounts/default/halt', { reason: 'to see whether it is recorded' }), 200);
  await first.until('a signal that the halt held back', (seen) => (seen.silences.halted ?? 0) > 0);
  assert.equal(await first.post('/accounts/default/resume', {}), 200);
  await first.until('signals of every horizon after the halt', (seen) => seen.total_signals_exported >= 60);
  await first.stop();

  const second = await RecordedRun.start(t, cwd);
  await recordedSignals(cwd, 1, 10);
  await second.kill();

  const third = await RecordedRun.start(t, cwd);
  await recordedSignals(cwd, 2, 10);
  await third.stop();

  const published = await publishedLines(cwd, 'sim');
  const [before, killed, after] = replaySessions(cwd, 3);
  assert.deepEqual([...before!, ...killed!], published.slice(0, before!.length + killed!.length));
  assert.deepEqual(after, published.slice(-after!.length));
  assert.equal(new Set(published.map((line) => JSON.parse(line).symbol)).size, 4);
  assert.deepEqual([...new Set(published.map((line) => JSON.parse(line).timeframe))].sort(), ['1m', '3m', '5m']);

  const together = replayedLines(cwd, recordings(cwd).reverse());
  assert.deepEqual(together.lines, [...before!, ...killed!, ...after!]);

  // Whoever changes what decides asks another question, and is told so.
  const yaml = readFileSync(join(cwd, 'tapewire.yaml'), 'utf8').replace('coolDownSeconds: 0', 'coolDownSeconds: 30');
  writeFileSync(join(cwd, 'tapewire.yaml'), yaml);
  const { code, out } = tapewire(cwd, 'replay', recordings(cwd)[0]!);
  assert.equal(code, 0);
  assert.match(out, /^as recorded +\d+ of \d+ signals, byte for byte.*; set otherwise: signals$/m);
});
