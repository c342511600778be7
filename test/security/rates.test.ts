import assert from 'node:assert/strict';
import { it } from 'node:test';
import { DEFAULT_RATES } from '../../src/adapters/http/server.ts';
import { send } from './asking.ts';
import { HERE, NEIGHBOUR, OTHER, openStand, type Stand } from './stand.ts';
import { bearing } from './visits.ts';

const get = (target: string) => ({ method: 'GET', target, headers: {} });

/** Statuses and how often in a row, as `200x200 429x5`. */
async function series(stand: Stand, times: number, visit: (index: number) => Parameters<typeof send>[1]) {
  const runs: [status: number, count: number][] = [];
  for (let index = 0; index < times; index += 1) {
    const { status, headers } = await send(stand, visit(index));
    assert.equal(headers['retry-after'] !== undefined, status === 429, 'who is told to come later is told when');
    const last = runs.at(-1);
    if (last?.[0] === status) last[1] += 1;
    else runs.push([status, 1]);
  }
  return runs.map((run) => run.join('x')).join(' ');
}

it('answers another machine so often and no more, whichever way it was let in; this one goes on', async (t) => {
  const stand = await openStand({ rates: DEFAULT_RATES });
  t.after(stand.close);
  const [reader, guide] = [await stand.makeKey('reader', 'read'), await stand.makeKey('tablet', 'guide')];
  const ways = [
    { ...get('/api/health'), from: OTHER },
    { ...get(`/t/${guide}/api/signals/latest`), from: OTHER },
    { ...bearing(get('/api/v1/time'), reader), from: OTHER },
  ];
  const inTurn = (index: number) => ways[index % 3]!;
  const before = await stand.onDisk();
  assert.match(await series(stand, 205, inTurn), /429x5$/, 'one burst for all its ways together');
  assert.equal(await series(stand, 3, () => ({ ...get('/api/signals'), from: NEIGHBOUR })), '200x3', 'another one');
  assert.equal(await series(stand, 300, () => bearing(get('/api/v1/time'), reader)), '200x300', 'this one');
  stand.gateMs += 1_000;
  const afterASecond = await series(stand, 52, () => ways[2]!);
  assert.equal(afterASecond, '200x50 429x2');
  assert.equal(await stand.onDisk(), before);
});

it('looks at ten wrong keys of a machine and then at one every five seconds, wherever they stand', async (t) => {
  const stand = await openStand();
  t.after(stand.close);
  const known = await stand.makeKey('known', 'read');
  const late = await stand.makeKey('late', 'read');
  for (const from of [OTHER, HERE]) {
    assert.equal((await send(stand, { ...bearing(get('/api/v1/time'), known), from })).status, 200);
    const guess = (index: number) => {
      const wrong = `${late.slice(0, -3)}${String(index).padStart(3, '0')}`;
      return { ...(index % 2 ? get(`/t/${wrong}/api/signals`) : bearing(get('/api/v1/time'), wrong)), from };
    };
    assert.equal(await series(stand, 14, guess), '401x10 429x4', from);
    // Elsewhere a guess that fits is not told from one that does not; here the neighbour may be a program that was forgotten.
    const unheard = await send(stand, { ...bearing(get('/api/v1/time'), late), from });
    assert.equal(unheard.status, from === OTHER ? 429 : 200, from);
    const heard = await send(stand, { ...bearing(get('/api/v1/time'), known), from });
    assert.equal(heard.status, 200, 'whose key is known');
    stand.gateMs += 5_000;
    assert.equal(await series(stand, 3, guess), '401x1 429x2');
    stand.gateMs += 60_000;
  }
  assert.equal((await send(stand, { ...bearing(get('/api/v1/time'), late), from: OTHER })).status, 200);
  const logged = stand.logged();
  assert.ok(!stand.secrets.some((secret) => logged.includes(secret)));
});
