import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { it } from 'node:test';
import fc from 'fast-check';
import { folder, load, problemsOf } from './config.testing.ts';
import { BUILT_INS, defaultConfig } from './defaults.ts';
import { configSchema } from './schema.ts';

it('is complete without file, variable or flag, and its defaults pass its own checks', async (t) => {
  const cwd = folder(t);
  const result = await load(cwd);
  assert.ok(result.ok);
  const { config, origins, seats, file } = result.value;
  assert.deepEqual(
    [config.api.port, config.market.seed, config.dataDir],
    [8888, undefined, join(cwd, 'tapewire-data')],
  );
  assert.deepEqual([...new Set(origins.values())], ['default']);
  assert.deepEqual(seats.map((seat) => [seat.definition.name, seat.weight, seat.options])[0], [
    'trend-confluence',
    0.22,
    { rangeBars: 20 },
  ]);
  assert.equal(file, undefined);
  assert.ok(configSchema.safeParse(defaultConfig(BUILT_INS)).success);
});

it('takes the flag before the variable, the variable before the file, the file before the default', async (t) => {
  const cwd = folder(t, { 'tapewire.yaml': 'api:\n  port: 1001\n  host: 127.0.0.1\nmarket:\n  speed: 2\n  seed: 3\n' });
  const result = await load(
    cwd,
    { port: '1003', symbols: 'ethusdt, BTCUSDT' },
    { TAPEWIRE_PORT: '1002', TAPEWIRE_SPEED: '5' },
  );
  assert.ok(result.ok, problemsOf(result).join('\n'));
  const { config, origins } = result.value;
  assert.deepEqual(
    [config.api.port, config.market.speed, config.market.seed, config.api.host, config.market.symbols],
    [1003, 5, 3, '127.0.0.1', ['ETHUSDT', 'BTCUSDT']],
  );
  const said = ['api.port', 'market.speed', 'market.seed', 'api.host', 'api.rate.local'].map((key) => origins.get(key));
  assert.deepEqual(said, ['--port', 'TAPEWIRE_SPEED', 'tapewire.yaml:6', 'tapewire.yaml:3', 'default']);
});

it('tells every problem at once: where, what is written, what is allowed, what was meant', async (t) => {
  const yaml = [
    'api:',
    '  prot: 9000',
    '  rate: { local: 0 }',
    'market:',
    '  scenario: mediun',
    '  startTime: 2026-02-30T00:00:00Z',
    '  symbols: [ETHUSDT, "ETH/USDT!"]',
    'port: 3',
    'bracket: { targetPercents: [1, 1, 2] }',
    'leverage:',
    '  table:',
    '    - { strength: 85, consensus: 75 }',
    'signals: { gate: expectancy }',
    'fusion: { timeframes: [1m, 2m] }',
  ];
  const cwd = folder(t, { 'tapewire.yaml': yaml.join('\n') });
  const problems = problemsOf(await load(cwd, { seed: '-1' }, { TAPEWIRE_PORT: '80a' }));
  const expected = [
    'tapewire.yaml:2: api.prot is not a key of the configuration, did you mean api.port?',
    'tapewire.yaml:3: api.rate.local is 0, it must be a whole number from 1 to 10000000',
    /^tapewire\.yaml:5: market\.scenario is "mediun", it must be one of "null_strict", .*"medium"/,
    'tapewire.yaml:6: market.startTime is "2026-02-30T00:00:00Z", it must be "now", or a whole minute in UTC such as 2026-01-01T00:00:00Z',
    'tapewire.yaml:7: market.symbols[1] is "ETH/USDT!", it must be an exchange id such as ETHUSDT: letters, digits and _',
    'tapewire.yaml:8: port is not a key of the configuration, did you mean api.port?',
    'tapewire.yaml:9: bracket.targetPercents is [1,1,2], it must be three growing numbers, percent of the entry',
    'tapewire.yaml:12: leverage.table[0].leverage is missing, it must be a whole number from 1 to 125',
    'tapewire.yaml:13: signals.gate is "expectancy", it must be "open": the gate "expectancy" needs measured expectancies, which this version does not have yet',
    'tapewire.yaml:14: fusion.timeframes[1] is "2m", it must be one of "1m", "3m", "5m"',
    'TAPEWIRE_PORT: api.port is "80a", it must be a whole number from 0 to 65535',
    '--seed: market.seed is -1, it must be a whole number from 0 to 9007199254740991',
  ];
  for (const [index, line] of expected.entries()) {
    if (line instanceof RegExp) assert.match(problems[index] ?? '', line);
    else assert.equal(problems[index], line);
  }
  assert.equal(problems.length, expected.length);
});

