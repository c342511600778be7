// `npm run check`: everything that can be said about the sources without running the product. All of it, then a verdict.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './build.mjs';

const module = (file) => join(root, 'node_modules', file);
const LINT = [module('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings'];

/** @type {readonly { what: string, remedy: string, command: readonly string[], mustFail?: boolean }[]} */
const CHECKS = [
  {
    what: 'format, imports and lint',
    remedy: 'npm run format puts most of it right',
    command: [module('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.'],
  },
  {
    what: 'promises nobody waits for',
    remedy: 'await them, or say `void` when nobody needs to know',
    command: [...LINT, 'src', 'web', 'test', 'bench'],
  },
  {
    what: 'the lint for promises reports a planted one',
    remedy: 'the rule does not see types any more: look at .oxlintrc.json and the version of oxlint-tsgolint',
    command: [...LINT, '--format=unix', 'tools/planted'],
    mustFail: true,
  },
  {
    what: 'dead code and dependencies',
    remedy: 'remove what nobody uses',
    command: [module('knip/bin/knip.js'), '--no-progress'],
  },
  {
    what: 'the scripts of the dashboard weigh at most 250 kB, packed',
    remedy: 'see what came in with the last import',
    command: [join(root, 'tools/script-weight.mjs')],
  },
  {
    what: 'the rules of the house',
    remedy: 'test/house.test.ts says why each is there',
    command: [join(root, 'tools/test.mjs'), 'test/house'],
  },
];

const failed = CHECKS.filter(({ what, remedy, command, mustFail = false }) => {
  process.stdout.write(`\n== ${what}\n`);
  const { status, stdout } = spawnSync(process.execPath, command, {
    cwd: root,
    stdio: ['inherit', mustFail ? 'pipe' : 'inherit', 'inherit'],
    encoding: 'utf8',
  });
  const passed = mustFail ? status === 1 && stdout.includes('no-floating-promises') : status === 0;
  process.stdout.write(passed ? 'ok\n' : `FAILED: ${remedy}\n`);
  return !passed;
});
process.stdout.write(
  failed.length === 0
    ? `\nall ${CHECKS.length} checks passed\n`
    : `\n${failed.length} of ${CHECKS.length} checks failed: ${failed.map(({ what }) => what).join('; ')}\n`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
