import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ROUTE_TABLE } from '../../src/adapters/http/route-table.ts';
import { REFUSAL_STATUS } from '../../src/contract/refusal.ts';
import { decode } from '../../src/contract/v1/decode.ts';
import { EVENT_TYPES } from '../../src/contract/v1/event.ts';
import { reportRequest } from '../../src/contract/v1/execution.ts';
import { slippageBps } from '../../src/contract/v1/execution-summary.ts';
import { LATENCY_STAGES } from '../../src/contract/v1/latency.ts';
import { SIGNAL_STATES } from '../../src/contract/v1/signal.ts';
import { DELIVERY_STATES } from '../../src/core/delivery/delivery.ts';
import { mayMove } from '../../src/core/delivery/edges.testing.ts';
import { LEGS, REPORT_FLAGS, REPORT_TYPES } from '../../src/core/delivery/report.ts';
import { Server } from '../kills/server.ts';
import { type Block, blocksBelow, sectionOf, walk } from './walk.ts';

/** docs/delivery.md is for people who cannot look into the code: every command, body and table of it must hold. */

const root = fileURLToPath(new URL('../../..', import.meta.url));
const PAGE = join(root, 'docs', 'delivery.md');
const page = readFileSync(PAGE, 'utf8');

/** What stands in backquotes in each cell of the tables below a heading, their head rows left out. */
const tableBelow = (heading: string): readonly (readonly (readonly string[])[])[] =>
  sectionOf(page, heading)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!)),
    );
const namesIn = (heading: string) => tableBelow(heading).flatMap(([first]) => first!);

it('lists every refusal with its status', () => {
  const rows = [...sectionOf(page, 'Errors').matchAll(/^\| `([A-Z_]+)` \| (\d+) \| [^|]+ \| [^|]+ \|$/gm)];
  const listed = rows.map(([, code, status]) => [code!.toLowerCase(), Number(status)]);
  assert.deepEqual(Object.fromEntries(listed), { ...REFUSAL_STATUS });
});

it('lists every state and every edge', () => {
  assert.deepEqual(
    namesIn('The life of a signal'),
    [...SIGNAL_STATES].sort(byPlaceIn(namesIn('The life of a signal'))),
  );
  const rows = tableBelow('The life of a delivery');
  assert.deepEqual(
    rows.slice(0, DELIVERY_STATES.length).map(([state]) => state),
    DELIVERY_STATES.map((state) => [state]),
  );
  const edges = rows.slice(DELIVERY_STATES.length).map(([from, to]) => [from![0], to]);
  assert.deepEqual(
    edges,
    DELIVERY_STATES.map((from) => [from, DELIVERY_STATES.filter((to) => mayMove(from, to))]),
  );
});

it('lists every type, leg and flag of a report, every event and every stage', () => {
  assert.deepEqual(new Set(namesIn('Reports')), new Set([...REPORT_TYPES, ...LEGS]));
  const flags = [...sectionOf(page, 'Reports').matchAll(/`([a-z_]+)` \((?=the matter|no such|from a|it cannot)/g)];
  assert.deepEqual(
    flags.map(([, flag]) => flag),
    [...REPORT_FLAGS],
  );
  const events = namesIn('Reading along').filter((name) => name.includes('.'));
  assert.deepEqual(new Set(events), new Set(EVENT_TYPES));
  assert.deepEqual(namesIn('Latency and slippage'), [...LATENCY_STAGES]);
});

it('shows bodies that are taken, one of every type of report', () => {
  const bodies = [...page.matchAll(/^ {4}(\{"report_id".*\})$/gm)].map(([, text]) => JSON.parse(text!));
  for (const body of bodies) assert.ok(decode(reportRequest, body, 'it').ok, JSON.stringify(body));
  assert.deepEqual(new Set(bodies.map(({ type }) => type)), new Set(REPORT_TYPES));
  assert.equal(new Set(bodies.map(({ report_id: id }) => id)).size, bodies.length);
});

it('says the sign of slippage as it is computed', () => {
  assert.match(page, /Filled at 3500\.35 where 3500\s+was wanted:\s+BUY \+1\.0,\s+SELL −1\.0/);
  assert.equal(slippageBps('buy', 3500, 3500.35).toFixed(1), '1.0');
  assert.equal(slippageBps('sell', 3500, 3500.35).toFixed(1), '-1.0');
});

it('names files, headings, calls and commands that exist', () => {
  for (const [, link] of page.matchAll(/\]\(([^)]+)\)/g)) {
    const [file = '', heading] = link!.split('#');
    if (file !== '') assert.ok(existsSync(join(dirname(PAGE), file)), file);
    const headings = [...page.matchAll(/^##+ (.+)$/gm)].map(([, text]) => text!.toLowerCase().replaceAll(' ', '-'));
    if (heading !== undefined) assert.ok(headings.includes(heading), heading);
  }
  const routes = ROUTE_TABLE.map(({ method, path }) => `${method} ${path.replace(/:\w+/g, '{}')}`);
  const calls = [...page.matchAll(/\b(GET|POST|PATCH|DELETE) (?:\/api\/v1)?(\/(?!api)[a-z/{}]+)/g)];
  for (const [text, method, path] of calls) {
    assert.ok(routes.includes(`${method} /api/v1${path!.replace(/\{\w+\}/g, '{}')}`), text);
  }
  const powershell = [...sectionOf(page, 'On Windows').matchAll(/call (Get|Post) ["'](\/[^?'"]+)/g)];
  for (const [text, method, path] of powershell) {
    const plain = `${method!.toUpperCase()} /api/v1${path!.replace(/\$\([^)]+\)/g, '{}')}`;
    assert.ok(routes.includes(plain), text);
  }
  assert.ok(calls.length > 10 && powershell.length > 3);
});