it('says what no key can know alone', async (t) => {
  const clash = problemsOf(await load(folder(t, { 'tapewire.yaml': 'fusion:\nbracket: { sigmaMinBps: 130 }\n' })));
  assert.deepEqual(clash, ['tapewire.yaml:2: bracket.sigmaMaxBps is 120, it must be at least sigmaMinBps']);
  const two = problemsOf(
    await load(folder(t, { 'tapewire.yaml': 'fusion: { minStrategies: 7 }' }), { market: 'replay' }),
  );
  assert.deepEqual(two, [
    'tapewire.yaml:1: fusion.minStrategies is 7, but there are only 6 strategies: no signal could ever come',
    '--market: market.source is "replay", but there are no files to replay: name them in market.files or with --file',
  ]);
});

it('names broken YAML by line, and a file that is not there', async (t) => {
  const of = async (yaml: string) => problemsOf(await load(folder(t, { 'tapewire.yaml': yaml }))).join('\n');
  assert.match(await of('api:\n  port: 1\n  port: 2\n'), /^tapewire\.yaml:3: not valid YAML: Map keys must be unique/);
  assert.match(await of('- 1\n'), /must hold sections/);
  assert.match(await of('api: [1, 2\n'), /not valid YAML/);
  assert.match(await of('api: *nowhere\n'), /not usable YAML/);
  assert.equal(await of('# nothing\napi:\nmarket:\n  # speed: 2\n'), '');
  const missing = problemsOf(await load(folder(t), { config: 'other.yaml' }));
  assert.deepEqual(missing, ['other.yaml: there is no such file: `tapewire config init` writes one']);
});

it('starts relative paths where they were written: at the file, or at the working directory', async (t) => {
  const cwd = folder(t);
  const elsewhere = folder(t, {
    'my.yaml': 'dataDir: ./d\nmarket: { source: replay, files: [a.csv, "ETHUSDT:trades=b.csv"] }\n',
  });
  const result = await load(cwd, { config: join(elsewhere, 'my.yaml') });
  assert.ok(result.ok, problemsOf(result).join('\n'));
  assert.equal(result.value.config.dataDir, join(elsewhere, 'd'));
  assert.deepEqual(result.value.config.market.files, [
    join(elsewhere, 'a.csv'),
    `ETHUSDT:trades=${join(elsewhere, 'b.csv')}`,
  ]);
  const flagged = await load(cwd, { config: join(elsewhere, 'my.yaml'), dataDir: 'x' });
  assert.ok(flagged.ok);
  assert.equal(flagged.value.config.dataDir, resolve(cwd, 'x'));
});

it('knows the log file in spite of other problems, and not when the data directory is one of them', async (t) => {
  const cwd = folder(t);
  const bad = await load(cwd, { port: 'x', dataDir: 'd' });
  assert.ok(!bad.ok);
  assert.equal(bad.logFile, join(cwd, 'd', 'high_frequency_scalping.log'));
  const unknown = await load(folder(t, { 'tapewire.yaml': 'dataDir: 5' }));
  assert.ok(!unknown.ok);
  assert.equal(unknown.logFile, undefined);
});

it('takes no file of the data directory for its log, and writes no last words into one', async (t) => {
  const own = [
    'journal-sim.db',
    'Journal-SIM.DB',
    'journal-sim.db-wal',
    'lock.db',
    'server.json',
    'x.db',
    'bot-shm',
    'keys.json',
    'api-key',
  ];
  for (const name of own) {
    const refused = await load(folder(t, { 'tapewire.yaml': `log: { file: ${name} }\n` }));
    assert.match(
      problemsOf(refused).join(),
      /log\.file .*no name of a journal, a lock, a file of keys or server\.json/,
      name,
    );
    assert.equal(!refused.ok && refused.logFile, undefined, name);
  }
  assert.ok((await load(folder(t, { 'tapewire.yaml': 'log: { file: bot.log }\n' }))).ok);
});

