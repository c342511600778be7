import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { folder } from './config/config.testing.ts';

const CLI = fileURLToPath(new URL('./cli.js', import.meta.url));

const MINE = {
  config: 'strategies: [{ file: ./mine.mjs, weight: 1 }]\nfusion: { minStrategies: 1 }\n',
  head: `name: 'mine', summary: 'Mine.', scope: 'instrument', longestPeriodBars: 0, defaults: {}, parse: (value) => ({ ok: true, value })`,
  // Two minutes of one instrument.
  tape: [0, 1]
    .map((index) => 1_746_057_600_000 + index * 60_000)
    .map((openMs) => `${openMs},1,2,1,2,5,${openMs + 59_999},0,1,0,0,0\n`)
    .join(''),
};

function tapewire(cwd: string, ...args: string[]): { code: number | null; out: string; err: string } {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(TAPEWIRE|TELEGRAM)_/.test(name));
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
    '--seed: market.seed is -1, it must be a whole number from 0 to 9007199254740991',
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
    `export default { ${strategy}, parse: (value) => ({ ok: true, value }), create: () => { setTimeout(() => { throw new Error('out of the blue'); }, 0); return { onBar() {}, opinion: { side: undefined, reason: 'silent' } }; } };\n`,
  );
  const { code, err } = tapewire(cwd, 'start', '--port', '0', '--host', '127.0.0.1', '--data-dir', 'd');
  assert.equal(code, 1);
  assert.match(err, /Error: out of the blue/);
  const log = readFileSync(join(cwd, 'd', 'high_frequency_scalping.log'), 'utf8');
  assert.match(log, /"level":60.*out of the blue/);
});

it('ends by name when a strategy of the user’s own throws, and says once what is wrong with its votes', (t) => {
  const of = (create: string): ReturnType<typeof tapewire> => {
    const mine = `export default { ${MINE.head}, create: () => (${create}) };\n`;
    const files = { 'tapewire.yaml': MINE.config, 'mine.mjs': mine, 'ETHUSDT-1m-2025-05.csv': MINE.tape };
    return tapewire(folder(t, files), 'replay', 'ETHUSDT-1m-2025-05.csv');
  };
  const throwing = of(`{ onBar() { throw new Error('boom'); }, opinion: { reason: 'silent' } }`);
  assert.deepEqual([throwing.code, throwing.err], [1, 'tapewire: strategy mine (./mine.mjs) threw in onBar: boom\n']);
  const invalid = of(`{ onBar() {}, opinion: { side: 'buy', strength: NaN, reason: 'up' } }`);
  const sentence = 'strength is NaN, it must be a number from 0 to 100; counted as `invalid vote`';
  assert.deepEqual([invalid.code, invalid.err], [0, `tapewire: warning: strategy mine: ${sentence}\n`]);
});

it('tells the log what is wrong with a vote while it serves', { timeout: 60_000 }, async (t) => {
  const create = `() => ({ onSecond() {}, opinion: { side: 'BUY', strength: 90, reason: 'up' } })`;
  const mine = `export default { ${MINE.head}, create: ${create} };\n`;
  const cwd = folder(t, { 'tapewire.yaml': MINE.config, 'mine.mjs': mine });
  const flags = ['--port', '0', '--host', '127.0.0.1', '--data-dir', 'd', '--speed', '20'];
  const child = spawn(process.execPath, [CLI, 'start', ...flags], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  const wanted = 'strategy mine: side is "BUY", it must be "buy", "sell" or undefined; counted as `invalid vote`';
  let told = '';
  for await (const text of child.stderr.setEncoding('utf8')) {
    told += text;
    if (told.includes(wanted)) break;
  }
  assert.ok(told.includes(wanted), told);
  const log = join(cwd, 'd', 'high_frequency_scalping.log');
  // The file is written a moment after the terminal.
  while (!existsSync(log) || !readFileSync(log, 'utf8').includes('counted as `invalid vote`')) await sleep(20);
});

it('says which flags a demo does not obey, and does not offer them', async (t) => {
  const cwd = folder(t, { 'tapewire.yaml': 'log: { level: silent }\n' });
  const flags = ['--port', '99999', '--market', 'replay', '--file', 'none.csv', '--scenario', 'real', '--speed', '100'];
  const { code, err } = tapewire(cwd, 'demo', ...flags);
  const problem = '--port: api.port is 99999, it must be a whole number from 0 to 65535';
  assert.equal(code, 2);
  assert.equal(
    err,
    `tapewire: warning: demo has no market and ignores --market, --scenario, --speed, --file\ntapewire: a problem in the configuration\n  ${problem}\n`,
  );
  const help = tapewire(cwd, 'demo', '--help').out;
  assert.match(help, /--data-dir/);
  assert.doesNotMatch(help, /--market|--scenario|--seed|--start-time|--speed|--symbols|--file/);
  assert.match(tapewire(cwd, 'start', '--help').out, /--start-time/);
});

it('refuses an instrument the embedded market does not have before anything starts', (t) => {
  const { code, err } = tapewire(folder(t), 'start', '--symbols', 'eth-usdt,FOOBARUSD', '--port', '0');
  assert.equal(code, 2);
  assert.match(err, /^ {2}--symbols: market\.symbols has "FOOBARUSD", which the embedded market does not have: /m);
});

it('ends a recording of nothing with 1, and says where to look', (t) => {
  const args = ['record', '--market', 'binance', '--venue-url', 'http://127.0.0.1:1', '--symbols', 'NOSUCH'];
  const { code, err } = tapewire(folder(t), ...args, '--for', '2s');
  assert.equal(code, 1);
  const where =
    'look whether anybody answers at http://127.0.0.1:1 and has NOSUCH, with `tapewire doctor --market binance`';
  assert.match(err, /^tapewire: nothing of LIVE binance at http:\/\/127\.0\.0\.1:1 was recorded/m);
  assert.ok(err.endsWith(`: ${where}\n`), err);
});
