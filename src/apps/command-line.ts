import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { faultWords } from '../ports/fault-words.ts';
import type { ConfigResult, LoadedConfig } from './config/load-config.ts';
import type { Flags } from './config/overrides.ts';
import { packageVersion } from './version.ts';

/** 0 for success, 1 when the world did not play along, 2 when what was asked for cannot be understood. */
export type ExitCode = number;

const FAILED = 1;
const MISUSED = 2;

/** Everything but commander is imported by the command that needs it: the first answer must come fast. */
export async function runCommandLine(argv: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = buildProgram((result) => {
    code = result;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISUSED;
    const { StrategyError } = await import('./config/guarded-strategy.ts');
    if (!(error instanceof StrategyError)) throw error;
    // The user's own bug: the sentence says where, and our stack would only hide it.
    process.stderr.write(`tapewire: ${error.message}\n`);
    return FAILED;
  }
}

function buildProgram(finish: (code: ExitCode) => void): Command {
  const program = new Command('tapewire')
    .description('Turns the tape into signals and wires them to ATAS.')
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'tapewire: ')) });

  withServingFlags(program.command('start'))
    .description('the bot and its API, on the market of the configuration')
    .action(async (flags: Flags) => {
      const loaded = await load(flags, 'logged');
      finish(loaded === undefined ? MISUSED : await (await import('./start.ts')).start(loaded));
    });

  withServingFlags(program.command('demo'), 'hidden')
    .description('the API with two test signals and no market')
    .action(async (given: Flags) => {
      const flags = withoutMarket(given);
      const loaded = await load(flags, 'logged');
      finish(loaded === undefined ? MISUSED : await (await import('./demo.ts')).demo(loaded));
    });

  program
    .command('replay')
    .description('recorded tapes through the same engine, as fast as they can be read')
    .argument('<file...>', 'dumps as published (.csv, .csv.gz, .zip), or SYMBOL:kind=path')
    .option('--out <file>', 'write one signal per line to this file; - is stdout')
    .option('--journal <path>', 'keep the signals in this journal')
    .option('--config <file>', 'the configuration file (default: tapewire.yaml, when it is there)')
    .option('--symbols <list>', 'only these instruments, separated by commas')
    .option('--log-level <level>', 'trace, debug, info, warn, error, fatal or silent')
    .action(async (files: string[], { out, journal, ...flags }: Flags & { out?: string; journal?: string }) => {
      const loaded = await load({ ...flags, market: 'replay', file: files }, 'unlogged');
      if (loaded === undefined) return finish(MISUSED);
      try {
        finish(await (await import('./replay.ts')).replay(loaded, { out, journal }));
      } finally {
        // Not before: the progress bar draws over what is told meanwhile.
        loaded.complaints.tellTo(warn);
      }
    });

  withMarketFlags(program.command('record'))
    .description('records a market and does nothing else: no signals, no API, no journal')
    .option('--out <path>', 'a folder, or one file that ends in .tape (default: tapes in the data directory)')
    .option('--for <time>', 'how long, such as 30s, 10m or 8h (default: until Ctrl-C)')
    .option('--data-dir <path>', 'where journal, keys, log and lock live')
    .option('--config <file>', 'the configuration file (default: tapewire.yaml, when it is there)')
    .action(async ({ out, for: span, ...flags }: Flags & { out?: string; for?: string }) => {
      const spanMs = span === undefined ? undefined : milliseconds(span);
      if (span !== undefined && spanMs === undefined) {
        process.stderr.write(`tapewire: --for is "${span}", it must be a time such as 30s, 10m or 8h\n`);
        return finish(MISUSED);
      }
      const loaded = await load(flags, 'unlogged');
      if (loaded === undefined) return finish(MISUSED);
      finish(await (await import('./record.ts')).record(loaded, { out, spanMs }));
    });

  program
    .command('download')
    .description("Binance's published dumps, with their checksums; goes on where it was stopped")
    .requiredOption('--symbols <list>', 'instruments such as BTCUSDT, separated by commas')
    .requiredOption('--kinds <list>', 'of aggTrades, trades, 1m, bookTicker, bookDepth, metrics, fundingRate')
    .requiredOption('--from <day>', 'the first day (UTC) such as 2024-07-18')
    .option('--to <day>', 'the last day (UTC); the first when not given')
    .addOption(
      new Option('--type <type>', 'USD-M or COIN-M futures, or spot').choices(['um', 'cm', 'spot']).default('um'),
    )
    .option('--out <folder>', 'where the files go', 'tapes')
    .addOption(new Option('--parallel <number>', 'files at the same time').argParser(Number).default(4))
    .option('--from-url <url>', 'another server that has the same files')
    .action(async (flags: DownloadFlags) => {
      const { parallel } = flags;
      if (!Number.isInteger(parallel) || parallel < 1 || parallel > 16) {
        process.stderr.write('tapewire: --parallel must be a whole number from 1 to 16\n');
        return finish(MISUSED);
      }
      const listed = (text: string): string[] =>
        text
          .split(',')
          .map((item) => item.trim())
          .filter(Boolean);
      const { download } = await import('./download.ts');
      const symbols = listed(flags.symbols).map((symbol) => symbol.toUpperCase());
      const order = {
        market: flags.type,
        symbols,
        kinds: listed(flags.kinds),
        from: flags.from,
        to: flags.to ?? flags.from,
      };
      finish(await download({ order, folder: flags.out, fromUrl: flags.fromUrl, parallel }));
    });

  program
    .command('tape')
    .description('recorded files')
    .command('info')
    .description('checks recorded files and says what is in them; ends with 1 when one is damaged')
    .argument('<file...>', 'tapes, recordings or folders of recordings, or SYMBOL:kind=path')
    .option('--json', 'for a program to read')
    .addOption(
      new Option('--gap <seconds>', 'trades, quotes or books further apart than this are a gap')
        .argParser(Number)
        .default(60),
    )
    .option('--config <file>', 'the configuration file (default: tapewire.yaml, when it is there)')
    .action(async (files: string[], { json, gap, ...flags }: Flags & { json?: true; gap: number }) => {
      if (!(gap > 0)) {
        process.stderr.write('tapewire: --gap must be a number of seconds above 0\n');
        return finish(MISUSED);
      }
      const loaded = await load(flags, 'unlogged');
      if (loaded === undefined) return finish(MISUSED);
      const { tapeInfo } = await import('./tape-info.ts');
      finish(await tapeInfo(loaded, files, { json: json === true, silentSeconds: gap }));
    });

  withServingFlags(program.command('doctor'))
    .description('checks what the program needs here, and says what to do')
    .option('--json', 'for a program to read')
    .action(async ({ json, ...flags }: Flags & { json?: true }) => {
      const [{ doctor }, result] = await Promise.all([import('./doctor.ts'), read(flags)]);
      finish(await doctor(result, { json: json === true }));
    });

  const config = program.command('config').description('the configuration');
  withServingFlags(config.command('show'))
    .description('every value that holds, and where it comes from')
    .option('--json', 'for a program to read')
    .action(async ({ json, ...flags }: Flags & { json?: true }) => {
      const loaded = await load(flags, 'unlogged');
      if (loaded === undefined) return finish(MISUSED);
      const { renderConfig, renderConfigJson } = await import('./config/show.ts');
      process.stdout.write(json === true ? renderConfigJson(loaded) : renderConfig(loaded));
    });
  config
    .command('init')
    .description('writes a commented configuration file with the default values')
    .option('--config <file>', 'the file to write', 'tapewire.yaml')
    .option('--force', 'overwrite the file when it is there')
    .action(async ({ config: file, force }: { config: string; force?: true }) => {
      const { initConfig } = await import('./config/init.ts');
      finish(await initConfig(file, { force: force === true }));
    });
  addAtasCommands(
    program.command('atas').description('the strategy for ATAS: builds it, installs it, looks why it is not there'),
    finish,
  );
  const telegram = program.command('telegram').description('the bot that tells you');
  withPlaceFlags(telegram.command('test'))
    .description('sends one test signal; succeeds only when Telegram took it')
    .action(async (flags: Flags) => {
      const loaded = await load(flags, 'unlogged');
      if (loaded === undefined) return finish(MISUSED);
      const { telegramTest } = await import('./telegram-test.ts');
      const problem = (text: string): void => void process.stderr.write(`tapewire: ${text}\n`);
      const out = (text: string): void => void process.stdout.write(`${text}\n`);
      finish(await telegramTest(loaded.config, process.env, { out, problem }));
    });
  withPlaceFlags(program.command('trade'))
    .description('executes the signals of a running server at an exchange: on paper money unless --live')
    .requiredOption('--exchange <name>', 'binance')
    .option('--testnet', "the exchange's demo trading (the default)")
    .option('--live', 'real money')
    .option('--unproven', 'trade signals although nobody measured what they are worth')
    .option('--check', 'ask the exchange about key and account, and trade nothing')
    .option('--takeover', 'take the account from an executor that you know to be dead')
    .option('--server <url>', 'the Tapewire server (default: the one of the configuration, here)')
    .action(async ({ exchange, testnet, live, unproven, check, takeover, server, ...flags }: Flags & TradeOptions) => {
      if (testnet && live) {
        process.stderr.write('tapewire: --testnet and --live are two places: say one\n');
        return finish(MISUSED);
      }
      const loaded = await load(flags, 'logged');
      if (loaded === undefined) return finish(MISUSED);
      const stop = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
      const { trade } = await import('./trade.ts');
      const asked = {
        live: live === true,
        unproven: unproven === true,
        check: check === true,
        takeover: takeover === true,
      };
      const problem = (text: string): void => void process.stderr.write(`tapewire: ${text}\n`);
      const out = (text: string): void => void process.stdout.write(`${text}\n`);
      finish(await trade(loaded.config, { exchange, server, ...asked }, process.env, { out, problem }, stop.signal));
    });
  for (const action of CONTROLS) {
    withPlaceFlags(program.command(action))
      .description(CONTROL_WORDS[action])
      .argument('[reason...]', 'why: shown to everybody')
      .action(async (words: string[], flags: Flags) => {
        const loaded = await load(flags, 'unlogged');
        if (loaded === undefined) return finish(MISUSED);
        const { control } = await import('./control-files.ts');
        finish(await control(loaded.config.dataDir, action, words.join(' ') || `tapewire ${action}`));
      });
  }
  addKeyCommands(program.command('keys').description('who may use the API, and for what'), finish);
  return program;
}

