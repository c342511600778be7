import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { folder } from '../../src/apps/config/config.testing.ts';
import { tapewire } from './recorded-runs.ts';

const trade = (id: number, timeMs: number): string => `${id},2000.10,0.5,1,1,${timeMs},true\n`;
const T = 1_704_067_200_000;
const TRADES = 'ETHUSDT-aggTrades-2024-01-01.csv';

it('counts what is in a tape, what is missing of it and what is wrong with it', (t) => {
  const rows = [trade(1, T), trade(2, T + 10), trade(2, T + 10), 'x,2000.10,0.5,1,1,5,true\n', trade(3, T + 5)];
  const text = [...rows, trade(6, T + 90_010), trade(7, T + 90_020)].join('');
  const cwd = folder(t, { [TRADES]: text });
  const { code, out } = tapewire(cwd, 'tape', 'info', TRADES, '--json');
  const [file] = JSON.parse(out).files;
  const problem = (name: string) => file.problems.find((each: { name: string }) => each.name === name);
  assert.equal(code, 0);
  assert.deepEqual([file.kind, file.symbols, file.rows], ['aggTrades', ['ETHUSDT'], 7]);
  assert.deepEqual([file.firstTimeMs, file.lastTimeMs], [T, T + 90_020]);
  assert.deepEqual(file.gaps, { count: 1, totalMs: 90_000, longest: { fromMs: T + 10, toMs: T + 90_010 } });
  assert.deepEqual([file.duplicates, file.outOfOrder, file.missingIds], [1, 1, 3]);
  assert.deepEqual(
    [problem('bad time').lines, problem('duplicate').lines, problem('out of order').lines],
    [[4], [3], [5]],
  );
  assert.equal(file.sha256, createHash('sha256').update(text).digest('hex'));

  const table = tapewire(cwd, 'tape', 'info', TRADES);
  assert.match(table.out, /^ETHUSDT-aggTrades-2024-01-01\.csv +aggTrades +ETHUSDT +7 +2024-01-01T00:00:00\.000Z /m);
  assert.match(table.out, /^ {2}gaps: 90\.0 s in all, the longest 90\.0 s from 2024-01-01T00:00:00\.010Z$/m);
  assert.match(tapewire(cwd, 'tape', 'info', TRADES, '--gap', '100').out, / 7 .* 0 +1 +1 +3 /);
});

it('ends with 1 when a file is damaged, is another than was published, or is none', (t) => {
  const rows = Array.from({ length: 5_000 }, (_, n) => trade(n, T + n * 10)).join('');
  const packed = gzipSync(rows);
  const cwd = folder(t, { 'ETHUSDT-aggTrades-2024-01-02.csv': rows, 'notes.txt': 'my notes\n' });
  writeFileSync(join(cwd, 'ETHUSDT-aggTrades-2024-01-03.csv.gz'), packed.subarray(0, packed.length - 900));
  const infoOf = (file: string) => tapewire(cwd, 'tape', 'info', file);
  assert.equal(infoOf('ETHUSDT-aggTrades-2024-01-02.csv').code, 0);
  const torn = infoOf('ETHUSDT-aggTrades-2024-01-03.csv.gz');
  assert.deepEqual([torn.code, /DAMAGED: it is cut short or damaged in line \d+/.test(torn.out)], [1, true], torn.out);
  const unknown = infoOf('notes.txt');
  assert.deepEqual([unknown.code, /UNREADABLE: its name does not tell/.test(unknown.out)], [1, true], unknown.out);
  assert.match(infoOf('nothing.csv').out, /UNREADABLE: there is no such file/);

  writeFileSync(join(cwd, 'ETHUSDT-aggTrades-2024-01-02.csv.CHECKSUM'), `${'0'.repeat(64)}  x\n`);
  const other = infoOf('ETHUSDT-aggTrades-2024-01-02.csv');
  assert.deepEqual([other.code, /DAMAGED: its checksum is not that of/.test(other.out)], [1, true], other.out);
});

it('records what the market has, and names the instrument that it does not have', (t) => {
  const cwd = folder(t, { [TRADES]: trade(1, T) + trade(2, T + 10_000) });
  const args = ['--market', 'replay', '--file', TRADES, '--symbols', 'ETHUSDT,NOSUCH', '--out', 'mine.tape'];
  const { code, err } = tapewire(cwd, 'record', ...args);
  assert.equal(code, 0);
  assert.match(err, /^tapewire: warning: nothing of NOSUCH was recorded: look whether the market has it$/m);
});

it('checks a recording, tells a cut one, and lets it be replayed up to there', (t) => {
  const cwd = folder(t);
  const args = ['--market', 'sim', '--seed', '3', '--speed', '200', '--symbols', 'ETHUSDT,BTCUSDT', '--for', '2s'];
  const recorded = tapewire(cwd, 'record', ...args, '--out', 'mine.tape');
  assert.deepEqual([recorded.code, recorded.err], [0, '']);
  const info = tapewire(cwd, 'tape', 'info', 'mine.tape', '--json');
  const [file] = JSON.parse(info.out).files;
  assert.deepEqual([info.code, file.kind, [...file.symbols].sort()], [0, 'recording', ['BTCUSDT', 'ETHUSDT']]);
  assert.match(tapewire(cwd, 'replay', 'mine.tape').out, new RegExp(`^rows +${file.rows} in `, 'm'));
  assert.match(tapewire(cwd, 'record', ...args, '--out', 'mine.tape').err, /mine\.tape: there is a file of that name/);

  const whole = readFileSync(join(cwd, 'mine.tape'));
  writeFileSync(join(cwd, 'cut.tape'), whole.subarray(0, whole.length - 100));
  const cut = tapewire(cwd, 'tape', 'info', 'cut.tape');
  assert.deepEqual([cut.code, /DAMAGED: at byte \d+: it breaks off in the middle/.test(cut.out)], [1, true], cut.out);
  const replayed = tapewire(cwd, 'replay', 'cut.tape');
  assert.deepEqual([replayed.code, /what was read before stands: cut\.tape at byte/.test(replayed.err)], [1, true]);
  assert.match(replayed.out, /^rows +\d{4,} in /m);
  assert.match(tapewire(cwd, 'replay', 'mine.tape', TRADES).err, /is not a recording: replay recordings and other/);
});
