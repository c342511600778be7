// `npm test` runs every test there is a source for; `npm test -- ema bracket` only the files whose path holds a word.
// Ends with what was skipped and what would run it. REQUIRE_ALL=1: whatever is skipped is a failure.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, root } from './build.mjs';
import { buildDotnet } from './dotnet.mjs';
import { LAW_SEED, testFiles } from './test-files.mjs';

process.exitCode = run(process.argv.slice(2));

/**
 * @param {readonly string[]} words
 * @returns {number} the exit code
 */
function run(words) {
  const code = build();
  if (code !== 0) return code;
  const files = testFiles().filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
  if (files.length === 0) {
    process.stderr.write(`no test file has ${words.map((word) => `"${word}"`).join(' or ')} in its path\n`);
    return 1;
  }
  if (files.some((file) => file.startsWith('test/atas/'))) {
    const status = buildDotnet();
    if (status !== 0) return status;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'tapewire-test-'));
  const skips = join(scratch, 'skips.jsonl');
  try {
    const reporters = [
      ['spec', 'stdout'],
      [new URL('skip-reporter.mjs', import.meta.url).href, skips],
    ].flatMap(([reporter, to]) => [`--test-reporter=${reporter}`, `--test-reporter-destination=${to}`]);
    const compiled = files.map((file) => join(root, 'dist', file.replace(/\.ts$/, '.js')));
    // What hangs fails: nothing here takes half as long.
    const options = ['--test', '--test-timeout=900000', ...LAW_SEED, ...reporters];
    const status = spawnSync(process.execPath, [...options, ...compiled], { cwd: root, stdio: 'inherit' }).status;
    const skipped = tellSkipped(existsSync(skips) ? readFileSync(skips, 'utf8') : '');
    if (skipped > 0 && process.env.REQUIRE_ALL === '1') {
      process.stdout.write('REQUIRE_ALL=1: skipped tests count as failed\n');
      return status === 0 ? 1 : (status ?? 1);
    }
    return status ?? 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * One line per reason, with the remedy the test gave.
 * @param {string} lines of tools/skip-reporter.mjs
 */
function tellSkipped(lines) {
  const skips = lines
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const reasons = new Map();
  for (const { name, reason } of skips) {
    const why = typeof reason === 'string' && reason !== '' ? reason : `no reason given (${name})`;
    reasons.set(why, (reasons.get(why) ?? 0) + 1);
  }
  for (const [why, count] of reasons) process.stdout.write(`skipped ${count}: ${why}\n`);
  return skips.length;
}