function addAtasCommands(atas: Command, finish: (code: ExitCode) => void): void {
  const withAtasDir = (command: Command) =>
    command.option('--atas-dir <path>', 'the folder of the ATAS installation (default: looked for)');
  withAtasDir(atas.command('build'))
    .description('compiles the strategy against the installed ATAS')
    .action(async (wish: { atasDir?: string }) => finish(await (await import('./atas.ts')).buildAtas(wish)));
  withAtasDir(atas.command('install'))
    .description('builds it, copies it to where ATAS looks, and says what to click')
    .action(async (wish: { atasDir?: string }) => finish(await (await import('./atas.ts')).installAtas(wish)));
  withAtasDir(atas.command('doctor'))
    .description('checks what stands between this folder and a strategy that ATAS lists')
    .option('--json', 'for a program to read')
    .action(async ({ json, ...wish }: { atasDir?: string; json?: true }) =>
      finish(await (await import('./atas.ts')).doctorAtas({ ...wish, json: json === true })),
    );
}
interface TradeOptions {
  readonly exchange: string;
  readonly testnet?: true;
  readonly live?: true;
  readonly unproven?: true;
  readonly check?: true;
  readonly takeover?: true;
  readonly server?: string;
}

const CONTROLS = ['halt', 'resume', 'flatten'] as const;

