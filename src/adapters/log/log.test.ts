import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { openLog } from './log.ts';
import { logFailure } from './log-failure.ts';
import { isSecretName, redact } from './redact.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'tapewire-log-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function terminal(): { text: string; isTTY: boolean; write(text: string): void } {
  return {
    text: '',
    isTTY: false,
    write(text) {
      this.text += text;
    },
  };
}

const SETTINGS = { level: 'info', maxSizeMb: 1, keepFiles: 3 } as const;

it('writes JSON to the file and words to the terminal, and is done when close resolves', async (t) => {
  const file = join(folder(t), 'data', 'bot.log');
  const screen = terminal();
  const log = await openLog({ ...SETTINGS, file }, screen);
  log.logger.info({ port: 8888 }, 'listening');
  log.logger.debug('not at this level');
  log.logger.error(new Error('no luck'), 'failed');
  await log.close();
  await log.close();
  const lines = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    lines.map(({ level, msg }) => [level, msg]),
    [
      [30, 'listening'],
      [50, 'failed'],
    ],
  );
  assert.equal(lines[0]?.port, 8888);
  assert.match(screen.text, /INFO: listening \{"port":8888\}\n/);
  assert.match(screen.text, /Error: no luck/);
  assert.equal(log.warning, undefined);
});

it('keeps a bounded number of files of a bounded size', async (t) => {
  const dir = folder(t);
  const log = await openLog({ ...SETTINGS, file: join(dir, 'bot.log'), maxSizeMb: 0.01, keepFiles: 2 }, terminal());
  for (let round = 0; round < 8; round += 1) {
    for (let line = 0; line < 60; line += 1) log.logger.info({ round, line }, 'x'.repeat(100));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await log.close();
  const files = readdirSync(dir).sort();
  assert.deepEqual(files, ['bot.log', 'bot.log.1', 'bot.log.2']);
  for (const name of files) assert.ok(statSync(join(dir, name)).size < 11 * 1024 + 300, name);
  assert.match(
    readFileSync(join(dir, 'bot.log'), 'utf8') + readFileSync(join(dir, 'bot.log.1'), 'utf8'),
    /"round":7,"line":59/,
  );
});

it('goes on without a file when there can be none, and says so', async (t) => {
  const dir = folder(t);
  writeFileSync(join(dir, 'occupied'), '');
  for (const file of [join(dir, 'occupied', 'bot.log'), dir]) {
    const screen = terminal();
    const log = await openLog({ ...SETTINGS, file }, screen);
    log.logger.info('still here');
    await log.close();
    assert.match(log.warning ?? '', /^the log file .* cannot be written: /);
    assert.match(screen.text, /tapewire: warning: the log file(.|\n)*still here/);
  }
});

it('shows no secret, however it gets into a line', async (t) => {
  const file = join(folder(t), 'bot.log');
  const screen = terminal();
  const log = await openLog({ ...SETTINGS, file }, screen);
  log.logger.info({ telegram: { botToken: 'S3CRET' }, headers: { authorization: 'Bearer S3CRET' } }, 'a');
  log.logger.child({ apiKey: 'S3CRET' }).info('b');
  log.logger.info('sent Bearer S3CRET to http://localhost:8888/t/S3CRET/api/signals');
  log.logger.error(Object.assign(new Error('GET /t/S3CRET/api failed'), { password: 'S3CRET' }));
  await log.close();
  const written = readFileSync(file, 'utf8');
  assert.equal(written.trim().split('\n').length, 4);
  assert.ok(!(written + screen.text).includes('S3CRET'), written);
});

it('lets nobody who may give reasons write on the terminal: no control characters, and no line that looks like ours', async (t) => {
  const file = join(folder(t), 'bot.log');
  const screen = terminal();
  const log = await openLog({ ...SETTINGS, file }, screen);
  const reason = 'all \u001b[2Jclear\r\u009b31m\u0007\n[12:00:00.000] INFO: a line of their own';
  log.logger.info({ reason }, `closed: ${reason}`);
  log.logger.error({ err: new Error(reason) }, 'failed');
  await log.close();
  assert.deepEqual(
    [...screen.text].filter((each) => /\p{Cc}/u.test(each) && each !== '\n'),
    [],
  );
  assert.equal(screen.text.match(/^\[/gm)?.length, 2);
  assert.match(screen.text, /closed: all \\u001b\[2Jclear\\u000d\\u009b31m/);
  const [line] = readFileSync(file, 'utf8').split('\n');
  assert.equal((JSON.parse(line!) as { reason: string }).reason, reason, 'the file keeps what was said');
});

it('knows a secret by its name', () => {
  const secret = [
    'token',
    'apiKey',
    'api_key',
    'API-KEY',
    'TAPEWIRE_TELEGRAM_TOKEN',
    'clientSecret',
    'Authorization',
    'key',
  ];
  const open = ['keepDays', 'monkey', 'keyboard', 'host', 'signal_strength', 'symbol'];
  assert.deepEqual([secret.filter((name) => !isSecretName(name)), open.filter(isSecretName)], [[], []]);
  assert.deepEqual(redact({ a: [{ token: 5 }], token: null }), { a: [{ token: '***' }], token: null });
  const key = `tw_${'aB3-_'.repeat(8)}xyz`;
  assert.equal(
    redact(`GET /t/${key}/api/signals, Bearer ${key}, (${key})`),
    'GET /t/***/api/signals, Bearer *** (tw_***)',
  );
});

it('tells the last words even when silence was asked for', async (t) => {
  const file = join(folder(t), 'bot.log');
  const screen = terminal();
  const log = await openLog({ ...SETTINGS, level: 'silent', file }, screen);
  log.logger.fatal('not this');
  log.lastWords({ command: 'start', apiKey: 'S3CRET' }, 'port 8888 is taken');
  await log.close();
  assert.match(screen.text, /^[^\n]*FATAL: port 8888 is taken[^\n]*\n$/);
  const { level, msg, apiKey } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  assert.deepEqual([level, msg, apiKey], [60, 'port 8888 is taken', '***']);
});

it('can write the last words without a logger', (t) => {
  const file = join(folder(t), 'data', 'bot.log');
  assert.deepEqual(logFailure(file, 'port 8888 is taken', { apiKey: 'x' }), { ok: true, value: undefined });
  const { time, ...line } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  assert.deepEqual(line, { level: 60, apiKey: '***', msg: 'port 8888 is taken' });
  assert.equal(typeof time, 'number');
  assert.match(JSON.stringify(logFailure(join(file, 'x.log'), 'no')), /cannot be written/);
});
