import { assert } from '../../core/assert.ts';
import { currentGrant, type Delivery } from '../../core/delivery/delivery.ts';
import { DeliveryBook } from '../../core/delivery/delivery-book.ts';
import type { Instruction } from '../../core/delivery/instruction.ts';
import type { ExecutionReport } from '../../core/delivery/report.ts';
import type { Session } from '../../core/delivery/session.ts';
import type { Effect, Unnumbered } from '../../core/engine/effect.ts';
import { performanceOf } from '../../core/performance/performance.ts';
import { compareLedgers } from '../../core/positions/ledgers.ts';
import { EXAMPLE_SIGNAL } from '../example-signal.ts';
import { type Json, jsonText } from '../json-text.ts';
import { cursorText, EventTeller, type ToldEvent } from './event-json.ts';
import {
  accountJson,
  grantJson,
  heartbeatJson,
  knownDeliveryJson,
  sessionJson,
  sessionOpenedJson,
  sessionReleasedJson,
} from './execution-json.ts';
import { ledgerJson, performanceJson, positionJson, riskJson } from './position-json.ts';
import { problemJson } from './problem.ts';
import { signalJson, signalWithDeliveriesJson } from './signal-json.ts';

/**
 * One life as the examples tell it: the guide's signal is issued, claimed, amended, filled and closed by one executor;
 * another one, published from outside, is shown to a client of the guide; a third is claimed by an executor that falls
 * silent, and a person finds out what became of it. Every answer and every event is made from the same effects.
 */

const JOURNAL = '00112233445566778899aabbccddeeff';
/** 2024-11-21T10:30:45.123Z. House and market time are the same: speed 1. */
const T = 1_732_185_045_123;
const SECOND = '01934e4e-a700-7b11-8c22-d33344445555';
const THIRD = '01934e4e-ce10-7a2b-9c4d-5e6f70819299';
const FOURTH = '01934e51-7158-7c3d-8e4f-a0b1c2d3e4f5';
const SECOND_CLOSE = '01934e51-7540-7d4e-9f50-b1c2d3e4f506';
const CLOSE = '01934e4f-6300-7e0f-a1b2-c3d4e5f60718';
const SESSION = '7f3a2c9d51e84b06';
const SECOND_SESSION = '8a4b3dae62f95c17';

const at = (ms: number) => ({ atMs: T + ms, wallMs: T + ms });

const told = (report: Partial<ExecutionReport>): ExecutionReport => ({
  reportId: 'atas-desk-1-000001',
  session: SESSION,
  epoch: 1,
  fence: 3,
  type: 'SUBMITTED',
  leg: 'ENTRY',
  ...report,
});

const REPORTS = {
  submitted: told({
    orderId: '8389765532',
    clientOrderId: 'tw-2f6c1de09a4b7783c5d0e1f2',
    qty: 0.5,
    price: 3500.1,
    venueTimeMs: T + 52,
    latency: { received_to_claim_ms: 0.4, claim_ms: 3.1, claim_to_submit_ms: 1.25, submit_to_ack_ms: 8.2 },
  }),
  filled: told({
    reportId: 'atas-desk-1-000002',
    type: 'FILLED',
    orderId: '8389765532',
    clientOrderId: 'tw-2f6c1de09a4b7783c5d0e1f2',
    qty: 0.5,
    cumQty: 0.5,
    leavesQty: 0,
    price: 3500.35,
    avgPrice: 3500.35,
    fee: 0.875087,
    feeAsset: 'USDT',
    venueTimeMs: T + 131,
    latency: { submit_to_fill_ms: 86.5 },
  }),
  closed: told({
    reportId: 'atas-desk-1-000003',
    fence: 9,
    type: 'FILLED',
    leg: 'CLOSE',
    orderId: '8389765901',
    clientOrderId: 'tw-90bb1234cd56ef7801a2b3c4',
    qty: 0.5,
    cumQty: 0.5,
    leavesQty: 0,
    avgPrice: 3511.2,
    fee: 0.8778,
    feeAsset: 'USDT',
    venueTimeMs: T + 60_080,
    reason: 'close signal',
  }),
  positionClosed: told({
    reportId: 'atas-desk-1-000004',
    type: 'CLOSED',
    leg: 'CLOSE',
    orderId: '8389765901',
    qty: 0.5,
    leavesQty: 0,
    avgPrice: 3511.2,
    reason: 'close signal',
    venueTimeMs: T + 60_080,
  }),
} as const;

