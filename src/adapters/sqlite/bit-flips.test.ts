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

const gaps = (count: number): Effect[] =>
  Array.from({ length: count }, (_, index) => {
    const seq = index + 1;
    return { seq, kind: 'gap_recorded', symbol: 'ETHUSDT', fromMs: seq, toMs: seq + 1, reason: `a hole, the ${seq}th` };
  });

it('refuses in words a journal with a flipped bit, or finds all of it; it never crashes', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tapewire-flips-'));
  if (process.platform !== 'win32') t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'journal.db');
  const opened = openSqliteJournal({ path, nowMs: 1000, keepSignals: 1000, keepDays: 30 });
  assert.ok(opened.ok);
  await opened.value.append(gaps(250));
  const position = { marketTimeMs: 1, wallTimeMs: 2, speed: 1, source: 'test', lastPrices: { ETHUSDT: 3500.5 } };
  await opened.value.writePosition(position);
  const { id, base } = opened.value;
  const content = JSON.stringify({ id, base, effects: await readAll(opened.value), position });
  await opened.value.close();
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
