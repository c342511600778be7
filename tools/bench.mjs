// `npm run bench` measures everything, one process after the other; `npm run bench -- http` only what has a word in its name.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, root } from './build.mjs';

process.exitCode = run(process.argv.slice(2));

/**
 * @param {readonly string[]} words
 * @returns {number} the exit code
 */
function run(words) {
  const code = build();
  if (code !== 0) return code;
  const names = readdirSync(join(root, 'bench'))
    .filter((file) => file.endsWith('.ts') && !/\.(testing|test)\.ts$/.test(file))
    .map((file) => file.replace(/\.ts$/, ''))
    .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
    .sort();
  if (names.length === 0) {
    process.stderr.write(`no benchmark has ${words.join(' or ')} in its name\n`);
    return 1;
  }
  const failed = names.filter((name) => {
    process.stdout.write(`\n== ${name}\n`);
    // With gc exposed a benchmark can tell what is kept from what is only not yet collected.
    const args = ['--expose-gc', join(root, 'dist', 'bench', `${name}.js`)];
    return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status !== 0;
  });
  if (failed.length > 0) process.stderr.write(`\nfailed: ${failed.join(', ')}\n`);
  return failed.length === 0 ? 0 : 1;
}
