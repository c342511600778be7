import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ROUTE_TABLE, type Row } from '../../src/adapters/http/route-table.ts';
import { failure } from '../../src/contract/schemas.ts';
import { problem } from '../../src/contract/v1/problem.ts';
import { SCOPES } from '../../src/ports/key-ring.ts';
import { type Heard, send, type Visit } from './asking.ts';
import { REFUSED } from './matrix.ts';
import { type Allowing, isRefusing, type Refusing, readTable, TABLES } from './read-matrix.ts';
import { RIGHT_REQUESTS } from './right-requests.ts';
import { openStand, type Stand } from './stand.ts';
import { COLUMNS, makeKeyring, owner, type Place } from './visits.ts';

const nameOf = ({ method, path }: Row): string => `${method} ${path}`;
const ROUTES = ROUTE_TABLE.map(nameOf);

it('has a cell for every route of the table and every column, and none for anything else', () => {
  for (const { rows } of TABLES) assert.deepEqual([...rows.keys()], ROUTES);
  assert.deepEqual(Object.keys(RIGHT_REQUESTS), ROUTES);
  assert.deepEqual(
    TABLES.flatMap(({ columns }) => columns),
    Object.keys(COLUMNS),
  );
  assert.throws(() => readTable('| host\nGET /a | host | host'), /2 words for 1 columns/);
  assert.throws(() => readTable('| host\nGET /a | sesame'), /"sesame" is no word/);
  assert.throws(() => readTable('| host\nGET /a | host\nGET /a | host'), /twice/);
});

it('answers what is right, refuses what is not, and a refusal leaves neither a trace in the journal nor a key anywhere', async (t) => {
  const stand = await openStand();
  t.after(stand.close);
  const keys = await makeKeyring(stand);
  const counting = await countsOf(stand);
  const wrong: string[] = [];
  let walked = 0;
  for (const row of ROUTE_TABLE) {
    const route = nameOf(row);
    const place = placeOf(row);
    let right = await RIGHT_REQUESTS[route]!(stand);
    for (const { columns, rows } of TABLES) {
      for (const [index, column] of columns.entries()) {
        const word = rows.get(route)![index]!;
        const visit = COLUMNS[column]!(right, place, keys);
        const faults = await faultsOf(stand, counting, row, visit, word);
        wrong.push(...faults.map((fault) => `${route} / ${column} should be ${word}: ${fault}`));
        walked += 1;
        // What was refused has changed nothing, so the same request is still right.
        if (!isRefusing(word)) right = await RIGHT_REQUESTS[route]!(stand);
      }
    }
    const control = await send(stand, owner(right, place, keys));
    if (control.status >= 300) wrong.push(`${route}, asked rightly after all: ${said(control)}`);
  }
  assert.deepEqual(wrong, []);
  assert.equal(walked, ROUTES.length * Object.keys(COLUMNS).length);
  const logged = stand.logged();
  for (const secret of stand.secrets) assert.ok(!logged.includes(secret), 'a key stands in the log');
  assert.equal(logged, '', 'nobody who is refused makes the log grow');
});

/** As the matrix has it: a route table that asks for less than that is found out. */
function placeOf(row: Row): Place {
  const [needed, lacking] = [wordAt(nameOf(row), 'no key'), wordAt(nameOf(row), 'wrong scope')];
  return { path: row.path, needsKey: needed === 'key', scope: SCOPES.find((scope) => scope === lacking) };
}

function wordAt(route: string, column: string): string | undefined {
  const table = TABLES.find(({ columns }) => columns.includes(column));
  return table?.rows.get(route)?.[table.columns.indexOf(column)];
}

type Counting = (expected: Refusing | undefined) => Promise<string[]>;

async function faultsOf(
  stand: Stand,
  counted: Counting,
  row: Row,
  visit: Visit | undefined,
  word: Refusing | Allowing,
): Promise<string[]> {
  if (visit === undefined || word === '.')
    return (visit === undefined) === (word === '.') ? [] : ['is there such a part?'];
  // The gate's own time, so that the many wrong keys of this test are those of many minutes.
  stand.gateMs += 60_000;
  const before = await stand.onDisk();
  const heard = await send(stand, visit);
  const faults = leaks(stand, visit, heard);
  if (!isRefusing(word)) {
    if (heard.status < 200 || heard.status >= 300) faults.push(said(heard));
    return [...faults, ...(await counted(undefined))];
  }
  if ((await stand.onDisk()) !== before) faults.push('the journal has changed');
  return [...faults, ...refusalFaults(row, heard, word), ...(await counted(word))];
}

function refusalFaults({ path }: Row, heard: Heard, word: Refusing): string[] {
  const { status, code } = REFUSED[word];
  if (heard.status !== status) return [said(heard)];
  const body: unknown = JSON.parse(heard.text);
  // Which scope is missing is said, and it is the one that the matrix names.
  if (code === 'wrong_scope' && !heard.text.includes(`the scope ${word}:`)) return [said(heard)];
  const isAsked401 = heard.headers['www-authenticate'] === 'Bearer realm="tapewire"';
  const faults = isAsked401 === (status === 401) ? [] : ['the header WWW-Authenticate'];
  if (!path.startsWith('/api/v1/')) return failure.safeParse(body).success ? faults : [...faults, said(heard)];
  const told = problem.safeParse(body);
  const isProblem = heard.headers['content-type'] === 'application/problem+json' && told.success;
  return isProblem && told.data.code === code.toUpperCase() && told.data.status === status
    ? faults
    : [...faults, said(heard)];
}

/** On the guide's routes a refusal has no code in its body: the statistics know which it was. */
async function countsOf(stand: Stand): Promise<Counting> {
  const read = async () => {
    const { text } = await send(stand, { method: 'GET', target: '/api/stats', headers: {} });
    return (JSON.parse(text) as { statistics: { refused_requests: Record<string, number> } }).statistics
      .refused_requests;
  };
  let before = await read();
  return async (expected) => {
    const after = await read();
    const grown = Object.keys(after).filter((code) => after[code] !== before[code]);
    before = after;
    const wanted = expected === undefined ? [] : [REFUSED[expected].code];
    return grown.join() === wanted.join() ? [] : [`counted as ${grown.join() || 'no refusal'}`];
  };
}

/** Not even to whoever sent it: what is in an answer ends up in logs and screenshots. */
function leaks(stand: Stand, visit: Visit, { headers, text }: Heard): string[] {
  const answer = JSON.stringify(headers) + text;
  const isLeaked = stand.secrets.some((secret) => answer.includes(secret));
  return isLeaked ? [`a key is in the answer to ${visit.method} ${visit.target.slice(0, 20)}`] : [];
}

const said = ({ status, text }: Heard): string => `${status} ${text.slice(0, 160)}`;