const claimed = (signalId: string, key: string, clientOrderId: string, ms: number, forMs: number) => ({
  kind: 'delivery_claimed' as const,
  ...{ signalId, account: 'default', sessionId: SESSION, consumer: 'atas-desk-1', epoch: 1, key, clientOrderId },
  deadlineMs: T + ms + forMs,
  latency: {},
  ...at(ms),
});

const reported = (signalId: string, report: ExecutionReport, ms: number) => ({
  kind: 'delivery_reported' as const,
  ...{ deliveryId: `${signalId}.default`, report, flags: [], reoffered: false },
  ...at(ms),
});

const FIRST = EXAMPLE_SIGNAL.signalId;

const EFFECTS: readonly (Unnumbered & { readonly name?: string })[] = [
  {
    name: 'session-opened',
    kind: 'session_opened',
    ...{ sessionId: SESSION, account: 'default', consumer: 'atas-desk-1', epoch: 1 },
    instance: '9f8e7d6c5b4a39281706f5e4d3c2b1a0',
    symbols: ['ETHUSDT', 'BTCUSDT', 'SOLUSDT'],
    capabilities: ['close', 'amend'],
    ...at(-5_123),
  },
  { name: 'signal-issued', kind: 'signal_issued', signal: EXAMPLE_SIGNAL },
  {
    name: 'delivery-claimed',
    ...claimed(FIRST, 'claim-01934e4e-8783-1', 'tw-2f6c1de09a4b7783c5d0e1f2', 38, 14_962),
    latency: { decidedUs: T * 1_000 + 456, journaledUs: T * 1_000 + 1_310, pushedUs: T * 1_000 + 1_402 },
  },
  { name: 'delivery-reported', ...reported(FIRST, REPORTS.submitted, 55) },
  {
    name: 'signal-amended',
    kind: 'signal_amended',
    ...{ signalId: FIRST, version: 2, stopPrice: 3490, targetPrices: [3528, 3542, 3563], by: 'desk' },
    ...at(90),
  },
  reported(FIRST, REPORTS.filled, 134),
  {
    name: 'signal-ended',
    kind: 'signal_ended',
    ...{ signalId: FIRST, state: 'EXHAUSTED', reason: 'filled on default: filled', atMs: T + 134 },
  },
  {
    name: 'close-issued',
    kind: 'close_issued',
    ...{ closeId: CLOSE, signalId: FIRST, accounts: ['default'], reason: 'news in a minute', by: 'desk' },
    ...at(60_000),
  },
  claimed(CLOSE, 'claim-01934e4f-6300-1', 'tw-90bb1234cd56ef7801a2b3c4', 60_030, 20_000),
  reported(CLOSE, REPORTS.closed, 60_090),
  reported(FIRST, REPORTS.positionClosed, 60_091),
  {
    kind: 'signal_issued',
    signal: {
      ...EXAMPLE_SIGNAL,
      ...{ signalId: THIRD, stampUs: (T + 70_000) * 1_000, expiresAtMs: T + 85_000, symbol: 'SOLUSDT' },
      ...{ entryPrice: 240.5, stopPrice: 239.3, targetPrices: [242.42, 243.39, 244.83] },
    },
  },
  claimed(THIRD, 'claim-01934e4e-ce10-1', 'tw-77aa00bb11cc22dd33ee44ff', 70_040, 14_960),
  {
    name: 'account-stale',
    kind: 'session_ended',
    ...{ sessionId: SESSION, account: 'default', reason: 'no sign of life from atas-desk-1' },
    ...at(85_000),
  },
  {
    kind: 'signal_ended',
    ...{ signalId: THIRD, state: 'EXPIRED', reason: 'its time was over; atas-desk-1 had claimed it', atMs: T + 85_000 },
  },
  {
    name: 'delivery-in-doubt',
    kind: 'delivery_doubted',
    ...{ deliveryId: `${THIRD}.default`, fence: 13 },
    reason: 'no report came from atas-desk-1 within 10 s of the deadline',
    ...at(95_000),
  },
  {
    name: 'delivery-resolved',
    kind: 'delivery_resolved',
    deliveryId: `${THIRD}.default`,
    resolution: { state: 'NOT_SENT', reason: 'the venue knows no order tw-77aa00bb11cc22dd33ee44ff', by: 'operator' },
    ...at(120_000),
  },
  {
    kind: 'signal_issued',
    signal: {
      ...EXAMPLE_SIGNAL,
      ...{
        signalId: SECOND,
        stampUs: (T + 130_000) * 1_000,
        expiresAtMs: T + 145_000,
        symbol: 'BTCUSDT',
        side: 'sell',
      },
      ...{ entryPrice: 97_410, stopPrice: 97_897, targetPrices: [96_890.5, 96_630.7, 95_656.6], leverage: 5 },
      ...{ strength: 62, consensus: 100, strategiesAgree: 0, votes: [], reasons: ['breakdown alert'] },
    },
    published: { producer: 'tv-alerts', bodyHash: '5e9c', maxSlippageBps: 4 },
  },
  { name: 'delivery-shown', kind: 'delivery_shown', deliveryId: `${SECOND}.default`, ...at(131_000) },
  {
    name: 'account-halted',
    kind: 'account_halted',
    ...{ account: 'default', reason: 'drawdown of the day reached', by: 'desk' },
    ...at(140_000),
  },
  { name: 'account-resumed', kind: 'account_resumed', account: 'default', by: 'desk', ...at(150_000) },
  {
    name: 'market-gap',
    kind: 'gap_recorded',
    ...{ symbol: undefined, fromMs: T + 151_000, toMs: T + 181_000, reason: 'the machine was suspended' },
  },
  {
    kind: 'session_opened',
    ...{ sessionId: SECOND_SESSION, account: 'default', consumer: 'atas-desk-1', epoch: 2 },
    instance: '0f8e7d6c5b4a39281706f5e4d3c2b1a0',
    symbols: [],
    capabilities: [],
    ...at(190_000),
  },
  {
    kind: 'signal_issued',
    signal: {
      ...EXAMPLE_SIGNAL,
      ...{ signalId: FOURTH, stampUs: (T + 191_000) * 1_000, expiresAtMs: T + 206_000 },
    },
  },
  {
    ...claimed(FOURTH, 'claim-01934e51-7158-1', 'tw-88bb00bb11cc22dd33ee44ff', 191_040, 14_960),
    ...{ sessionId: SECOND_SESSION, epoch: 2 },
  },
  {
    kind: 'close_issued',
    ...{ closeId: SECOND_CLOSE, signalId: FOURTH, accounts: ['default'], reason: 'news in a minute', by: 'desk' },
    ...at(192_000),
  },
  reported(
    FOURTH,
    told({
      ...{ reportId: 'atas-desk-1-000005', session: SECOND_SESSION, epoch: 2, fence: 25 },
      ...{ type: 'NOT_SENT', reason: 'signal_cancelled' },
    }),
    192_050,
  ),
  {
    name: 'delivery-withdrawn',
    kind: 'delivery_withdrawn',
    deliveryId: `${SECOND_CLOSE}.default`,
    reason: 'nothing to close: the entry is not_sent, signal_cancelled',
    ...at(192_050),
  },
  {
    name: 'session-ended',
    kind: 'session_ended',
    ...{ sessionId: SECOND_SESSION, account: 'default', reason: 'released by atas-desk-1', released: true },
    ...at(200_000),
  },
  {
    name: 'risk-changed',
    kind: 'risk_changed',
    ...{ mode: 'HALTED', rule: 'daily_loss', reason: 'the loss of the day reached 2 %', by: 'risk' },
    ...{ untilMs: 1_732_233_600_000, net: -203.5 },
    ...at(210_000),
  },
  {
    name: 'risk-day',
    kind: 'day_turned',
    ...{ dayMs: 1_732_233_600_000, net: -203.5 },
    ...at(220_000),
  },
  {
    name: 'notices-muted',
    kind: 'notices_muted',
    ...{ untilMs: T + 7_430_000, by: 'dashboard 3f9a1c' },
    ...at(230_000),
  },
  { name: 'notices-unmuted', kind: 'notices_muted', by: 'telegram:123456789', ...at(240_000) },
];

