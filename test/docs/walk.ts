import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Commands that a reader pastes in one go, and what the page says is in their answer. */
export interface Block {
  readonly commands: string;
  /** In this order. */
  readonly promises: readonly string[];
}

const PROMISE = '#: ';

/** The indented blocks below a heading, up to the next one. */
export function blocksBelow(page: string, heading: string): readonly Block[] {
  const section = sectionOf(page, heading);
  const blocks = [...section.matchAll(/(?:^ {4}.*\n)+/gm)].map(([block]) =>
    block
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(4)),
  );
  return blocks.map((lines) => ({
    commands: lines.filter((line) => !line.startsWith(PROMISE)).join('\n'),
    promises: lines.filter((line) => line.startsWith(PROMISE)).map((line) => line.slice(PROMISE.length)),
  }));
}

/** The text below a heading, up to the next one. */
export function sectionOf(page: string, heading: string): string {
  const [, after] = page.split(new RegExp(`^##+ ${heading}$`, 'm'));
  if (after === undefined) throw new Error(`the page has no heading ${heading}`);
  return after.split(/^##+ /m)[0]!;
}

/**
 * Gives the blocks to one shell, as a reader would, and returns what each of them printed.
 *
 * @param folder Where the shell stands: `tapewire-data` is in it.
 */
export async function walk(blocks: readonly Block[], folder: string, port: string): Promise<readonly string[]> {
  const END = '=== end of block ===';
  const script = blocks.map(({ commands }) => `${commands}\necho '${END}'`).join('\n');
  const file = join(folder, 'walk.sh');
  writeFileSync(file, `${script.replaceAll(':8888', `:${port}`)}\n`);
  const shell = spawn('sh', [file], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const source of [shell.stdout, shell.stderr]) source.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(shell, 'close');
  return output.split(`${END}\n`).slice(0, blocks.length);
}
