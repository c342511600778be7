import assert from 'node:assert/strict';
import { it } from 'node:test';
import { calling, claim, type Json, session } from './calling.testing.ts';

/** A position of 2 at 3500 on the account, entered by the session of its executor. */
async function holding(account: string) {
  const { house, call } = await calling();
  await call('POST /sessions', session({ account }));
  const { signalId } = house.issue();
  const { json } = await call(`POST /signals/${signalId}/claim`, claim('c', { account }));
  const filled = { report_id: 'r-1', type: 'FILLED', leg: 'ENTRY', cum_qty: 2, avg_price: 3500, fee: 3.5 };
  const body = { session: 'session-1', epoch: 1, fence: json.fence, ...filled };
  await call(`POST /deliveries/${signalId}.${account}/reports`, { body });
  return { house, call, signalId, id: `${signalId}.${account}` };
}

const SETTLED = { exit_price: 3511.2, fee: 0.88, reason: 'fill 99 at the venue' };

it('shows what is open with what it would bring, and closes it once', async () => {
  const { house, call, signalId, id } = await holding('default');
  house.price = 3510;
  const [open] = (await call('GET /positions', { query: { symbol: 'eth/usdt' } })).json.positions;
  assert.deepEqual([open.id, open.open_qty, open.entry_price, open.fees], [id, 2, 3500, 3.5]);
  // Fees of the entry are paid already.
  assert.equal(open.unrealised, 20);
  assert.deepEqual((await call('GET /positions', { query: { account: 'paper' } })).json.positions, []);
  assert.equal((await call(`POST /positions/${id}/close`, { body: { reason: 'enough' } })).status, 200);
  const again = await call(`POST /positions/${id}/close`);
  assert.equal(again.status, 200);
  const closes = [...house.books.deliveries.instructions].filter(({ closes }) => closes === signalId);
  assert.deepEqual(
    closes.map(({ reason }) => reason),
    ['enough'],
  );
  assert.equal((await call('POST /positions/nothing/close')).json.code, 'UNKNOWN_DELIVERY');
});

it('gives the newest first, page by page to the oldest, each page in the order in which they opened', async () => {
  const { house, call } = await calling();
  await call('POST /sessions', session({ account: 'default' }));
  const ids: string[] = [];
  for (const [index, symbol] of ['ETHUSDT', 'SOLUSDT', 'BTCUSDT', 'XRPUSDT', 'ADAUSDT'].entries()) {
    const { signalId } = house.issue({ symbol });
    const { json } = await call(`POST /signals/${signalId}/claim`, claim(`c${index}`, { account: 'default' }));
    const filled = { report_id: 'r', type: 'FILLED', leg: 'ENTRY', cum_qty: 2, avg_price: 3500 };
    const body = { session: 'session-1', epoch: 1, fence: json.fence, ...filled };
    await call(`POST /deliveries/${signalId}.default/reports`, { body });
    ids.push(`${signalId}.default`);
  }
  const pages: string[][] = [];
  for (let after: string | null | undefined; after !== null; ) {
    const query = { state: 'ALL', limit: '2', ...(after !== undefined && { after }) };
    const { json } = await call('GET /positions', { query });
    pages.push(json.positions.map(({ id }: { id: string }) => id));
    after = json.next;
  }
  assert.deepEqual(pages, [ids.slice(3), ids.slice(1, 3), ids.slice(0, 1)]);
  const { status, json } = await call('GET /positions', { query: { after: 'nothing' } });
  assert.deepEqual([status, json.detail], [400, 'after must be what `next` of a page was.']);

  const first = (await call('GET /positions', { query: { limit: '2' } })).json;
  await call(`POST /positions/${first.positions[0].id}/settle`, { body: SETTLED });
  const second = (await call('GET /positions', { query: { limit: '2', after: first.next } })).json;
  assert.deepEqual(
    second.positions.map(({ id }: { id: string }) => id),
    ids.slice(1, 3),
    'one closed in between',
  );
});

