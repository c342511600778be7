import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Effect } from '../../core/engine/effect.ts';
import { readAll } from '../../ports/read-all.testing.ts';
import { openSqliteJournal } from './journal.ts';

const FLIPPER = fileURLToPath(new URL('./bit-flips.testing.js', import.meta.url));
const FLIPS = 200;

const DAY_MS = 86_400_000;

const gaps = (count: number, firstSeq = 1, dayMs = 0): Effect[] =>
  Array.from({ length: count }, (_, index) => {
    const seq = firstSeq + index;
    const toMs = seq * (1 + dayMs);
    return { seq, kind: 'gap_recorded', symbol: 'ETHUSDT', fromMs: seq, toMs, reason: `a hole, the ${seq}th` };
  });

it('refuses in words a journal with a flipped bit, or finds all of it; it never crashes', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tapewire-flips-'));
  if (process.platform !== 'win32') t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'journal.db');
  const opened = openSqliteJournal({ path, nowMs: 1000, keepSignals: 1000, keepDays: 30 });
  assert.ok(opened.ok);
  await opened.value.append(gaps(250));
  // An account that is held, so that what is left of dropped effects has something to say.
  const held = { account: 'default', consumer: 'an executor with a long name '.repeat(20), instance: 'i', epoch: 1 };
  const session = { ...held, kind: 'session_opened', sessionId: 's', symbols: [], capabilities: [] } as const;
  await opened.value.append([{ ...session, seq: 251, atMs: 1, wallMs: 2 }]);
  await opened.value.append(gaps(300, 252, DAY_MS));
  await opened.value.append(gaps(250, 552, DAY_MS));
  const position = { marketTimeMs: 1, wallTimeMs: 2, speed: 1, source: 'test', lastPrices: { ETHUSDT: 3500.5 } };
  await opened.value.writePosition(position);
  await opened.value.close();
  const again = openSqliteJournal({ path, nowMs: 1000, keepSignals: 1000, keepDays: 30 });
  assert.ok(again.ok);
  const { id, base } = again.value;
  assert.equal(base.delivery.accounts.length, 1, 'something was dropped');
  const content = JSON.stringify({ id, base, effects: await readAll(again.value), position });
  await again.value.close();
  writeFileSync(join(folder, 'content.json'), content);

  const args = [FLIPPER, path, join(folder, 'content.json'), '20260101', String(FLIPS)];
  const run = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const last = run.stdout.trim().split('\n').at(-1);
  assert.equal(run.status, 0, `${last}\n${run.stderr.slice(0, 1000)}`);
  const lines = run.stdout.trim().split('\n');
  assert.equal(lines.length, FLIPS);
  const wrong = lines.filter(
    (line) => !/: (intact|refused: .*(restore|Restore|name another|update Tapewire))/.test(line),
  );
  assert.deepEqual(wrong, []);
  const blessed = lines.filter((line) => /: refused: .*\(doctor: whole\)$/.test(line));
  assert.deepEqual(blessed, [], 'the doctor calls whole what cannot be opened');
  // It proves something only when many of the flips hit what is there.
  assert.ok(lines.filter((line) => line.includes(': refused: ')).length > FLIPS / 4, run.stdout);
});
