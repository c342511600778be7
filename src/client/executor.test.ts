import assert from 'node:assert/strict';
import { it } from 'node:test';
import { refusal, settle, World } from './world.testing.ts';

const typesOf = (world: World): string[] => world.server.reports.map(({ type, reason }) => reason ?? type);

it('writes each step down before it takes it: intent, claim, submitting, order, result, report', async () => {
  const world = new World();
  world.start();
  await world.time.pass(10);
  world.server.issue('a');
  await world.time.pass(10);
  assert.deepEqual(world.steps, [
    'POST /sessions',
    'GET /signals',
    'disk intent',
    'POST /signals/a/claim',
    'disk submitting',
    'submit',
    'disk report',
    'POST /deliveries/a.default/reports',
    'disk reported',
  ]);
  const [order] = world.venue.submitted;
  const { clientOrderId, side, qty, reduceOnly, kind } = order!;
  assert.deepEqual([clientOrderId, side, qty, reduceOnly, kind], ['tw-61', 'BUY', 0.5, false, 'MARKET']);
  assert.deepEqual(order!.bracket, { stopLoss: 3_482.5, takeProfit: 3_542, targets: [3_528, 3_542, 3_563] });
  const [report] = world.server.reports;
  const { delivery, session, epoch, fence, type, leg, client_order_id, order_id } = report!;
  assert.deepEqual(
    [delivery, session, epoch, fence, type, leg, client_order_id, order_id],
    ['a.default', 'session-1', 1, 7, 'FILLED', 'ENTRY', 'tw-61', '1'],
  );
});

it('measures where the time went', async () => {
  const world = new World();
  world.disk.script = ({ kind }) => (kind === 'intent' ? world.time.sleep(3) : undefined);
  world.server.script = async ({ path }) => {
    if (path.endsWith('claim')) await world.time.sleep(20);
    return undefined;
  };
  world.venue.script = () => world.time.sleep(40);
  world.start();
  await world.time.pass(10);
  world.server.issue('a');
  await world.time.pass(1_000);
  assert.deepEqual(world.server.reports[0]?.latency, {
    received_to_claim_ms: 3,
    claim_ms: 20,
    claim_to_submit_ms: 0,
    submit_to_ack_ms: 40,
    submit_to_fill_ms: 40,
  });
});

it('takes a signal once, however often it hears of it, and leaves what it declines to others', async () => {
  const world = new World();
  world.start({ decide: ({ id }) => (id === 'b' ? { decline: 'not my market' } : { take: 'MARKET', qty: 1 }) });
  await world.time.pass(10);
  for (const id of ['a', 'a', 'b', 'a']) world.server.issue(id);
  await world.time.pass(10);
  world.server.issue('a');
  world.server.say('reset', {});
  await world.time.pass(10);
  assert.equal(world.server.to(/claim/).length, 1);
  assert.equal(world.venue.submitted.length, 1);
  assert.deepEqual(
    world.named('declined').map(({ signalId }) => signalId),
    ['b', 'b'],
  );
});

it('repeats a claim whose answer was lost with the same key, and sends one order', async () => {
  const world = new World();
  let attempts = 0;
  world.server.script = ({ path }) => {
    if (!path.endsWith('claim')) return undefined;
    attempts += 1;
    return attempts <= 2 ? 'lost' : undefined;
  };
  world.start();
  await world.time.pass(10);
  world.server.issue('a');
  await world.time.pass(900);
  const keys = world.server.to(/claim/).map(({ headers }) => headers?.['Idempotency-Key']);
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1);
  assert.deepEqual(typesOf(world), ['FILLED']);
});

/** The answer to a claim takes so long; the server gave it a second from when it heard of it, at once. */
async function slowClaim(answerMs: number, meanwhile: (world: World) => void = () => undefined): Promise<World> {
  const world = new World();
  world.start();
  await world.time.pass(10);
  world.server.script = async (request) => {
    if (!request.path.endsWith('claim')) return undefined;
    world.server.script = () => undefined;
    const reply = await world.server.answer(request);
    await world.time.sleep(answerMs);
    return reply;
  };
  world.server.issue('a');
  await world.time.pass(answerMs / 2);
  meanwhile(world);
  await world.time.pass(answerMs);
  return world;
}

it('counts the deadline from the moment the claim was sent, not from its answer', async () => {
  const late = await slowClaim(1_000);
  assert.deepEqual([late.venue.submitted.length, typesOf(late)], [0, ['expired_before_submission']]);
  const inTime = await slowClaim(999);
  assert.deepEqual([inTime.venue.submitted.length, typesOf(inTime)], [1, ['FILLED']]);
});

