import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import type { Command } from '../core/delivery/command.ts';
import { ControlFiles, control } from './control-files.ts';

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
  const files = new ControlFiles(folder, { ask, journalFault: undefined }, logger);
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
