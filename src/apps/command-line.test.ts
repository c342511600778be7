import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { folder } from './config/config.testing.ts';

const CLI = fileURLToPath(new URL('./cli.js', import.meta.url));

function tapewire(cwd: string, ...args: string[]): { code: number | null; out: string; err: string } {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('TAPEWIRE_'));
  const run = spawnSync(process.execPath, [CLI, ...args], {
    cwd,
    encoding: 'utf8',
    env: Object.fromEntries(inherited),
  });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

it('answers for a mistake in the command line with 2, and names what was meant', (t) => {
  const cwd = folder(t);
  const unknown = tapewire(cwd, 'strat');
  assert.deepEqual([unknown.code, unknown.err], [2, "tapewire: unknown command 'strat'\n(Did you mean start?)\n"]);
  const flag = tapewire(cwd, 'start', '--prot', '1');
  assert.deepEqual([flag.code, flag.err], [2, "tapewire: unknown option '--prot'\n(Did you mean --port?)\n"]);
  assert.equal(tapewire(cwd, 'replay').code, 2);
  assert.match(tapewire(cwd, '--version').out, /^\d+\.\d+\.\d+\n$/);
});

it('tells all problems of the configuration on stderr and in the log, and ends with 2', (t) => {
  const cwd = folder(t, { 'tapewire.yaml': 'api: { port: 99999 }\n', '.env': 'TAPEWIRE_SPEED=fast\n' });
  const { code, err } = tapewire(cwd, 'start', '--data-dir', 'd', '--seed', '-1');
  const problems = [
    'tapewire.yaml:1: api.port is 99999, it must be a whole number from 0 to 65535',
    '--seed: market.seed is -1, it must be a whole number of at least 0',
    'TAPEWIRE_SPEED: market.speed is "fast", it must be a number from 0.1 to 1000',
  ];
  assert.equal(code, 2);
  for (const problem of problems) assert.ok(err.includes(`  ${problem}\n`), err);
  const logged = JSON.parse(readFileSync(join(cwd, 'd', 'high_frequency_scalping.log'), 'utf8')) as {
    problems: string[];
  };
  assert.deepEqual(logged.problems.toSorted(), problems.toSorted());
});

it('writes a configuration that it then reads, and never over another', (t) => {
  const cwd = folder(t);
  assert.equal(tapewire(cwd, 'config', 'init').code, 0);
  const again = tapewire(cwd, 'config', 'init');
  assert.deepEqual([again.code, again.err], [1, 'tapewire: tapewire.yaml is there already: --force overwrites it\n']);
  writeFileSync(join(cwd, 'tapewire.yaml'), 'api: { port: 1 }\n');
  assert.match(tapewire(cwd, 'config', 'show').out, /^api\.port +1 +tapewire\.yaml:1$/m);
  assert.equal(tapewire(cwd, 'config', 'init', '--force').code, 0);
  const shown = JSON.parse(tapewire(cwd, 'config', 'show', '--json').out) as { config: { api: { port: number } } };
  assert.equal(shown.config.api.port, 8888);
});

it('leaves its last words in the log when it ends by an error', (t) => {
  const cwd = folder(t, {
    'tapewire.yaml': 'strategies: [{ file: a.mjs, weight: 1 }]\nfusion: { minStrategies: 1 }\n',
  });
  const strategy = `name: 'a', summary: 'A.', scope: 'instrument', longestPeriodBars: 0, defaults: {}`;
  writeFileSync(
    join(cwd, 'a.mjs'),
    `export default { ${strategy}, parse: (value) => ({ ok: true, value }), create: () => { setTimeout(() => { throw new Error('out of the blue'); }, 0); return { opinion: {} }; } };\n`,
  );
  const { code, err } = tapewire(cwd, 'start', '--port', '0', '--host', '127.0.0.1', '--data-dir', 'd');
  assert.equal(code, 1);
  assert.match(err, /Error: out of the blue/);
  const log = readFileSync(join(cwd, 'd', 'high_frequency_scalping.log'), 'utf8');
  assert.match(log, /"level":60.*out of the blue/);
});
