// Builds everything, incrementally. Exits with the compiler's own code.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** @returns {number} the exit code: 0 when dist/ is up to date with the sources */
export function build() {
  let compiler;
  try {
    compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  } catch {
    process.stderr.write('tapewire: the packages are not installed. Run `npm ci` here first.\n');
    return 1;
  }
  return spawnSync(process.execPath, [compiler, '-b', root], { stdio: 'inherit' }).status ?? 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = build();
