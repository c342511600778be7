// `npm run kills -- --kills 200 --seed 7`, `npm run fuzz -- --requests 100000 --seed 7`: builds, then runs one of the long
// proofs of which `npm test` runs a sample, in full size.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build, buildEverything, root } from './build.mjs';

const [script = '', ...args] = process.argv.slice(2);
// What proves the C# side needs it built.
const code = script.startsWith('atas/') ? buildEverything() : build();
process.exitCode = code === 0 ? run() : code;

/** @returns {number} the exit code of the proof */
function run() {
  return spawnSync(process.execPath, [join(root, 'dist', 'test', script), ...args], { stdio: 'inherit' }).status ?? 1;
}
