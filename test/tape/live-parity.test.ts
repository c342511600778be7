import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { MemoryJournal } from '../../src/adapters/memory/journal.ts';
import { openRecording } from '../../src/adapters/recording/recording.ts';
import { folder, load } from '../../src/apps/config/config.testing.ts';
import type { LoadedConfig } from '../../src/apps/config/load-config.ts';
import { engineSettings } from '../../src/apps/engine-settings.ts';
import { openRecorder } from '../../src/apps/recorder.ts';
import { RecordingRun } from '../../src/apps/replay/recording-run.ts';
import { guideSignalJson } from '../../src/contract/guide-signal.ts';
import { Books } from '../../src/core/delivery/books.ts';
import type { Effect } from '../../src/core/engine/effect.ts';
import { Played } from '../live-market/played.ts';
import { recordingsIn } from './recorded-runs.ts';
import { WITNESS_CONFIG, WITNESS_STRATEGY } from './witness-strategy.ts';

const RUN = { runAnchor: 'LIVE test', market: 'LIVE test' };
const START_MS = Date.UTC(2026, 10, 16, 12);

async function witnessConfig(t: TestContext): Promise<{ loaded: LoadedConfig; tapes: string }> {
  const cwd = folder(t, { 'tapewire.yaml': WITNESS_CONFIG, 'witness.mjs': WITNESS_STRATEGY });
  const loaded = await load(cwd);
  assert.ok(loaded.ok);
  return { loaded: loaded.value, tapes: join(cwd, 'tapes') };
}

/** One run of the program on a venue of its own, recorded; what was decided before is known to it. */
async function recordedSession(
  t: TestContext,
  {
    loaded,
    tapes,
    startTimeMs,
    before,
  }: { loaded: LoadedConfig; tapes: string; startTimeMs: number; before: readonly Effect[] },
  play: (played: Played) => Promise<void>,
): Promise<Effect[]> {
  const settings = engineSettings(loaded, RUN);
  const past = new Books();
  for (const effect of before) past.apply(effect);
  const recorded = { feed: { kind: 'LIVE' as const }, source: 'LIVE test', settings, decided: true };
  const to = { folder: tapes };
  const onFault = ({ reason }: { reason: string }): void => assert.fail(reason);
  const books = past.asBase();
  const recorder = await openRecorder(loaded.config, recorded, { to, books, nowMs: () => startTimeMs, onFault });
  assert.ok(recorder.ok);
  const effects: Effect[] = [];
  const journal = new MemoryJournal('0'.repeat(32));
  await journal.append(before);
  const played = await Played.open(
    { instruments: 4, seed: 5, scenario: 'medium', startTimeMs },
    {
      ...{ settings, past, journal, recorder: recorder.value, onEffects: (some) => effects.push(...some) },
      market: { historyMinutes: 60, depthInstruments: 4 },
    },
  );
  t.after(() => played.close());
  await played.advanceUntilLive();
  await play(played);
  await played.close();
  await recorder.value.close();
  return effects;
}

const linesOf = (effects: readonly Effect[]): string[] =>
  effects.flatMap((effect) => (effect.kind === 'signal_issued' ? [guideSignalJson(effect.signal, effect.seq)] : []));

it('gives again what was published on Binance, here a simulator, over faults and a restart', async (t) => {
  const { loaded, tapes } = await witnessConfig(t);
  const first = await recordedSession(t, { loaded, tapes, startTimeMs: START_MS, before: [] }, async (played) => {
    await played.advance(5_000);
    played.venue.fault({ kind: 'disconnect' });
    await played.advance(20_000);
    played.venue.fault({ kind: 'gap', count: 2 });
    played.venue.fault({ kind: 'crossed', count: 1 });
    await played.advance(20_000);
  });
  const startTimeMs = START_MS + 600_000;
  const second = await recordedSession(t, { loaded, tapes, startTimeMs, before: first }, (played) =>
    played.advance(10_000),
  );
  const published = linesOf([...first, ...second]);
  assert.ok(linesOf(first).length >= 20 && linesOf(second).length >= 5, `${published.length} signals`);

  const recording = await openRecording(recordingsIn(tapes));
  assert.ok(recording.ok);
  const settingsFor = (run: Parameters<typeof engineSettings>[1]) => engineSettings(loaded, run);
  const run = new RecordingRun({ recording: recording.value, settingsFor, wanted: undefined });
  const replayed: Effect[] = [];
  for await (const effects of run.effects()) replayed.push(...effects);
  assert.deepEqual(linesOf(replayed), published);
  assert.deepEqual(
    replayed.map(inMarketTime),
    [...first, ...second].map(inMarketTime),
    'not only the signals: every effect',
  );
  assert.equal(run.damage, undefined);
  assert.deepEqual(run.remarks, [`as recorded  ${published.length} of ${published.length} signals, byte for byte`]);
});

/** The house's own clock is not recorded: what paper is granted and reports is stamped in the time of whoever replays it. */
const inMarketTime = (effect: Effect): unknown =>
  JSON.parse(JSON.stringify(effect, (key, value: unknown) => (HOUSE_TIMES.has(key) ? undefined : value)));
const HOUSE_TIMES: ReadonlySet<string> = new Set(['wallMs', 'deadlineMs', 'venueTimeMs']);
