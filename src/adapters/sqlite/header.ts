import { closeSync, openSync, readSync } from 'node:fs';
import type { Decoded } from '../../core/decoded.ts';
import { APPLICATION_ID } from './schema.ts';

const HEADER_BYTES = 100;
const MAGIC = 'SQLite format 3\0';
const APPLICATION_ID_OFFSET = 68;

/**
 * Is this a journal of ours? Asked of the first bytes and not of SQLite, which would touch a stranger's file by
 * opening it. Source: the SQLite file format, "The Database Header".
 *
 * Only for a file that is not open in this process: reading it here would drop SQLite's locks on it.
 */
export function checkHeader(path: string): Decoded<'ours'> {
  const header = Buffer.alloc(HEADER_BYTES);
  const descriptor = openSync(path, 'r');
  let bytes: number;
  try {
    bytes = readSync(descriptor, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(descriptor);
  }
  const remedy = 'It was left as it is: restore it from a backup, name another path, or move it away to begin anew';
  if (bytes === 0)
    return { ok: false, problem: `${path} is empty: a damaged journal, or not a journal at all. ${remedy}` };
  if (bytes < HEADER_BYTES || header.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    return {
      ok: false,
      problem: `${path} is not a journal: its first bytes are not those of a SQLite file. ${remedy}`,
    };
  }
  if (header.readUInt32BE(APPLICATION_ID_OFFSET) !== APPLICATION_ID) {
    return { ok: false, problem: `${path} is a SQLite file of another program. ${remedy}` };
  }
  return { ok: true, value: 'ours' };
}
