import { writeFile } from 'node:fs/promises';
import { faultWords } from '../../ports/fault-words.ts';
import { BUILT_INS } from './defaults.ts';
import { renderTemplate } from './template.ts';

/** `config init`: writes the commented file, and never over somebody's work unless told to. */
export async function initConfig(file: string, { force }: { readonly force: boolean }): Promise<number> {
  try {
    await writeFile(file, renderTemplate(BUILT_INS), { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const there = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const problem = there
      ? `${file} is there already: --force overwrites it`
      : `${file} cannot be written: ${faultWords(error)}`;
    process.stderr.write(`tapewire: ${problem}\n`);
    return 1;
  }
  process.stdout.write(`tapewire: wrote ${file}\n`);
  return 0;
}