it('settles at the price that a person found, once, and not what the paper venue knows better', async () => {
  const { call, id } = await holding('default');
  const settled = await call(`POST /positions/${id}/settle`, { body: SETTLED });
  const { position } = settled.json;
  assert.deepEqual([settled.status, position.state, position.exit_price], [200, 'CLOSED', 3511.2]);
  assert.equal(position.net, Number((2 * 11.2 - 3.5 - 0.88).toFixed(8)));
  assert.equal((await call(`POST /positions/${id}/settle`, { body: SETTLED })).json.code, 'NOTHING_TO_CLOSE');
  assert.equal((await call('POST /positions/nothing/settle', { body: SETTLED })).json.code, 'UNKNOWN_DELIVERY');

  const paper = await holding('paper');
  paper.house.price = 3510;
  Object.assign(paper.house.trading, { settings: {} });
  const refused = await paper.call(`POST /positions/${paper.id}/settle`, { body: SETTLED });
  assert.deepEqual([refused.status, refused.json.code], [409, 'NOT_ROUTED']);
  paper.house.price = undefined;
  const unwatched = await paper.call(`POST /positions/${paper.id}/close`);
  assert.match(
    `${unwatched.status} ${unwatched.json.detail}`,
    /^409 ETHUSDT is not watched at this moment, .* settle it: POST/,
  );
  // Its instrument is not watched any more, or nothing is traded on paper: nobody else will ever close it.
  assert.equal((await paper.call(`POST /positions/${paper.id}/settle`, { body: SETTLED })).status, 200);
  const untraded = await holding('paper');
  untraded.house.price = 3510;
  assert.equal(untraded.house.trading.settings, undefined);
  assert.equal((await untraded.call(`POST /positions/${untraded.id}/settle`, { body: SETTLED })).status, 200);
});

it('tells positions and their record after the largest numbers that it takes, and refuses larger ones', async () => {
  const { call, id } = await holding('default');
  const huge = { exit_price: 1e15, fee: -1e15, reason: 'x' };
  for (const [field, value] of [
    ['exit_price', 1e16],
    ['fee', -1e300],
  ] as const) {
    const refused = await call(`POST /positions/${id}/settle`, { body: { ...huge, [field]: value } });
    assert.deepEqual([refused.status, refused.json.detail.startsWith(field)], [400, true], refused.text);
  }
  assert.equal((await call(`POST /positions/${id}/settle`, { body: huge })).status, 200);
  assert.equal((await call('GET /positions', { query: { state: 'ALL' } })).status, 200);
  assert.equal((await call('GET /performance')).status, 200);
});

it('compares with what an executor says of itself and of its venue, and tells a difference with its remedy', async () => {
  const { call } = await holding('default');
  assert.equal((await call('GET /ledgers')).json.equal, true, 'nobody has said anything else');
  const said = (qty: number) => ({ body: { executor: { 'ETH/USDT': 2 }, venue: { ETHUSDT: qty } } });
  assert.equal((await call('POST /accounts/default/statement', said(2))).json.equal, true);
  const { json } = await call('POST /accounts/default/statement', said(1.5));
  const [row] = json.ledgers;
  assert.deepEqual([json.equal, row.bot, row.executor, row.venue], [false, 2, 2, 1.5]);
  assert.match(row.remedy, /settle/);
  assert.equal((await call('GET /ledgers')).json.equal, false);
  const refusals = ['paper', 'elsewhere'].map((account) => call(`POST /accounts/${account}/statement`, said(2)));
  assert.deepEqual(
    (await Promise.all(refusals)).map(({ json: { code } }: Json) => code),
    ['NOT_ROUTED', 'UNKNOWN_ACCOUNT'],
  );
});

it('halts, says who and why, resumes, and flattens what is open', async () => {
  const { house, call } = await holding('default');
  const halted = await call('POST /risk/halt', { body: { reason: 'lunch' } });
  const { mode, rule, reason, by, equity } = halted.json.risk;
  assert.deepEqual([mode, rule, reason, by, equity], ['HALTED', 'operator', 'lunch', 'desk', null]);
  assert.equal((await call('POST /risk/resume')).json.risk.mode, 'ACTIVE');
  await call('POST /risk/flatten');
  assert.equal((await call('GET /risk')).json.risk.mode, 'HALTED');
  assert.equal([...house.books.deliveries.instructions].filter(({ intent }) => intent === 'CLOSE').length, 1);
});

it('shows no equity that rests on a price that nobody knows', async () => {
  const { house, call } = await calling();
  const sums = { equity: 9_000, net: -1_000, unrealised: -50, margin: 100, exposure: 7_000 };
  let unpriced: string[] = [];
  Object.assign(house.trading, { equity: () => ({ ...sums, dailyLoss: 0.01, drawdown: 0.1, unpriced }) });
  const shown = async () => {
    const { equity, unrealised, exposure, daily_loss_percent, drawdown_percent } = (await call('GET /risk')).json.risk;
    return [equity, unrealised, exposure, daily_loss_percent, drawdown_percent];
  };
  assert.deepEqual(await shown(), [9_000, -50, 7_000, 1, 10]);
  unpriced = ['ETHUSDT'];
  assert.deepEqual(await shown(), [null, null, 7_000, null, null]);
  assert.match((await call('GET /risk')).json.risk.reason, /the price of what is open in ETHUSDT/);
});
