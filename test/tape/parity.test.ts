import assert from 'node:assert/strict';
import { it } from 'node:test';
import { folder } from '../../src/apps/config/config.testing.ts';
import { publishedLines, RecordedRun, recordings, replayedLines } from './recorded-runs.ts';

/** Easily pleased and fast, so that a few seconds give many signals. */
const LIVELY = `
market: { seed: 7, speed: 500, symbols: [ETHUSDT, SOLUSDT, DOGEUSDT] }
fusion: { minStrategies: 1, minConsensus: 0, minStrength: 40, timeframes: [1m, 3m, 5m] }
signals: { coolDownSeconds: 20 }
`;

it('gives again what was published on the embedded market, over a halt, a restart and a kill', async (t) => {
  const cwd = folder(t, { 'tapewire.yaml': LIVELY });

  const first = await RecordedRun.start(cwd);
  await first.until('some signals', (seen) => seen.total_signals_exported >= 10);
  assert.equal(await first.post('/accounts/default/halt', { reason: 'to see whether it is recorded' }), 200);
  await first.until('a signal that the halt held back', (seen) => (seen.silences.halted ?? 0) > 0);
  assert.equal(await first.post('/accounts/default/resume', {}), 200);
  await first.until('signals after the halt', (seen) => seen.total_signals_exported >= 20);
  await first.stop();

  const second = await RecordedRun.start(cwd);
  await second.until('signals after a restart', (seen) => seen.total_signals_exported >= 40);
  await second.kill();

  const third = await RecordedRun.start(cwd);
  await third.until('signals after a kill', (seen) => seen.total_signals_exported >= 55);
  await third.stop();

  const published = await publishedLines(cwd, 'sim');
  const files = recordings(cwd);
  assert.equal(files.length, 3);
  const sessions = files.map((file) => replayedLines(cwd, [file]));
  for (const { code, out, err, lines } of sessions) {
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, new RegExp(`^as recorded +${lines.length} of ${lines.length} signals, byte for byte$`, 'm'));
    assert.ok(lines.length >= 5, `only ${lines.length} signals`);
  }
  const [before, killed, after] = sessions.map(({ lines }) => lines);
  // What was in memory when the process was killed is lost: of that session comes a beginning, of the others everything.
  assert.deepEqual([...before!, ...killed!], published.slice(0, before!.length + killed!.length));
  assert.deepEqual(after, published.slice(-after!.length));
  const timeframes = new Set(published.map((line) => (JSON.parse(line) as { timeframe: string }).timeframe));
  assert.deepEqual([...timeframes].sort(), ['1m', '3m', '5m']);

  const together = replayedLines(cwd, [...files].reverse());
  assert.deepEqual(together.lines, [...before!, ...killed!, ...after!]);
});
