import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Decoded } from '../../core/decoded.ts';
import { faultWords } from '../../ports/fault-words.ts';
import { redact } from './redact.ts';

/** pino's number for `fatal`. */
const FATAL = 60;

/**
 * Writes one line to the log file at once, without the logger: for a program that ends before it has one,
 * or that is ending so hard that nothing asynchronous would still be written.
 */
export function logFailure(file: string, msg: string, details: Readonly<Record<string, unknown>> = {}): Decoded<void> {
  const line = JSON.stringify({ level: FATAL, time: Date.now(), ...(redact(details) as object), msg });
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    appendFileSync(file, `${line}\n`);
    return { ok: true, value: undefined };
  } catch (error) {
    return { ok: false, problem: `the log file ${file} cannot be written: ${faultWords(error)}` };
  }
}
