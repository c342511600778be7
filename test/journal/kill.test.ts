import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { journalPath } from '../../src/adapters/sqlite/data-dir.ts';
import { acquireDataDirLock, readLockHolder } from '../../src/adapters/sqlite/data-dir-lock.ts';
import { openSqliteJournal } from '../../src/adapters/sqlite/journal.ts';
import { EMPTY_BASE } from '../../src/core/delivery/books.ts';
import { baseAfter } from '../../src/ports/journal-retention.ts';
import { laggingAt } from './overlaps.testing.ts';
import { temporaryFolder } from './temporary-folder.testing.ts';

const CHILD = fileURLToPath(new URL('./kill-child.testing.js', import.meta.url));
const ROUNDS = Number(process.env.TAPEWIRE_KILLS ?? 20);
const SEED = Number(process.env.TAPEWIRE_SEED ?? 1);

it(`keeps every acknowledged effect over ${ROUNDS} kills (seed ${SEED}), and the lock is free at once`, async (context) => {
  const dataDir = temporaryFolder();
  const chance = generator(SEED);
  let acknowledged = 0;
  let dropped = 0;
  let id: string | undefined;
  for (let round = 0; round < ROUNDS; round += 1) {
    // Some rounds with hardly any retention, so that kills also fall into a clean-up.
    const said = await runAndKill(dataDir, round % 2 === 0 ? '1000000' : '300', chance);
    const known = await inspect(dataDir);
    assert.ok(known.lastSeq >= Math.max(acknowledged, ...said), `round ${round}: ${known.lastSeq} of ${said.at(-1)}`);
    assert.ok(known.positionMs <= known.lastSeq, 'the position follows what it is the position of');
    assert.equal(known.id, id ?? known.id, 'the journal stays the same one');
    id = known.id;
    acknowledged = known.lastSeq;
    dropped = known.droppedSeq;
  }
  context.diagnostic(`${acknowledged} effects, ${dropped} of them dropped by retention`);
  assert.ok(acknowledged > ROUNDS, `the children came to work: ${acknowledged} effects`);
});

/** Lets a child append, kills it within its first 150 ms of work, and returns what it had acknowledged. */
async function runAndKill(dataDir: string, keepSignals: string, chance: () => number): Promise<number[]> {
  const child = spawn(process.execPath, [CHILD, dataDir, keepSignals], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  const locked = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes('locked')) resolve();
    });
  });
  const closed = once(child, 'close');
  await Promise.race([locked, closed]);
  assert.match(output, /^locked/, 'the child got the lock at once');
  assert.ok(isHeld(dataDir), 'the child holds the lock while it lives');
  await sleep(chance() * 150);
  await kill(child, closed);
  // What follows the last line break may be half a number.
  return output.split('\n').slice(1, -1).map(Number);
}

async function kill(child: ChildProcess, closed: Promise<unknown>): Promise<void> {
  assert.ok(child.kill('SIGKILL'), 'the child was still at work');
  await closed;
}

function isHeld(dataDir: string): boolean {
  const state = readLockHolder(dataDir);
  return state.ok && state.value.held;
}

interface Findings {
  readonly id: string;
  readonly lastSeq: number;
  readonly droppedSeq: number;
  readonly positionMs: number;
}

/** Opens what a killed process left, checks every effect of it, and says how far it goes. */
async function inspect(dataDir: string): Promise<Findings> {
  const lock = acquireDataDirLock(dataDir, { pid: process.pid, startedAtMs: 0, port: undefined });
  assert.ok(lock.ok, lock.ok ? '' : `the lock outlived its holder: ${lock.problem}`);
  const opened = openSqliteJournal({
    path: journalPath(dataDir, 'sim'),
    nowMs: 0,
    keepSignals: 1_000_000,
    keepDays: 36_500,
  });
  assert.ok(opened.ok, opened.ok ? '' : opened.problem);
  const journal = opened.value;
  const { id, base } = journal;
  const dropped = Array.from({ length: base.seq }, (_, index) => laggingAt(index + 1));
  const expected = JSON.parse(JSON.stringify(baseAfter(EMPTY_BASE, dropped)));
  assert.deepEqual(JSON.parse(JSON.stringify(base)), expected, 'what was dropped is accounted for');
  let lastSeq = base.seq;
  for await (const effect of journal.read(0)) {
    lastSeq += 1;
    assert.deepEqual(effect, JSON.parse(JSON.stringify(laggingAt(lastSeq))));
  }
  const positionMs = (await journal.readPosition())?.marketTimeMs ?? 0;
  await journal.close();
  lock.value.release();
  return { id, lastSeq, droppedSeq: base.seq, positionMs };
}

/** mulberry32: small, seedable, good enough to choose moments. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