it('keeps the deadline when the wall clock is set back by an hour', async () => {
  const world = await slowClaim(1_200, ({ time }) => {
    time.wallMs -= 3_600_000;
  });
  assert.deepEqual([world.venue.submitted.length, typesOf(world)], [0, ['expired_before_submission']]);
});

it('counts a suspend, in which the monotonic clock stood', async () => {
  const world = await slowClaim(400, ({ time }) => {
    time.wallMs += 5_000;
  });
  assert.deepEqual([world.venue.submitted.length, typesOf(world)], [0, ['expired_before_submission']]);
});

it('looks at the deadline last of all: a slow disk makes it too late as well', async () => {
  const world = new World();
  world.disk.script = ({ kind }) => (kind === 'submitting' ? world.time.sleep(1_000) : undefined);
  world.start();
  await world.time.pass(10);
  world.server.issue('a');
  await world.time.pass(2_000);
  assert.deepEqual([world.venue.submitted.length, typesOf(world)], [0, ['expired_before_submission']]);
});

it('does not pay more slippage than the signal allows, and nothing without a quote', async () => {
  // 5 bps of 3,500 are 1.75.
  const cases: [price: World['venue']['price'], direction: string, expected: string][] = [
    [{ bid: 3_501, ask: 3_501.75 }, 'BUY', 'FILLED'],
    [{ bid: 3_501, ask: 3_501.76 }, 'BUY', 'price_moved'],
    [{ bid: 3_498.25, ask: 3_600 }, 'SELL', 'FILLED'],
    [{ bid: 3_498.24, ask: 3_600 }, 'SELL', 'price_moved'],
    [{ bid: Number.NaN, ask: Number.NaN }, 'BUY', 'price_moved'],
    [undefined, 'BUY', 'no_quote'],
  ];
  const broken = new World();
  Object.defineProperty(broken.venue, 'price', {
    get: () => {
      throw new Error('no feed');
    },
  });
  broken.start();
  await broken.time.pass(10);
  broken.server.issue('a');
  await broken.time.pass(10);
  assert.deepEqual([broken.venue.submitted.length, typesOf(broken)], [0, ['no_quote']]);

  for (const [price, direction, expected] of cases) {
    const world = new World();
    world.venue.price = price;
    world.start();
    await world.time.pass(10);
    world.server.issue('a', { direction });
    await world.time.pass(10);
    assert.deepEqual(typesOf(world), [expected]);
    assert.equal(world.venue.submitted.length, expected === 'FILLED' ? 1 : 0);
  }
});

it('executes a CLOSE without a deadline and whatever the price, and only to get out', async () => {
  const world = new World();
  world.venue.price = undefined;
  world.server.halted = true;
  world.disk.script = ({ kind }) => (kind === 'submitting' ? world.time.sleep(10_000) : undefined);
  world.start();
  await world.time.pass(10);
  world.server.issue('c', { intent: 'CLOSE', closes: 'a', direction: 'SELL', expires_in_ms: null });
  await world.time.pass(11_000);
  const [order] = world.venue.submitted;
  assert.deepEqual([order?.leg, order?.reduceOnly, order?.bracket], ['CLOSE', true, undefined]);
  assert.equal(world.server.reports[0]?.leg, 'CLOSE');
});

it('leaves a CLOSE to the accounts that it is for', async () => {
  const world = new World();
  world.start();
  await world.time.pass(10);
  const close = { intent: 'CLOSE', direction: 'SELL', expires_in_ms: null };
  world.server.issue('c', { ...close, closes: 'a', accounts: ['paper'] });
  world.server.issue('d', { ...close, closes: 'b', accounts: ['paper', 'default'] });
  await world.time.pass(10);
  assert.deepEqual(world.steps.filter((step) => step.endsWith('/claim')).length, 1);
  assert.deepEqual(
    world.venue.submitted.map(({ signalId }) => signalId),
    ['d'],
  );
});

it('does not send what was cancelled before it left, and takes off what was cancelled while it rests', async () => {
  const world = new World();
  world.venue.status = 'SUBMITTED';
  world.disk.script = ({ kind }) => (kind === 'submitting' ? world.time.sleep(100) : undefined);
  world.start();
  await world.time.pass(10);
  world.server.issue('a');
  await world.time.pass(50);
  world.server.say('signal.ended', { id: 'a', state: 'CANCELLED' });
  await world.time.pass(100);
  assert.deepEqual([world.venue.submitted.length, typesOf(world)], [0, ['signal_cancelled']]);

  world.server.issue('b');
  await world.time.pass(200);
  world.server.say('signal.ended', { id: 'b', state: 'EXPIRED' });
  await world.time.pass(10);
  assert.deepEqual(world.venue.cancelled, []);
  world.server.say('signal.ended', { id: 'b', state: 'CANCELLED' });
  await world.time.pass(10);
  assert.deepEqual(world.venue.cancelled, ['tw-62']);
  assert.deepEqual(typesOf(world), ['signal_cancelled', 'SUBMITTED', 'CANCELLED']);

  // Nobody told of this one: the stream could not be resumed.
  for (const id of ['c', 'd']) world.server.issue(id);
  await world.time.pass(200);
  world.server.signals.set('c', { ...world.server.signals.get('c'), state: 'CANCELLED' });
  world.server.say('reset', { reason: 'too old' });
  await world.time.pass(10);
  assert.deepEqual(world.venue.cancelled, ['tw-62', 'tw-63']);
});

