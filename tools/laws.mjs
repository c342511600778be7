// `npm run laws -- --rounds 50 --seed 2`: every test file that states properties, once a round, each from a seed of its own;
// `npm test` runs them from one seed only. Ends at the first round that fails, and prints what repeats it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, root } from './build.mjs';
import { LAW_SEED, testFiles } from './test-files.mjs';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '10' }, seed: { type: 'string', default: '2' } },
});
const [rounds, seed] = [values.rounds, values.seed].map(Number);
if (![rounds, seed].every((number) => Number.isSafeInteger(number) && number > 0 && number < 2 ** 31)) {
  process.stderr.write('--rounds and --seed take whole numbers from 1\n');
  process.exitCode = 2;
} else {
  process.exitCode = build() || run();
}

/** @returns {number} the exit code */
function run() {
  const files = testFiles().filter((file) => statesProperties(join(root, file)));
  const compiled = files.map((file) => join(root, 'dist', file.replace(/\.ts$/, '.js')));
  for (let round = 0; round < rounds; round += 1) {
    const { status } = spawnSync(process.execPath, ['--test', ...LAW_SEED, '--test-reporter=dot', ...compiled], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, LAW_SEED: String(seed + round) },
    });
    if (status !== 0) {
      process.stdout.write(`again: npm run laws -- --rounds 1 --seed ${seed + round}\n`);
      return status ?? 1;
    }
  }
  process.stdout.write(`${JSON.stringify({ rounds, files: files.length, failures: 0 })}\n`);
  return 0;
}

/**
 * By itself, or by the helper beside it that it imports.
 * @param {string} path
 * @returns {boolean}
 */
function statesProperties(path) {
  const text = readFileSync(path, 'utf8');
  const helpers = [...text.matchAll(/from '(\.\/[\w-]+\.testing\.ts)'/g)].map(([, name]) => join(dirname(path), name));
  return [text, ...helpers.map((helper) => readFileSync(helper, 'utf8'))].some((each) => each.includes("'fast-check'"));
}