/** The same life, numbered. */
export const EXAMPLE_LIFE: readonly Effect[] = EFFECTS.map(
  ({ name: _, ...unnumbered }, index) => ({ seq: index + 1, ...unnumbered }) as Effect,
);

/** Every answer and event of the examples, by the name of its file, as the product renders it. */
export function renderedExamples(): ReadonlyMap<string, string> {
  const book = new DeliveryBook();
  const teller = new EventTeller(JOURNAL, new DeliveryBook());
  const texts = new Map<string, string>();
  const events: { readonly event: ToldEvent; readonly atMs: number }[] = [];
  const keep = (name: string, value: Json) => texts.set(`${name}.json`, jsonText(value));
  const cursor = (seq: number) => cursorText(JOURNAL, seq);
  const remainingMs = () => 14_000;

  EFFECTS.forEach(({ name, ...unnumbered }, index) => {
    const effect = { seq: index + 1, ...unnumbered } as Effect;
    book.apply(effect);
    const event = teller.tell(effect);
    const atMs =
      'wallMs' in effect ? effect.wallMs : effect.kind === 'signal_issued' ? effect.signal.stampUs / 1_000 : T;
    events.push({ event, atMs });
    if (name !== undefined) texts.set(`event-${name}.json`, event.text(moment(atMs)));
    const session = book.account('default')?.session;
    const behind = cursor(effect.seq);
    if (effect.seq === 1) {
      keep('session-opened', sessionOpenedJson(known(session), { cursor: behind, inDoubt: [], halted: false }));
      keep('heartbeat', heartbeatJson(known(session), false));
    }
    if (effect.seq === 2) keep('active-signals', page('signals', [withDeliveries(book, FIRST, atMs)], null));
    if (effect.seq === 3) {
      const [instruction, delivery] = both(book, FIRST);
      const grant = known(currentGrant(delivery.facts));
      keep('grant', grantJson({ instruction, delivery, grant, executeWithinMs: 14_962 }));
      keep('sessions', page('sessions', [sessionJson(known(session), 9_839)], null));
    }
    if (effect.seq === 4) {
      keep('reported', { delivery: knownDeliveryJson(both(book, FIRST)[1], book), duplicate: false });
    }
    if (effect.seq === 5) keep('amended', { signal: signalWithDeliveriesJson(both(book, FIRST)[0], moment(atMs)) });
    if (effect.seq === 8) keep('closing', { signal: signalWithDeliveriesJson(both(book, CLOSE)[0], moment(atMs)) });
    if (effect.seq === 9) {
      const [instruction, delivery] = both(book, CLOSE);
      const grant = known(currentGrant(delivery.facts));
      keep('grant-of-close', grantJson({ instruction, delivery, grant, executeWithinMs: undefined }));
    }
    if (effect.seq === 11) {
      keep('signal', { signal: signalWithDeliveriesJson(both(book, FIRST)[0], moment(atMs)) });
      keep(
        'accounts',
        page(
          'accounts',
          ['default', 'paper'].map((each) => account(book, each)),
          null,
        ),
      );
    }
    if (effect.seq === 16) {
      keep('deliveries', page('deliveries', [knownDeliveryJson(both(book, THIRD)[1], book)], null));
    }
    if (effect.seq === 17) keep('resolved', { delivery: knownDeliveryJson(both(book, THIRD)[1], book) });
    if (effect.seq === 18) {
      keep('published', { signal: signalJson(both(book, SECOND)[0], 15_000), duplicate: false });
    }
    if (effect.kind === 'session_opened' && effect.epoch === 2)
      keep('session-released', sessionReleasedJson(known(session)));
    if (effect.seq === 20) keep('account', { account: account(book, 'default') });
  });

  const { positions } = book;
  const [held] = [...positions.closed];
  const position = positionJson(known(held), EXAMPLE_SIGNAL, 3511.2);
  keep('positions', page('positions', [position], null));
  keep('position', { position });
  const record = performanceOf([known(held)], positions.totalsOf('default'), false);
  keep('performance', { performance: [performanceJson('default', 'SIMULATED medium', record)] });
  const account10k = { equity: 9_796.5, net: -203.5, unrealised: -20.25, margin: 400, exposure: 8_000 };
  const facts = { openCount: 1, signalsInHour: 12, refused: { risk_halted: 3 }, account: 'paper', limits: undefined };
  const equity = { ...account10k, dailyLoss: 0.02035, drawdown: 0.02035, unpriced: [] };
  keep('risk', { risk: riskJson({ ...facts, state: book.risk.state, equity }) });
  const said = { executor: { SOLUSDT: 2 }, venue: { SOLUSDT: 2 } };
  const rows = compareLedgers(new DeliveryBook(), 'default', said).map(ledgerJson);
  keep('ledgers', { ledgers: rows, equal: false, statements: { default: '2024-11-21T10:33:46.123Z' } });

  const [first, second] = events as [(typeof events)[0], (typeof events)[0]];
  const twoEvents = [first, second].map(({ event, atMs }) => event.text(moment(atMs))).join(',');
  texts.set('events.json', `{"events":[${twoEvents}],"cursor":"${cursor(2)}"}`);
  keep('stream-open', { cursor: cursor(2), oldest: cursor(0) });
  keep('stream-reset', { reason: 'the cursor is of another journal', cursor: cursor(2), oldest: cursor(0) });
  const holder = { consumer: 'atas-desk-1', since: '2024-11-21T10:30:40.000Z' };
  texts.set(
    'account-held.json',
    problemJson(
      'account_held',
      'The account default is held by atas-desk-1 for another 9.8 s unless it gives a sign of life. Wait, stop that executor, or ask with "takeover": true.',
      { holder, remaining_ms: 9_839 },
    ),
  );
  const gone = 'What came after the cursor is not kept any more. Take a snapshot and go on from `oldest`.';
  texts.set('cursor-gone.json', problemJson('cursor_gone', gone, { oldest: cursor(0), reset: true }));
  return texts;

  function account(from: DeliveryBook, name: string): Json {
    return accountJson(known(from.account(name)), remainingMs as (session: Session) => number, 0);
  }
}

const moment = (atMs: number) => ({ atMs, wallMs: atMs, speed: 1 });

const page = (name: string, items: readonly Json[], next: string | null): Json => ({ [name]: items, next });

const withDeliveries = (book: DeliveryBook, id: string, atMs: number): Json =>
  signalWithDeliveriesJson(both(book, id)[0], moment(atMs));

function both(book: DeliveryBook, id: string): [Instruction, Delivery] {
  const instruction = known(book.instruction(id));
  return [instruction, known(instruction.deliveries.get('default'))];
}

function known<T>(value: T | undefined): T {
  assert(value !== undefined, 'example: not there');
  return value;
}