describe('a reader with a shell', { concurrency: true }, () => {
  it('can be walked on the demo, command by command', async (t) => {
    const { folder, port, server } = await serving(t, 'demo', []);
    if (port === undefined) return;
    await checkWalk(t, blocksBelow(page, 'On the demo, in a POSIX shell'), folder, port, server);
  });

  it('can be walked on the simulated market, command by command, and measures what it says', async (t) => {
    const { folder, port, server, url } = await serving(t, 'start', ['--market', 'sim', '--seed', '7']);
    if (port === undefined) return;
    await checkWalk(t, blocksBelow(page, 'On the simulated market, in a POSIX shell'), folder, port, server);

    const Authorization = `Bearer ${readFileSync(join(folder, 'tapewire-data', 'api-key'), 'utf8').trim()}`;
    const metrics = await (await fetch(`${url}/api/v1/metrics`, { headers: { Authorization } })).text();
    const measured = [...metrics.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name!);
    const listed = namesIn('Metrics').map((name) => name.replace(/\{.*\}/, ''));
    assert.deepEqual(new Set(listed), new Set(measured));

    // What generators of clients read: the media type that each answer really has.
    const { paths } = (await (await fetch(`${url}/api/openapi.json`)).json()) as ReturnType<typeof JSON.parse>;
    const typesOf = (path: string, method: string, status: string) =>
      Object.keys(paths[path][method].responses[status].content);
    assert.deepEqual(typesOf('/api/v1/signals', 'get', '200'), ['application/json']);
    assert.deepEqual(typesOf('/api/v1/stream', 'get', '200'), ['text/event-stream']);
    assert.deepEqual(typesOf('/api/v1/metrics', 'get', '200'), ['text/plain']);
    assert.deepEqual(typesOf('/api/signals/latest', 'get', '404'), ['application/json']);
    for (const status of ['401', '409', '429', 'default']) {
      assert.deepEqual(typesOf('/api/v1/signals/{id}/claim', 'post', status), ['application/problem+json']);
    }
  });
});

async function checkWalk(
  t: TestContext,
  blocks: readonly Block[],
  folder: string,
  port: string,
  server: Server,
): Promise<void> {
  const printed = await walk(blocks, folder, port);
  let promised = 0;
  for (const [index, { commands, promises }] of blocks.entries()) {
    let from = 0;
    for (const promise of promises) {
      const at = printed[index]?.indexOf(promise, from) ?? -1;
      const detail = `${commands}\n\nprinted\n\n${printed[index]}\n\n${server.problems}`;
      assert.ok(at >= 0, `the page says ${promise} after\n\n${detail}`);
      from = at + promise.length;
      promised += 1;
    }
  }
  assert.ok(promised > 10);
  t.diagnostic(`${blocks.length} blocks, ${promised} things that the page says of their answers`);
}

/** The program in a folder as the reader has it. Without a shell and curl the test is skipped, and says so. */
async function serving(t: TestContext, command: 'start' | 'demo', args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'tapewire-delivery-page-'));
  const able = ['sh', 'curl'].every((name) => spawnSync(name, ['--version']).error === undefined);
  const server = new Server(['--data-dir', join(folder, 'tapewire-data'), ...args], folder, { command });
  t.after(async () => {
    await server.kill();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });
  if (!able) {
    t.skip('the page is walked in a POSIX shell: install sh and curl');
    return { folder, port: undefined, server, url: '' };
  }
  const url = await server.listening();
  // The screen comes before the first signals do, and before the market has a price.
  await sleep(1_000);
  return { folder, port: new URL(url).port, server, url };
}

const byPlaceIn = (names: readonly string[]) => (a: string, b: string) => names.indexOf(a) - names.indexOf(b);
