// What a browser must load of JavaScript before it shows the dashboard, packed as a server would: with a budget.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, root } from './build.mjs';

const BUDGET_KB = 250;

process.exitCode = build() === 0 ? weigh() : 1;

/** @returns {number} the exit code */
function weigh() {
  const folder = join(root, 'dist', 'web');
  const scripts = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.js'));
  const bytes = scripts.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0);
  process.stdout.write(`${(bytes / 1_000).toFixed(0)} kB of at most ${BUDGET_KB} kB, in ${scripts.length} file(s)\n`);
  return scripts.length > 0 && bytes <= BUDGET_KB * 1_000 ? 0 : 1;
}
