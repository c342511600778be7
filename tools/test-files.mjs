import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, SOURCE_FOLDERS } from './build.mjs';

/** What node is told so that properties are drawn from one seed. */
export const LAW_SEED = [`--import=${new URL('law-seed.mjs', import.meta.url).href}`];

/** Named one by one, and from the sources: what node makes of folders and globs differs between its versions. */
export function testFiles() {
  return SOURCE_FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map(
      (file) => `${folder}/${String(file).replaceAll('\\', '/')}`,
    ),
  )
    .filter((file) => file.endsWith('.test.ts'))
    .sort();
}
