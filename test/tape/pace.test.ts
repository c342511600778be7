import assert from 'node:assert/strict';
import { it } from 'node:test';
import { folder } from '../../src/apps/config/config.testing.ts';
import { RecordedRun, recordings, tapewire } from './recorded-runs.ts';
import { WITNESS_CONFIG, WITNESS_STRATEGY } from './witness-strategy.ts';

it('plays a recording at the pace of a clock, and goes on without one when the disk has no room', async (t) => {
  const files = { 'tapewire.yaml': WITNESS_CONFIG, 'witness.mjs': WITNESS_STRATEGY };
  const cwd = folder(t, files);
  const market = ['--seed', '3', '--speed', '20', '--symbols', 'ETHUSDT'];
  assert.equal(tapewire(cwd, 'record', '--market', 'sim', ...market, '--for', '4s', '--out', 'mine.tape').code, 0);

  // No disk has that much room, so that the first look at it ends the recording.
  const full = folder(t, { ...files, 'tapewire.yaml': `${WITNESS_CONFIG}\nrecording: { keepFreeMb: 100000000 }\n` });
  const args = ['--market', 'replay', '--file', `${cwd}/mine.tape`, '--speed', '10'];
  const run = await RecordedRun.start(t, full, ...args);
  await run.until('signals of the recording', (seen) => seen.total_signals_exported >= 5);
  const { status, reasons } = await run.health();
  assert.equal(status, 'degraded');
  assert.match(reasons.at(-1)!.reason, /^nothing is recorded any more: .*less than 100000000 MB are free on the disk/);
  const before = (await run.statistics()).total_signals_exported;
  await run.until('signals after the recording ended', (seen) => seen.total_signals_exported > before);
  await run.stop();
  assert.equal(recordings(full).length, 1);
});