const CONTROL_WORDS = {
  halt: 'no entries any more, on any account, over restarts',
  resume: 'ends a halt, and begins to measure losses anew',
  flatten: 'halts, and closes everything that is open',
} as const;
interface DownloadFlags {
  readonly symbols: string;
  readonly kinds: string;
  readonly from: string;
  readonly to?: string;
  readonly type: 'um' | 'cm' | 'spot';
  readonly out: string;
  readonly parallel: number;
  readonly fromUrl?: string;
}

/** These work while a server runs, which notices at once. */
function addKeyCommands(keys: Command, finish: (code: ExitCode) => void): void {
  withPlaceFlags(keys.command('add'))
    .description('makes a key and prints it, this once')
    .requiredOption('--name <name>', 'whose it is; what it publishes carries this name')
    .option('--scopes <list>', 'of read, publish, execute, report, admin, guide; separated by commas (default: read)')
    .option('--guide', 'for a client that can only change its base URL: prints that URL')
    .action(async ({ name, scopes, guide, ...flags }: Flags & { name: string; scopes?: string; guide?: true }) => {
      const loaded = await load(flags, 'unlogged');
      if (loaded === undefined) return finish(MISUSED);
      const { addKey } = await import('./keys.ts');
      finish(await addKey(loaded.config, { name, scopes, guide: guide === true }));
    });
  withPlaceFlags(keys.command('list'))
    .description('all keys ever made, without the keys themselves')
    .option('--json', 'for a program to read')
    .action(async ({ json, ...flags }: Flags & { json?: true }) => {
      const loaded = await load(flags, 'unlogged');
      if (loaded === undefined) return finish(MISUSED);
      finish((await import('./keys.ts')).listKeys(loaded.config, { json: json === true }));
    });
  withPlaceFlags(keys.command('revoke'))
    .description('ends a key')
    .argument('<key>', 'its id or its name')
    .action(async (key: string, flags: Flags) => {
      const loaded = await load(flags, 'unlogged');
      if (loaded === undefined) return finish(MISUSED);
      finish(await (await import('./keys.ts')).revokeKey(loaded.config, key));
    });
}

/** For commands that only need to know where things are. */
function withPlaceFlags(command: Command): Command {
  return command
    .option('--data-dir <path>', 'where journal, keys, log and lock live')
    .option('--config <file>', 'the configuration file (default: tapewire.yaml, when it is there)');
}

