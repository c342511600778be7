// What the compiler cannot hold. Every rule is shown to catch a planted fault before it is believed about the sources.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  aboveTheFloor,
  impurities,
  installScripts,
  type Lock,
  machinePaths,
  missingBinaries,
  posixHabits,
  type SourceFile,
  unportableNames,
  wrongImports,
} from './house-rules.testing.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const NOT_OURS = /^(\.git|node_modules|dist|tapewire-data|test-artifacts)(\/|$)/;

const paths = filesBelow('');
const texts = paths.filter(
  (path) => /\.(ts|mjs|js|json|md|yaml|yml|html|css|cs)$|^\.ci\/run$/.test(path) && !path.includes('package-lock'),
);
const sources: readonly SourceFile[] = texts.map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
const manifest = readJson('package.json') as { scripts: Record<string, string>; engines: { node: string } };
const lock = (readJson('package-lock.json') as { packages: Lock }).packages;

it('sees the sources', () => {
  const floors = ['src/core/', 'src/contract/', 'src/ports/', 'src/adapters/', 'src/apps/', 'docs/', 'tools/'];
  assert.deepEqual(
    floors.filter((floor) => !sources.some(({ path }) => path.startsWith(floor))),
    [],
  );
});

it('keeps clock, chance and inexact mathematics out of the core', () => {
  for (const bad of [
    'Date.now()',
    'new Date(5)',
    'Math.random()',
    'Math.exp(x)',
    'Math.log(x)',
    'Math.pow(x, 2)',
    'Math.tanh(x)',
  ]) {
    assert.equal(impurities({ path: 'src/core/a.ts', text: `/** ok */\nconst a = ${bad};\n` }).length, 1, bad);
  }
  assert.deepEqual(
    impurities({ path: 'src/core/a.ts', text: '// Date.now()\n/* Math.exp */ const a = Math.abs(b);' }),
    [],
  );
  assert.deepEqual(sources.flatMap(impurities), []);
});

it('lets imports point down only, and keeps adapters apart', () => {
  const bad: [path: string, specifier: string][] = [
    ['src/core/a/b.ts', '../../contract/c.ts'],
    ['src/core/a/b.ts', 'node:fs'],
    ['src/core/a/b.ts', 'zod'],
    ['src/contract/b.ts', '../ports/clock.ts'],
    ['src/ports/b.ts', '../adapters/x/y.ts'],
    ['src/adapters/http/b.ts', '../sqlite/journal.ts'],
    ['src/adapters/http/b.ts', '../../apps/start.ts'],
    ['src/client/b.ts', '../contract/stamp.ts'],
    ['src/client/b.ts', 'zod'],
  ];
  for (const [path, specifier] of bad) {
    for (const text of [
      `import { a } from '${specifier}';`,
      `const a = await import('${specifier}');`,
      `export * from "${specifier}";`,
    ]) {
      assert.equal(wrongImports({ path, text }).length, 1, `${path} ${text}`);
    }
  }
  assert.deepEqual(
    wrongImports({ path: 'src/adapters/http/b.ts', text: "import '../../ports/clock.ts'; import './c/d.ts';" }),
    [],
  );
  assert.deepEqual(sources.flatMap(wrongImports), []);
});

it('runs its scripts on Windows too', () => {
  for (const bad of [
    'CI=1 node a',
    'rm -rf dist',
    'node a && node b',
    './run.sh',
    "node -e 'x'",
    'node a; node b',
    'cp a b',
  ]) {
    assert.equal(posixHabits({ bad }).length, 1, bad);
  }
  assert.deepEqual(posixHabits(manifest.scripts), []);
  assert.deepEqual(unportableNames(['a:b', 'src/x', 'src/X', 'con./b', '.ci/run', '.gitignore']), [
    'a:b',
    'src/X',
    'con./b',
  ]);
  assert.deepEqual(unportableNames(paths), []);
});

/** Packages whose scripts are never run (`allowScripts` in package.json is empty), and why nothing is missing then. */
const SCRIPTS_NOT_NEEDED: Readonly<Record<string, string>> = {
  'node_modules/ccxt': 'its script prints a greeting',
  'node_modules/bufferutil': 'optional, with its binaries in the package; ws does without it',
};

it('installs ready-made on every system, and on the Node it promises', () => {
  const { 'node_modules/@libsql/win32-x64-msvc': _, ...without } = lock;
  assert.deepEqual(missingBinaries(without), ['@libsql/win32-x64-msvc']);
  assert.deepEqual(missingBinaries(lock), []);

  assert.deepEqual(installScripts({ 'node_modules/a': { hasInstallScript: true } }), ['node_modules/a']);
  const needed = installScripts(lock).filter((path) => !(path in SCRIPTS_NOT_NEEDED));
  assert.deepEqual(needed, []);

  const floor = manifest.engines.node.replace('>=', '');
  const engines = [
    '>=22',
    '^22.1.0 || >=24',
    '^18.20.0',
    '>=20.20.0',
    '<20',
    '>=20',
    '^20.19.0 || >=22.12.0',
    '18 || 20 || >=22',
    '>= 6',
    '*',
  ];
  const planted = Object.fromEntries(engines.map((node) => [node, { engines: { node } }]));
  assert.equal(aboveTheFloor(planted, '20.19').length, 5);
  assert.match(floor, /^\d+\.\d+$/);
  assert.deepEqual(aboveTheFloor(lock, floor), []);
});

it('speaks of the product, not of the machine it was written on', () => {
  const planted = ['work', 'main'].join('/');
  assert.equal(machinePaths({ path: 'a.md', text: `see /${planted}/README.md` }).length, 1);
  assert.deepEqual(sources.flatMap(machinePaths), []);
});

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (NOT_OURS.test(path)) return [];
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
}