it('takes resting entries off the venue when the kill switch is thrown, and claims again when it is put back', async () => {
  const world = new World();
  world.venue.status = 'SUBMITTED';
  world.start();
  await world.time.pass(10);
  world.server.issue('a');
  await world.time.pass(10);
  world.server.say('account.halted', { account: 'default' });
  world.server.issue('b');
  await world.time.pass(10);
  assert.deepEqual(world.venue.cancelled, ['tw-61']);
  assert.equal(world.server.to(/b\/claim/).length, 0);
  world.server.say('account.resumed', { account: 'default' });
  await world.time.pass(10);
  assert.equal(world.server.to(/b\/claim/).length, 1);
});

it('hears of later fills and protective orders from the venue, and passes them on', async () => {
  const world = new World();
  world.venue.status = 'SUBMITTED';
  world.start();
  await world.time.pass(10);
  world.server.issue('a');
  await world.time.pass(30);
  world.venue.heard({ clientOrderId: 'tw-61', status: 'FILLED', avgPrice: 3_500.1 });
  await world.time.pass(10);
  world.venue.heard({ clientOrderId: 'tw-61-S', status: 'CLOSED', leg: 'STOP', reason: 'sl' });
  world.venue.heard({ clientOrderId: 'tw-99', status: 'FILLED' });
  await world.time.pass(10);
  assert.deepEqual(
    world.server.reports.map(({ type, leg, client_order_id }) => [type, leg, client_order_id]),
    [
      ['SUBMITTED', 'ENTRY', 'tw-61'],
      ['FILLED', 'ENTRY', 'tw-61'],
      ['CLOSED', 'STOP', 'tw-61-S'],
    ],
  );
  assert.deepEqual(world.server.reports[1]?.latency, { submit_to_fill_ms: 30 });
  assert.equal(world.named('unknown_order').length, 1);
});

it('sends a report until it is taken, always with the same id, and keeps what was refused for people', async () => {
  const world = new World();
  let failures = 3;
  world.server.script = ({ path }) => {
    if (!path.endsWith('/reports')) return undefined;
    failures -= 1;
    if (failures === 2) return refusal(503, 'JOURNAL_FAILED');
    if (failures === 1) return refusal(401, 'UNAUTHORIZED');
    return failures === 0 ? 'lost' : undefined;
  };
  const process = world.start();
  await world.time.pass(10);
  world.server.issue('a');
  await world.time.pass(5_000);
  const sent = world.server.to(/reports/).map(({ body }) => (body as { report_id: string }).report_id);
  assert.equal(sent.length, 4);
  assert.equal(new Set(sent).size, 1);

  world.server.script = ({ path }) => (path.endsWith('/reports') ? refusal(422, 'REPORT_ID_REUSED') : undefined);
  world.server.issue('b');
  await world.time.pass(5_000);
  assert.equal(world.server.to(/b.default\/reports/).length, 1);
  assert.deepEqual(
    process.executor.refusedReports.map(({ code }) => code),
    ['REPORT_ID_REUSED'],
  );
  assert.equal(world.named('report_refused').length, 1);
  process.kill();
  const next = world.start();
  await world.time.pass(10);
  assert.equal(next.executor.refusedReports.length, 1);
});

it('says that nothing was sent when the disk cannot take the step before it', async () => {
  const world = new World();
  world.start();
  await world.time.pass(10);
  world.disk.script = ({ kind }) => {
    if (kind === 'submitting') throw new Error('no space left on device');
  };
  world.server.issue('a');
  await world.time.pass(10);
  assert.deepEqual([world.venue.submitted.length, typesOf(world)], [0, ['store_failed']]);
  world.disk.script = () => {
    throw new Error('no space left on device');
  };
  world.server.issue('b');
  await world.time.pass(10);
  assert.equal(world.server.to(/b\/claim/).length, 0);
});

