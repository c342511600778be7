import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Books } from '../core/delivery/books.ts';
import type { Command } from '../core/delivery/command.ts';
import { ControlFiles, control } from './control-files.ts';

const CLI = fileURLToPath(new URL('./cli.js', import.meta.url));

const CALM = { deliveries: new Books().deliveries };

it('obeys each file once, a halt after a resume, and removes it when it is on disk', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'tapewire-control-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const asked: string[] = [];
  let isBroken = false;
  const ask = async (command: Command) => {
    if (isBroken) throw new Error('the journal failed');
    if (command.kind === 'kill') asked.push(`${command.action}: ${command.reason}`);
    return { ok: true } as never;
  };
  const problems: string[] = [];
  const logger = { error: (text: string) => void problems.push(text) } as never;
  const files = new ControlFiles({ ...CALM, dataDir: folder, house: { ask, journalFault: undefined }, logger });
  writeFileSync(join(folder, 'HALT'), 'the feed looks wrong\n');
  writeFileSync(join(folder, 'RESUME'), '');
  await files.obey();
  await files.obey();
  assert.deepEqual(asked, ['resume: the file RESUME', 'halt: the feed looks wrong']);
  assert.deepEqual(
    ['HALT', 'RESUME'].map((name) => existsSync(join(folder, name))),
    [false, false],
  );

  isBroken = true;
  writeFileSync(join(folder, 'FLATTEN'), 'news');
  await files.obey();
  assert.ok(existsSync(join(folder, 'FLATTEN')), 'what was not written down is asked for again');
  assert.match(problems.join(), /FLATTEN could not be obeyed: the journal failed/);

  isBroken = false;
  await files.start();
  assert.equal(await control(folder, 'halt', 'lunch'), 0);
  files.stop();
  assert.equal(asked.at(-1), 'halt: lunch');
});

it('says of a resume that waits beside a halt which of them wins', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'tapewire-control-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const [halt, resume] = ['HALT', 'RESUME'].map((name) => join(folder, name));
  writeFileSync(halt!, 'maintenance\n');
  const { stdout } = spawnSync(process.execPath, [CLI, 'resume', '--data-dir', folder], { encoding: 'utf8' });
  const waits = `its next start obeys ${resume}, and then ${halt}: it begins halted. Remove ${halt} for it not to`;
  assert.equal(stdout, `no server took it in 5 s: ${waits}\n`);
});

it('halts by the name alone: a folder and a link that leads nowhere, each told once', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'tapewire-control-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const asked: string[] = [];
  const ask = async (command: Command) => {
    if (command.kind === 'kill') asked.push(`${command.action}: ${command.reason}`);
    return { ok: true } as never;
  };
  const problems: string[] = [];
  const logger = { error: (text: string) => void problems.push(text) };
  const house = { ask, journalFault: undefined };
  const files = new ControlFiles({ ...CALM, dataDir: folder, house, logger: logger as never });
  const halt = join(folder, 'HALT');

  mkdirSync(join(halt, 'full'), { recursive: true });
  for (let look = 0; look < 3; look += 1) await files.obey();
  assert.deepEqual(asked, Array(3).fill('halt: HALT cannot be read'), 'it holds as long as it is there');
  assert.deepEqual(problems, [
    `${halt} cannot be read and is obeyed all the same: it is no file`,
    `${halt} cannot be removed and holds as long as it is there: it is a folder with something in it`,
  ]);

  rmSync(halt, { recursive: true });
  await files.obey();
  if (process.platform !== 'win32') {
    symlinkSync(join(folder, 'nowhere'), halt);
    await files.obey();
    assert.deepEqual([asked.length, asked.at(-1)], [4, 'halt: HALT cannot be read']);
    assert.match(problems.at(-1)!, /cannot be read and is obeyed all the same: there is no such file or folder$/);
    assert.equal(lstatSync(halt, { throwIfNoEntry: false }), undefined, 'the link is gone, as a file would be');
  }

  mkdirSync(join(folder, 'RESUME'));
  asked.length = 0;
  await files.obey();
  assert.deepEqual(asked, [], 'nothing is let go on a word that nobody could read');
  assert.match(problems.at(-1)!, /RESUME could not be obeyed: it is no file$/);
});

it('tells whoever resumes what that changed, and makes no data directory', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'tapewire-control-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const house = { ask: async () => ({ ok: true }) as never, journalFault: undefined };
  const logger = { error: assert.fail } as never;
  const resumed = async (mode: 'ACTIVE' | 'HALTED', isHalted: boolean): Promise<string> => {
    const deliveries = { risk: { state: { mode } }, account: () => ({ halt: isHalted ? {} : undefined }) } as never;
    const files = new ControlFiles({ dataDir: folder, house, deliveries, logger });
    await files.start();
    // In a process of its own: the runner of the tests speaks through the stdout of this one.
    const child = spawn(process.execPath, [CLI, 'resume', '--data-dir', folder], { cwd: folder });
    const [said] = await Promise.all([text(child.stdout), once(child, 'close')]);
    files.stop();
    assert.equal(child.exitCode, 0);
    return said;
  };
  assert.equal(await resumed('ACTIVE', false), 'nothing was halted, and nothing has changed\n');
  assert.equal(await resumed('ACTIVE', true), 'resumed\n');
  assert.equal(await resumed('HALTED', true), 'resumed: losses are measured anew from here\n');
  assert.deepEqual(readdirSync(folder), [], 'the answer is gone with whoever waited for it');

  const typo = join(folder, 'typo');
  assert.equal(await control(typo, 'halt', 'lunch'), 1);
  assert.equal(existsSync(typo), false);
});
