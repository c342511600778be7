import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ROUTE_TABLE } from '../../src/adapters/http/route-table.ts';
import { BUILT_INS } from '../../src/apps/config/defaults.ts';
import { keyReference } from '../../src/apps/config/reference.ts';

/** The page that holds the guide against the product must not name what is not there. */

const root = fileURLToPath(new URL('../../..', import.meta.url));
const PAGE = join(root, 'docs', 'guide.md');
const page = readFileSync(PAGE, 'utf8');
const codes = [...page.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!);

it('goes through every heading of the guide, in its order', () => {
  const headings = [
    ...['Overview and Architecture', 'Features', 'Quick Start', 'API Endpoints', 'GET /api/signals'],
    ...['ATAS C# Integration', 'Example ATAS Strategy', 'Building the Strategy', 'Testing', 'Configuration'],
    ...['Troubleshooting', 'API Server Not Starting', 'ATAS Cannot Connect', 'No Signals Appearing'],
    ...['Signal Flow Diagram', 'Advanced Usage', 'Best Practices', 'Support', 'License'],
  ];
  const found = [...page.matchAll(/^##+ (.+)$/gm)].map((match) => match[1]!);
  assert.deepEqual(
    found.filter((heading) => headings.includes(heading)),
    headings,
  );
});

it('names files, routes, commands and keys that exist', () => {
  const files = codes.filter((code) => /^(src|test|docs|tools)\//.test(code));
  const links = [...page.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1]!);
  for (const file of files) assert.ok(existsSync(join(root, file)), file);
  for (const link of links) assert.ok(existsSync(join(dirname(PAGE), link)), link);

  const paths = [...page.matchAll(/(?<![\w.])\/api\/[\w/.{}-]+/g)].map((match) => match[0].replace(/[./]$/, ''));
  const routes = ROUTE_TABLE.map(({ path }) => path.replace('*', '{symbol}').replace(/:(\w+)/, '{$1}'));
  for (const path of paths) {
    assert.ok(routes.includes(path) || path === '/api/v1' || /^\/api\/signals\/[A-Z]+$/.test(path), path);
  }

  const keys = keyReference(BUILT_INS).map(({ key }) => key);
  const named = codes.filter((code) =>
    /^(api|market|fusion|bracket|leverage|signals|journal|telegram|webhooks|outbox|log)\.[\w.*]+$/.test(code),
  );
  for (const key of named)
    assert.ok(
      keys.some((each) => each === key || each.startsWith(key.replace('*', ''))),
      key,
    );

  const commands = [...page.matchAll(/(?:tapewire --|tools\/run\.mjs) (?!X`)([a-z]+)/g)].map((match) => match[1]!);
  for (const command of commands)
    assert.ok(['start', 'demo', 'replay', 'doctor', 'config', 'keys', 'atas', 'telegram'].includes(command), command);
  for (const found of [files, links, paths, named, commands]) assert.ok(found.length >= 4);
});