it('shows no secret: not as a value, not in broken YAML', async (t) => {
  const secret = 'hunter2hunter2';
  for (const yaml of [
    `telegramToken: ${secret}\n`,
    `api: { port: { apiKey: ${secret} } }\n`,
    `token: "${secret}\n`,
    `token: *${secret}\n`,
    `token: !!${secret} x\n`,
    `api: { password: ${secret} }\n`,
  ]) {
    const problems = problemsOf(await load(folder(t, { 'tapewire.yaml': yaml })));
    assert.ok(problems.length > 0, yaml);
    assert.ok(!problems.join('\n').includes(secret), problems.join('\n'));
  }
});

it('warns of a variable nobody reads', async (t) => {
  const result = await load(folder(t), {}, { TAPEWIRE_PROT: '1', TAPEWIRE_PORT: '', PATH: '' });
  assert.ok(result.ok);
  assert.deepEqual(result.warnings, [
    { where: 'TAPEWIRE_PROT', text: 'is not a variable of Tapewire, did you mean TAPEWIRE_PORT?' },
  ]);
});

it('never throws, whatever the file holds', async (t) => {
  const key = fc.constantFrom(
    'api',
    'market',
    'port',
    'strategies',
    'fusion',
    'timeframes',
    '__proto__',
    'table',
    'leverage',
    'x',
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<unknown>(null, 0, 1.5, -1, '', 'now', true),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
    ),
  }));
  const law = fc.asyncProperty(fc.dictionary(key, tree), async (data) => {
    const result = await load(folder(t, { 'tapewire.yaml': JSON.stringify(data) }));
    assert.ok(result.ok || result.problems.every(({ where, text }) => where !== '' && text !== ''));
  });
  await fc.assert(law, { numRuns: 150 });
});

it('takes networks in CIDR form, and says which one is none', async (t) => {
  const with1 = (networks: string) => load(folder(t, { 'tapewire.yaml': `api:\n  networks: ${networks}\n` }));
  const good = await with1('[192.168.1.0/24, "fd00::/64"]');
  assert.ok(good.ok);
  assert.deepEqual(good.value.config.api.networks, ['192.168.1.0/24', 'fd00::/64']);
  const allowed =
    'a network such as 192.168.1.0/24 (one machine: 192.168.1.20/32), at least /8 for IPv4 and /16 for IPv6';
  assert.deepEqual(problemsOf(await with1('[10.0.0.0/8, 192.168.1.20, 0.0.0.0/0]')), [
    `tapewire.yaml:2: api.networks[1] is "192.168.1.20", it must be ${allowed}`,
    `tapewire.yaml:2: api.networks[2] is "0.0.0.0/0", it must be ${allowed}`,
  ]);
  assert.match(
    problemsOf(await with1('10.0.0.0/8')).join(),
    /it must be a list of networks such as \[192\.168\.1\.0\/24\]/,
  );
});

it('says in words what a chat and quiet hours must be', async (t) => {
  const cwd = folder(t, { 'tapewire.yaml': 'telegram: { chatId: 12x, quietHours: "25:00-26:00" }\n' });
  const problems = problemsOf(await load(cwd, {})).join('\n');
  assert.match(problems, /telegram\.chatId is "12x", it must be the number of a chat, negative for a group/);
  assert.match(problems, /quietHours is "25:00-26:00", it must be "[a-z]+", or hours of UTC such as 22:00-07:00/);
});

it('wants no credentials in an address, which fetch would refuse with the whole of it in the reason', async (t) => {
  const cwd = folder(t, {
    'tapewire.yaml':
      'telegram: { apiRoot: "https://u:p@bots.example" }\nwebhooks: { urls: ["https://u:p@hook.example/x"] }\n',
  });
  const flags = { market: 'binance', venueUrl: 'http://bob:hunter2@127.0.0.1:1' };
  const problems = problemsOf(await load(cwd, flags));
  assert.equal(problems.length, 3, problems.join('\n'));
  for (const problem of problems) assert.match(problem, /without .*a? name and a? ?password in it/);
  assert.match(
    problems.join('\n'),
    /^--venue-url: market\.live\.venueUrl is "http:\/\/\*\*\*@127\.0\.0\.1:1", it must be/m,
  );
  assert.doesNotMatch(problems.join('\n'), /hunter2|u:p@/, 'the refusal goes into the log');
});