it('goes on by the long poll where streams are swallowed, and tries the stream again', async () => {
  const world = new World();
  let streams = 0;
  const polled: string[] = [];
  world.server.script = async ({ path }) => {
    if (!path.includes('/events')) return undefined;
    polled.push(path);
    await world.time.sleep(1_000);
    if (polled.length === 1) return refusal(410, 'CURSOR_GONE', { oldest: 'journal:0' });
    const events =
      polled.length === 3 ? [{ type: 'signal.issued', cursor: 'journal:9', data: { signal: SIGNAL_P } }] : [];
    return { status: 200, body: { events, cursor: `journal:${polled.length}` } };
  };
  const process = world.start();
  const { events } = world.server;
  world.server.events = async function* (stop) {
    streams += 1;
    if (streams < 2) throw new Error('silent for 15000 ms');
    yield* events.call(world.server, stop);
  };
  world.server.signals.set('p', SIGNAL_P);
  await world.time.pass(4_500);
  assert.equal(world.venue.submitted.length, 1);
  assert.deepEqual([streams, polled[3]], [1, '/api/v1/events?after=journal%3A3&wait=25']);
  await world.time.pass(60_000);
  assert.equal(streams, 2);
  assert.equal(process.ended, undefined);
});

const SIGNAL_P = {
  id: 'p',
  intent: 'ENTRY',
  symbol: 'BTCUSDT',
  direction: 'SELL',
  timeframe: '1m',
  entry_price: 95_000,
  stop_loss: 95_475,
  take_profit: 93_860,
  leverage: 5,
  signal_strength: 75,
  max_slippage_bps: null,
  market: 'DEMO',
  state: 'ACTIVE',
};

it('gives a granted signal back when it is stopped, takes its entries off, and delivers what it knows', async () => {
  const world = new World();
  world.venue.status = 'SUBMITTED';
  const process = world.start();
  await world.time.pass(10);
  world.server.issue('a');
  await world.time.pass(10);
  world.disk.script = ({ kind }) => (kind === 'submitting' ? world.time.sleep(100) : undefined);
  world.server.issue('b');
  await world.time.pass(10);
  const stopped = process.executor.stop();
  world.server.issue('c');
  await world.time.pass(4_000);
  await stopped;
  await settle();
  assert.equal(process.ended, 'stopped');
  assert.deepEqual(typesOf(world), ['SUBMITTED', 'not_sent', 'CANCELLED']);
  assert.equal(world.server.to(/c\/claim/).length, 0);
  const methods = world.server.requests.map(({ method }) => method);
  assert.equal(methods.filter((method) => method === 'DELETE').length, 1);
  const released = methods.indexOf('DELETE');
  const reports = world.server.requests.map(({ path }) => path.endsWith('/reports'));
  assert.ok(released > reports.lastIndexOf(true), 'what it knew was told before');
  assert.equal(world.named('released').length, 1);
  assert.equal(world.named('fenced').length, 0);
});

it('waits for no answer to giving the account back, and keeps it while an entry rests that the venue will not take off', async () => {
  const deaf = new World();
  const process = deaf.start();
  await deaf.time.pass(10);
  deaf.server.script = async ({ method }) => {
    if (method === 'DELETE') await deaf.time.sleep(3_600_000);
    return undefined;
  };
  const stopped = process.executor.stop();
  await deaf.time.pass(2_000);
  await stopped;
  await settle();
  assert.equal(process.ended, 'stopped');

  const stubborn = new World();
  stubborn.venue.status = 'SUBMITTED';
  const other = stubborn.start();
  await stubborn.time.pass(10);
  stubborn.server.issue('a');
  await stubborn.time.pass(10);
  stubborn.venue.cancel = () => {
    throw new Error('the venue is closed');
  };
  const given = other.executor.stop();
  await stubborn.time.pass(120_000);
  await given;
  assert.equal(stubborn.server.requests.filter(({ method }) => method === 'DELETE').length, 0);
});

it('lets go when somebody gave its account back for it', async () => {
  const world = new World();
  const process = world.start();
  await world.time.pass(10);
  const data = { account: 'default', session: 'session-1', consumer: 'x', reason: 'released by x' };
  world.server.say('session.ended', data);
  await settle();
  assert.equal(process.ended, 'fenced');
});

it('does not trade by an answer that cannot be read', async () => {
  const world = new World();
  world.start();
  await world.time.pass(10);
  world.server.script = ({ path }) => {
    if (!path.endsWith('claim')) return undefined;
    world.server.script = () => undefined;
    return { status: 200, body: { ...world.server.grants.get('a')?.grant, execute_within_ms: 'soon' } };
  };
  world.server.issue('a');
  await settle();
  assert.equal(world.venue.submitted.length, 0);
  assert.equal(world.named('claim_unanswered').length, 1);
});
