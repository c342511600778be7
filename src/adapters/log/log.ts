import { type Logger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { openLogFile } from './log-file.ts';
import { harmless, redact } from './redact.ts';

export interface LogSettings {
  readonly level: string;
  /** Absolute. Its folder is made when missing. */
  readonly file: string;
  readonly maxSizeMb: number;
  readonly keepFiles: number;
}

export interface Log {
  readonly logger: Logger;
  /** Why there is no log file, for the start-up screen; `undefined` when there is one. Already told on the terminal. */
  readonly warning: string | undefined;
  /** Tells why the program ends, whatever the level is: nobody turned that off who asked for silence. */
  lastWords(details: Readonly<Record<string, unknown>>, msg: string): void;
  /** Resolves when every line is written, or after two seconds. The logger still works on the terminal afterwards. */
  close(): Promise<void>;
}

/** Where people read along: `process.stderr`, so that stdout stays free for results. */
export interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Human lines on the terminal, JSON lines in the rotated file; both without secrets, whoever logged them.
 * A file that cannot be written is a warning, never a reason not to run.
 */
export async function openLog(settings: LogSettings, terminal: Terminal = process.stderr): Promise<Log> {
  const warn = (problem: string): void => {
    terminal.write(`tapewire: warning: ${problem}; logging goes on here only\n`);
  };
  const opened = await openLogFile(settings, warn);
  if (!opened.ok) warn(opened.problem);
  const file = opened.ok ? opened.value : undefined;
  const colorize = terminal.isTTY === true && process.env.NO_COLOR === undefined;
  const pretty = prettyFactory({ colorize, singleLine: true, translateTime: 'SYS:HH:MM:ss.l' });

  const sink = {
    // Redacted here, at the last place: serializers, children and other people's log calls all end up here.
    write(line: string): void {
      const record = redact(JSON.parse(line)) as object;
      file?.write(`${JSON.stringify(record)}\n`);
      terminal.write(pretty(harmless(record)));
    },
  };
  const logger = pino({ level: settings.level, base: null }, sink);
  const lastWords = (details: Readonly<Record<string, unknown>>, msg: string): void =>
    sink.write(JSON.stringify({ level: pino.levels.values.fatal, time: Date.now(), ...details, msg }));
  return { logger, warning: opened.ok ? undefined : opened.problem, lastWords, close: async () => file?.close() };
}
