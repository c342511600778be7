import { Connection, type Row } from './connection.ts';
import { MIGRATIONS, migrate } from './schema.ts';

/**
 * A damaged file may hold anything where a text was, and at a text that is not UTF-8 the driver ends the process, which
 * nobody can catch. So every text is asked for as bytes, which `Connection` turns back into text or refuses, and every
 * number as a number; and column names, which come from the file as well, are believed only after `schemaDamage`.
 */
export const asText = (column: string): string => `CAST(${column} AS BLOB) AS ${column}`;
export const asNumber = (column: string): string => `CAST(${column} AS INTEGER) AS ${column}`;

/**
 * What is wrong with the tables themselves, `undefined` when they are word for word those that a new journal of this
 * version has.
 */
export function schemaDamage(file: Connection, version: number): string | undefined {
  const fresh = new Connection(':memory:');
  try {
    if (version > 0) migrate(fresh, 0, MIGRATIONS.slice(0, version));
    return written(file) === written(fresh) ? undefined : 'its tables are not those of a journal';
  } finally {
    fresh.close();
  }
}

function written(file: Connection): string {
  const columns = ['type', 'name', 'tbl_name', 'sql'].map(asText).join(', ');
  const rows = file.rows(`SELECT ${columns} FROM sqlite_master`);
  // However the statement was indented in the program that made the table.
  const words = rows.map(({ type, name, tbl_name, sql }: Row) =>
    `${type} ${name} ${tbl_name} ${sql}`.split(/\s+/).join(' '),
  );
  return words.sort().join('\n');
}
