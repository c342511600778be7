import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { SCOPES } from '../../src/ports/key-ring.ts';
import { renewDocumentation } from './documentation.ts';
import { ALLOWED, COLUMNS_SAY, REFUSED } from './matrix.ts';
import { TABLES } from './read-matrix.ts';

const page = readFileSync(new URL('../../../docs/security.md', import.meta.url), 'utf8');

it('is documented as it is', () => {
  assert.equal(renewDocumentation(page), page, 'run `node tools/document-security.mjs`');
  // It would notice one cell.
  const [first, ...rest] = TABLES;
  const rows = new Map([...first!.rows].map(([route, [, ...words]]) => [route, ['+any', ...words] as const]));
  assert.notEqual(renewDocumentation(page, [{ columns: first!.columns, rows }, ...rest]), page);
  assert.equal(renewDocumentation('# a page without marks'), undefined);
});

it('says what every column and every word means, and has no word that stands nowhere', () => {
  assert.deepEqual(
    Object.keys(COLUMNS_SAY),
    TABLES.flatMap(({ columns }) => columns),
  );
  const used = new Set(TABLES.flatMap(({ rows }) => [...rows.values()].flat()));
  assert.deepEqual([...used].sort(), [...Object.keys(REFUSED), ...Object.keys(ALLOWED)].sort());
});

it('names every scope', () => {
  for (const scope of SCOPES) assert.match(page, new RegExp(`^\\| \`${scope}\` \\|`, 'm'), scope);
});
