// Builds everything, incrementally, and removes from dist/ what has no source any more. Exits with the compiler's code.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The folders that are compiled: dist/ mirrors them. */
export const SOURCE_FOLDERS = ['src', 'test', 'bench'];

/** @returns {number} the exit code: 0 when dist/ is up to date with the sources */
export function build() {
  let compiler;
  try {
    compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  } catch {
    process.stderr.write('tapewire: the packages are not installed. Run `npm ci` here first.\n');
    return 1;
  }
  removeStale();
  return spawnSync(process.execPath, [compiler, '-b', root], { stdio: 'inherit' }).status ?? 1;
}

/** A source that was deleted or renamed would otherwise live on in dist/, imports and all. */
function removeStale() {
  for (const folder of SOURCE_FOLDERS) {
    const compiled = join(root, 'dist', folder);
    if (!existsSync(compiled)) continue;
    for (const file of readdirSync(compiled, { recursive: true }).map(String)) {
      const name = /^(.+?)(\.d\.ts|\.js)(\.map)?$/.exec(file)?.[1];
      if (name !== undefined && !existsSync(join(root, folder, `${name}.ts`)))
        rmSync(join(compiled, file), { force: true });
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = build();