/** @param market whether the help speaks of the flags of the market; they are understood either way */
function withServingFlags(command: Command, market: 'shown' | 'hidden' = 'shown'): Command {
  command
    .option('--port <number>', 'TCP port of the API')
    .option('--host <address>', 'address the API listens on')
    .option('--data-dir <path>', 'where journal, keys, log and lock live')
    .option('--config <file>', 'the configuration file (default: tapewire.yaml, when it is there)');
  withMarketFlags(command, market);
  command
    .addOption(new Option('--record', 'record what the engine is told, to be replayed').preset('on'))
    .option('--record-dir <path>', 'where recordings go (default: tapes in the data directory)');
  return command.option('--log-level <level>', 'trace, debug, info, warn, error, fatal or silent');
}

function withMarketFlags(command: Command, market: 'shown' | 'hidden' = 'shown'): Command {
  for (const option of marketOptions()) command.addOption(option.hideHelp(market === 'hidden'));
  return command;
}

/** `90s`, `10m`, `8h`; `undefined` for what is no such time. */
function milliseconds(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,6})(s|m|h)$/.exec(text) ?? [];
  return unit === undefined || Number(count) === 0
    ? undefined
    : Number(count) * { s: 1, m: 60, h: 3600 }[unit as 's'] * 1000;
}

function marketOptions(): Option[] {
  return [
    new Option('--market <source>', 'sim, replay, binance, or ccxt:<id> such as ccxt:bybit'),
    new Option('--venue-url <url>', 'another server instead of the venue, such as a simulator'),
    new Option('--scenario <name>', 'how the embedded market behaves'),
    new Option('--seed <number>', 'repeats the embedded market'),
    new Option('--start-time <time>', 'where the embedded market begins: now, or 2026-01-01T00:00:00Z'),
    new Option('--speed <factor>', 'market seconds per second, 0.1 to 1000'),
    new Option('--symbols <list>', 'only these instruments, separated by commas'),
    new Option('--file <path>', 'a tape or a recording for --market replay; may be given again').argParser(
      (path, paths: string[] = []) => [...paths, path],
    ),
  ];
}

/** For the command without a market: says which flags it does not obey, and drops them. */
function withoutMarket(flags: Flags): Flags {
  const ignored = marketOptions().filter((option) => flags[option.attributeName()] !== undefined);
  if (ignored.length > 0) {
    warn(`demo has no market and ignores ${ignored.map(({ long }) => long).join(', ')}`);
  }
  const names = ignored.map((option) => option.attributeName());
  return Object.fromEntries(Object.entries(flags).filter(([name]) => !names.includes(name)));
}

function warn(text: string): void {
  process.stderr.write(`tapewire: warning: ${text}\n`);
}

async function read(flags: Flags): Promise<ConfigResult> {
  const cwd = process.cwd();
  const dotEnv = join(cwd, '.env');
  try {
    if (existsSync(dotEnv)) process.loadEnvFile(dotEnv);
  } catch (error) {
    const text = `cannot be read: ${faultWords(error)}`;
    return { ok: false, problems: [{ where: '.env', text }], logFile: undefined };
  }
  const [{ loadConfig }, { BUILT_INS }] = await Promise.all([
    import('./config/load-config.ts'),
    import('./config/defaults.ts'),
  ]);
  return loadConfig({ flags, env: process.env, cwd, strategies: BUILT_INS });
}

/** The configuration, or `undefined` after its problems were told on stderr and, for a serving command, in the log. */
async function load(flags: Flags, told: 'logged' | 'unlogged'): Promise<LoadedConfig | undefined> {
  const [result, { formatProblem }] = await Promise.all([read(flags), import('./config/problem.ts')]);
  if (result.ok) {
    for (const warning of result.warnings) warn(formatProblem(warning));
    if (told === 'logged') await logLastWords(result.value);
    return result.value;
  }
  const { problems, logFile } = result;
  const headline =
    problems.length === 1 ? 'a problem in the configuration' : `${problems.length} problems in the configuration`;
  process.stderr.write(`tapewire: ${headline}\n${problems.map((problem) => `  ${formatProblem(problem)}\n`).join('')}`);
  if (told === 'logged' && logFile !== undefined) {
    const { logFailure } = await import('../adapters/log/log-failure.ts');
    const failure = logFailure(logFile, headline, { problems: problems.map(formatProblem) });
    if (!failure.ok) warn(failure.problem);
  }
  return undefined;
}

/** A bug of ours ends the process. Node tells it on stderr; whoever comes later finds it in the log. */
async function logLastWords({ config }: LoadedConfig): Promise<void> {
  const { logFailure } = await import('../adapters/log/log-failure.ts');
  process.on('uncaughtExceptionMonitor', (error) => {
    const told = logFailure(join(config.dataDir, config.log.file), 'ended by an error of the program', {
      error: String(error instanceof Error ? error.stack : error),
    });
    if (!told.ok) process.stderr.write(`tapewire: ${told.problem}\n`);
  });
}
