// What a recording costs: bytes an event, how fast events are written down, and how fast they are read again.
//   node dist/bench/recording.js
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRecording } from '../src/adapters/recording/recording.ts';
import { RecordingWriter } from '../src/adapters/recording/recording-writer.ts';
import { EMPTY_BASE } from '../src/core/delivery/books.ts';
import type { MarketEvent } from '../src/core/engine/event.ts';
import { SimulatedMarket } from '../src/core/simulation/simulated-market.ts';

const MINUTES = 20;
const ROUNDS = 3;
const START_MS = Date.UTC(2026, 0, 1);

/** Copies: the market uses its event objects again. */
function events(): MarketEvent[] {
  const market = new SimulatedMarket({ seed: 7, scenario: 'medium', startTimeMs: START_MS });
  const all: MarketEvent[] = market.instruments.map((instrument) => ({ kind: 'instrument', instrument }));
  market.advance(START_MS + MINUTES * 60_000, (event) => all.push(structuredClone(event)));
  return all;
}

async function write(folder: string, recorded: readonly MarketEvent[]) {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const writer = await RecordingWriter.open({
    start: {
      ...{
        session: '0'.repeat(32),
        version: '0',
        kind: 'SIMULATED',
        market: 'bench',
        source: 'bench',
        runAnchor: 'bench',
      },
      ...{ asked: 'all', marketTimeMs: START_MS, wallTimeMs: START_MS, decided: false },
      settings: { strategies: [], sections: {} },
    },
    books: EMPTY_BASE,
    ...{ to: { folder }, fileBytes: 1e12, keepFreeBytes: 0, nowMs: () => 0 },
    onFault: ({ reason }) => {
      throw new Error(reason);
    },
  });
  let inTurnsMs = 0;
  for (let from = 0; from < recorded.length; from += 2_000) {
    const turnMs = performance.now();
    for (const event of recorded.slice(from, from + 2_000)) writer.applied(event, []);
    inTurnsMs += performance.now() - turnMs;
    await new Promise((resolve) => setImmediate(resolve));
  }
  await writer.close();
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - began) / 1_000;
  return { ...writer.progress, seconds, inTurnsMs, cpuSeconds: (user + system) / 1e6 };
}

async function read(folder: string): Promise<{ steps: number; seconds: number }> {
  const began = performance.now();
  const recording = await openRecording(readdirSync(folder).map((name) => join(folder, name)));
  if (!recording.ok) throw new Error(recording.problem);
  let steps = 0;
  for await (const batch of recording.value.sessions[0]!.batches()) steps += batch.length;
  return { steps, seconds: (performance.now() - began) / 1_000 };
}

const recorded = events();
const counts = new Map<string, number>();
for (const { kind } of recorded) counts.set(kind, (counts.get(kind) ?? 0) + 1);
console.log(`${recorded.length} events: ${[...counts].map(([kind, count]) => `${kind} ${count}`).join(', ')}`);
for (let round = 1; round <= ROUNDS; round += 1) {
  const folder = mkdtempSync(join(tmpdir(), 'tapewire-bench-'));
  try {
    const written = await write(folder, recorded);
    const { steps, diskBytes, contentBytes, seconds, inTurnsMs, cpuSeconds } = written;
    const perEvent = (bytes: number): string => (bytes / steps).toFixed(1);
    console.log(
      `written  ${perEvent(diskBytes)} bytes an event on disk, ${perEvent(contentBytes)} before deflating; ` +
        `${((inTurnsMs / steps) * 1_000).toFixed(2)} us an event in the house's thread, ${((cpuSeconds / steps) * 1e6).toFixed(2)} us of CPU in all; ${(steps / seconds / 1e6).toFixed(2)} M events/s`,
    );
    const back = await read(folder);
    console.log(`read     ${(back.steps / back.seconds / 1e6).toFixed(2)} M events/s`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
