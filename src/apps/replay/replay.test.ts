import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, linkSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { folder } from '../config/config.testing.ts';

const CLI = fileURLToPath(new URL('../cli.js', import.meta.url));
const TAPE = 'ETHUSDT-1m-2024-01.csv';
const isWindows = process.platform === 'win32';

/** Easily pleased, so that a short tape gives signals. */
const EASY = 'fusion: { minStrategies: 1, minConsensus: 0, minStrength: 0 }\n';

/** One-minute bars that swing, as a dump has them. */
function bars(count: number): string {
  const rows = Array.from({ length: count }, (_, n) => {
    const openMs = 1_704_067_200_000 + n * 60_000;
    const [open, close] = [n, n + 1].map((at) => 2000 + 60 * Math.sin(at / 40) + 8 * Math.sin(at / 3));
    const [high, low] = [Math.max(open!, close!) + 1, Math.min(open!, close!) - 1];
    const prices = [open!, high, low, close!].map((price) => price.toFixed(2));
    const taken = close! > open! ? 80 : 20;
    return `${openMs},${prices.join(',')},100,${openMs + 59_999},1,50,${taken},1,0\n`;
  });
  return rows.join('');
}

const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(TAPEWIRE|TELEGRAM)_/.test(name)),
);

function replay(cwd: string, ...args: string[]): { code: number | null; out: string; err: string } {
  const run = spawnSync(process.execPath, [CLI, 'replay', ...args], { cwd, encoding: 'utf8', env: environment });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

const tapeFolder = (t: TestContext): string => folder(t, { [TAPE]: bars(900), 'tapewire.yaml': EASY });

/** What an earlier replay left, as far as anybody looks at it. */
const OLDER = '{"timestamp":"2024"}\n';

it('writes the signals under a passing name, replaces an older file, and leaves nothing else', (t) => {
  const cwd = tapeFolder(t);
  writeFileSync(join(cwd, 's.jsonl'), OLDER);
  const { code, out, err } = replay(cwd, TAPE, '--out', 's.jsonl');
  assert.deepEqual([code, err], [0, '']);
  const lines = readFileSync(join(cwd, 's.jsonl'), 'utf8').trim().split('\n');
  assert.match(out, new RegExp(`^signals +${lines.length} `, 'm'));
  assert.ok(lines.length > 2 && lines.every((line) => typeof JSON.parse(line).symbol === 'string'), lines[0]);
  assert.deepEqual(readdirSync(cwd).sort(), [TAPE, 's.jsonl', 'tapewire.yaml'].sort());
});

it('makes the file even when no signal comes', (t) => {
  const cwd = folder(t, { [TAPE]: bars(2) });
  assert.equal(replay(cwd, TAPE, '--out', 's.jsonl').code, 0);
  assert.equal(readFileSync(join(cwd, 's.jsonl'), 'utf8'), '');
});

it('gives the signals to stdout and the summary to stderr with --out -', (t) => {
  const cwd = tapeFolder(t);
  const { code, out, err } = replay(cwd, TAPE, '--out', '-');
  assert.equal(code, 0);
  assert.ok(
    out
      .trim()
      .split('\n')
      .every((line) => typeof JSON.parse(line).symbol === 'string'),
  );
  assert.match(err, /^signals +\d+ /m);
  assert.equal(existsSync(join(cwd, '-')), false);
});

it('never writes over a tape, by whatever name', (t) => {
  const cwd = tapeFolder(t);
  linkSync(join(cwd, TAPE), join(cwd, 'other-name.jsonl'));
  if (!isWindows) symlinkSync(TAPE, join(cwd, 'link.jsonl'));
  writeFileSync(join(cwd, 'BTCUSDT-1m-x.csv.part'), bars(3));
  const outs = [TAPE, `./${TAPE}`, 'other-name.jsonl', ...(isWindows ? [] : ['link.jsonl']), 'BTCUSDT-1m-x.csv'];
  for (const out of outs) {
    const { code, err } = replay(cwd, TAPE, 'BTCUSDT-1m-x.csv.part', '--out', out);
    assert.equal(code, 1, out);
    assert.match(err, /^tapewire: --out .* would overwrite .*: name another file\n$/);
  }
  assert.equal(readFileSync(join(cwd, TAPE), 'utf8'), bars(900));
  assert.equal(readFileSync(join(cwd, 'BTCUSDT-1m-x.csv.part'), 'utf8'), bars(3));
});

it('never writes over a file that holds something else than signals', (t) => {
  const cwd = tapeFolder(t);
  for (const [name, content] of [
    ['other.tape', 'TWREC\0\x01'],
    ['keys.json', '{"version":1,"keys":[]}'],
    ['SOLUSDT-1m-2024-01.csv', bars(3)],
  ] as const) {
    writeFileSync(join(cwd, name), content);
    const { code, err } = replay(cwd, TAPE, '--out', name);
    const problem = `tapewire: --out ${name} is there, holds no signals, and was left as it is: name another file\n`;
    assert.deepEqual([code, err], [1, problem]);
    assert.equal(readFileSync(join(cwd, name), 'utf8'), content);
  }
  // Where it would be in the making.
  writeFileSync(join(cwd, 's.jsonl.part'), 'half of a download');
  assert.match(replay(cwd, TAPE, '--out', 's.jsonl').err, /--out s\.jsonl\.part is there, holds no signals/);
  assert.equal(readFileSync(join(cwd, 's.jsonl.part'), 'utf8'), 'half of a download');
  writeFileSync(join(cwd, 's.jsonl.part'), OLDER);
  assert.equal(replay(cwd, TAPE, '--out', 's.jsonl').code, 0, 'left by a replay that was killed');
});

it('never writes over a journal: one that is there, or its own', (t) => {
  const cwd = tapeFolder(t);
  assert.equal(replay(cwd, TAPE, '--journal', 'j.db').code, 0);
  const before = readFileSync(join(cwd, 'j.db'));
  const { code, err } = replay(cwd, TAPE, '--out', 'j.db');
  assert.deepEqual([code, /j\.db is there, holds no signals, and was left as it is/.test(err)], [1, true], err);
  assert.deepEqual(readFileSync(join(cwd, 'j.db')), before);
  for (const out of ['new.db', 'new.db-wal', 'new.db.lock']) {
    assert.match(replay(cwd, TAPE, '--journal', 'new.db', '--out', out).err, /would overwrite new\.db/, out);
  }
});

it('leaves the old file alone when the journal is refused, and when it cannot be written', (t) => {
  const cwd = tapeFolder(t);
  writeFileSync(join(cwd, 's.jsonl'), OLDER);
  writeFileSync(join(cwd, 'notes.txt'), 'my notes\n'.repeat(20));
  const refused = replay(cwd, TAPE, '--out', 's.jsonl', '--journal', 'notes.txt');
  assert.deepEqual([refused.code, /notes\.txt is not a journal/.test(refused.err)], [1, true], refused.err);
  assert.equal(readFileSync(join(cwd, 's.jsonl'), 'utf8'), OLDER);
  assert.equal(existsSync(join(cwd, 's.jsonl.part')), false);
  const folderless = replay(cwd, TAPE, '--out', join('missing', 's.jsonl'));
  assert.match(folderless.err, /^tapewire: .*s\.jsonl cannot be written: there is no such file or folder\n$/);
  assert.equal(folderless.code, 1);
});

it('says in a sentence that the disk is full', { skip: !existsSync('/dev/full') }, (t) => {
  const { code, err } = replay(tapeFolder(t), TAPE, '--out', '/dev/full');
  assert.deepEqual([code, err], [1, 'tapewire: /dev/full cannot be written: the disk is full\n']);
});

it('leaves no half file when it is interrupted', { skip: isWindows }, async (t) => {
  const cwd = tapeFolder(t);
  writeFileSync(join(cwd, 'ETHUSDT-1m-long.csv.gz'), gzipSync(bars(400_000)));
  writeFileSync(join(cwd, 's.jsonl'), OLDER);
  const args = [CLI, 'replay', 'ETHUSDT-1m-long.csv.gz', '--out', 's.jsonl'];
  const child: ChildProcess = spawn(process.execPath, args, {
    cwd,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let err = '';
  child.stderr?.on('data', (piece: Buffer) => {
    err += piece.toString();
  });
  const isWriting = (): boolean =>
    existsSync(join(cwd, 's.jsonl.part')) && readFileSync(join(cwd, 's.jsonl.part')).length > 0;
  while (child.exitCode === null && !isWriting()) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill('SIGINT');
  const [code] = await once(child, 'close');
  assert.deepEqual([code, /stopped before the end/.test(err)], [1, true], err);
  assert.equal(readFileSync(join(cwd, 's.jsonl'), 'utf8'), OLDER);
  assert.equal(existsSync(join(cwd, 's.jsonl.part')), false);
});

it('keeps what it read of a tape that broke off, says so last, and ends with 1', (t) => {
  const cwd = tapeFolder(t);
  const packed = gzipSync(bars(900));
  assert.equal(gunzipSync(packed).length, bars(900).length);
  writeFileSync(join(cwd, `${TAPE}.gz`), packed.subarray(0, packed.length - 2000));
  const { code, out, err } = replay(cwd, `${TAPE}.gz`, '--out', 's.jsonl');
  assert.equal(code, 1);
  assert.match(
    err,
    /^tapewire: the tape is cut short or damaged, .* stands: ETHUSDT-1m-2024-01\.csv\.gz in line \d+\n$/,
  );
  assert.match(out, /^signals +\d+ /m);
  assert.ok(readFileSync(join(cwd, 's.jsonl'), 'utf8').length > 0);
});

it('says of a file that is not there that it is not there', (t) => {
  const { code, err } = replay(folder(t), 'nope.csv');
  assert.equal(code, 1);
  assert.match(err, /nope\.csv: there is no such file\n$/);
  assert.match(replay(folder(t), TAPE).err, /there is no such file/);
});

it('says which of the wanted instruments a tape does not have, and ends with 1 when it has none of them', (t) => {
  const cwd = tapeFolder(t);
  const some = replay(cwd, TAPE, '--symbols', 'ETHUSDT,NOPE');
  assert.equal(some.code, 0);
  assert.match(some.out, /^ {2}remark {5}the tape has no NOPE: it has ETHUSDT$/m);

  const recorded = ['record', '--market', 'sim', '--seed', '3', '--speed', '200', '--symbols', 'ETHUSDT,BTCUSDT'];
  const args = [CLI, ...recorded, '--for', '2s', '--out', 'a.tape'];
  assert.equal(spawnSync(process.execPath, args, { cwd, env: environment }).status, 0);
  const none = replay(cwd, 'a.tape', '--symbols', 'NOPE');
  assert.deepEqual([none.code, none.err], [1, 'tapewire: the tape has no NOPE: it has BTCUSDT, ETHUSDT\n']);
  const both = replay(cwd, 'a.tape', '--symbols', 'ETHUSDT,NOPE');
  assert.deepEqual([both.code, both.err], [0, '']);
  assert.match(both.out, /the tape has no NOPE: it has BTCUSDT, ETHUSDT$/m);
});

it('warns at the pace of the clock, too, of what the tape does not begin with', (t) => {
  const args = [CLI, 'record', '--market', 'replay', '--file', TAPE, '--symbols', 'ETHUSDT,NOPE', '--for', '1s'];
  const run = spawnSync(process.execPath, args, { cwd: tapeFolder(t), env: environment, encoding: 'utf8' });
  assert.match(
    run.stderr,
    /^tapewire: warning: the tape begins without NOPE: `tapewire tape info` says what is in it$/m,
  );
});
