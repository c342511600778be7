import assert from 'node:assert/strict';
import { ALLOWED, FROM_A_WEB_PAGE, REFUSED, WHAT_IS_SENT, WHO_ASKS } from './matrix.ts';

export type Refusing = keyof typeof REFUSED;
export type Allowing = keyof typeof ALLOWED;

export interface Table {
  readonly columns: readonly string[];
  /** By route, as `GET /api/health`: a word for every column. */
  readonly rows: ReadonlyMap<string, readonly (Refusing | Allowing)[]>;
}

export const TABLES: readonly Table[] = [FROM_A_WEB_PAGE, WHO_ASKS, WHAT_IS_SENT].map(readTable);

/** A table as it is written: names of columns, then a route and its words per line, with `|` between them. */
export function readTable(text: string): Table {
  const [head, ...lines] = text
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((part) => part.trim()));
  const columns = head!.slice(1);
  const rows = new Map(
    lines.map(([route = '', ...words]) => {
      assert.equal(
        words.length,
        columns.length,
        `matrix: ${route} has ${words.length} words for ${columns.length} columns`,
      );
      return [route, words.map(known)];
    }),
  );
  assert.equal(rows.size, lines.length, 'matrix: a route stands there twice');
  return { columns, rows };
}

export const isRefusing = (word: Refusing | Allowing): word is Refusing => Object.hasOwn(REFUSED, word);

function known(word: string): Refusing | Allowing {
  assert.ok(Object.hasOwn(REFUSED, word) || Object.hasOwn(ALLOWED, word), `matrix: ${JSON.stringify(word)} is no word`);
  return word as Refusing | Allowing;
}
