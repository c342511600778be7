import { DEMO_SIGNALS } from '../../src/adapters/demo-market/demo-feed.ts';
import { formatStamp } from '../../src/contract/stamp.ts';
import type { DeliveryRefusal } from '../../src/core/delivery/refusal.ts';
import { GRACE_MS } from '../../src/core/delivery/reports.ts';
import { DEFAULT_ACCOUNT } from '../../src/core/delivery/session.ts';
import { asJson, type Visit } from './asking.ts';
import type { Stand } from './stand.ts';

const TTL_MS = 300_000;
let count = 0;
function next(): string {
  count += 1;
  return String(count).padStart(12, '0');
}

const newSignalId = (): string => `01934e4e-8783-7a2b-9c4d-${next()}`;

/** A request without its key, and the state of the house in which it is answered with a yes: made anew every time. */
export type Right = (stand: Stand) => Promise<Visit>;

/** For every route of the table: what somebody asks who may, at a moment at which it can be answered. */
export const RIGHT_REQUESTS: Readonly<Record<string, Right>> = {
  'GET /': get('/'),
  'GET /docs': get('/docs'),
  'GET /docs/*': get('/docs/json'),
  'GET /api/openapi.json': get('/api/openapi.json'),
  'GET /dashboard': get('/dashboard'),
  'GET /dashboard/*': get('/dashboard/assets/index.js'),
  'POST /dashboard/enter': async ({ door }) => visit('POST', '/dashboard/enter', { code: door.issueCode() }),
  'POST /dashboard/leave': async () => visit('POST', '/dashboard/leave', {}),
  'GET /api/signals': get('/api/signals'),
  'GET /api/signals/latest': async (stand) => {
    await published(stand);
    return visit('GET', '/api/signals/latest');
  },
  'GET /api/signals/history': get('/api/signals/history'),
  'POST /api/signals/acknowledge': async (stand) => {
    await published(stand);
    const timestamp = formatStamp(stand.books.signals.lastStampUs);
    return visit('POST', '/api/signals/acknowledge', { timestamp });
  },
  'GET /api/signals/*': get('/api/signals/ETHUSDT'),
  'GET /api/health': get('/api/health'),
  'GET /api/stats': get('/api/stats'),

  'GET /api/v1/signals': get('/api/v1/signals'),
  'POST /api/v1/signals': async (stand) => {
    await resumed(stand);
    const [{ entryPrice, stopPrice, targetPrices }] = [DEMO_SIGNALS[0]!];
    const prices = { entry_price: entryPrice, stop_loss: stopPrice, take_profit: targetPrices[1] };
    const signal = { id: newSignalId(), symbol: 'ETHUSDT', direction: 'BUY', signal_strength: 70, ...prices };
    return visit('POST', '/api/v1/signals', signal);
  },
  'GET /api/v1/signals/:id': async (stand) => visit('GET', `/api/v1/signals/${await published(stand)}`),
  'PATCH /api/v1/signals/:id': async (stand) =>
    visit('PATCH', `/api/v1/signals/${await published(stand)}`, { version: 1, stop_loss: 3_490 }),
  'POST /api/v1/signals/:id/cancel': async (stand) =>
    visit('POST', `/api/v1/signals/${await published(stand)}/cancel`, { reason: 'changed my mind' }),
  'POST /api/v1/signals/:id/close': async (stand) => {
    const { signalId, deliveryId, ...grant } = await claimed(stand);
    const report = { reportId: next(), ...grant, type: 'FILLED', leg: 'ENTRY' } as const;
    must(await stand.house.ask({ kind: 'report', deliveryId, report }));
    return visit('POST', `/api/v1/signals/${signalId}/close`, { reason: 'news' });
  },
  'POST /api/v1/signals/:id/claim': async (stand) => {
    const { sessionId: session, epoch } = await opened(stand);
    const asked = visit('POST', `/api/v1/signals/${await published(stand)}/claim`, {
      session,
      epoch,
      account: DEFAULT_ACCOUNT,
    });
    return { ...asked, headers: { ...asked.headers, 'Idempotency-Key': next() } };
  },
  'GET /api/v1/sessions': get('/api/v1/sessions'),
  'POST /api/v1/sessions': async () =>
    visit('POST', '/api/v1/sessions', {
      consumer: 'matrix',
      account: DEFAULT_ACCOUNT,
      instance: newInstance(),
      takeover: true,
    }),
  'POST /api/v1/sessions/:id/heartbeat': async (stand) => {
    const { sessionId, epoch } = await opened(stand);
    return visit('POST', `/api/v1/sessions/${sessionId}/heartbeat`, { epoch });
  },
  'DELETE /api/v1/sessions/:id': async (stand) => {
    const { sessionId } = await opened(stand);
    return visit('DELETE', `/api/v1/sessions/${sessionId}`, {});
  },
  'GET /api/v1/events': get('/api/v1/events'),
  'GET /api/v1/stream': get('/api/v1/stream'),
  'GET /api/v1/market/stream': get('/api/v1/market/stream'),
  'POST /api/v1/deliveries/:id/reports': async (stand) => {
    const { deliveryId, session, epoch, fence } = await claimed(stand);
    const report = { report_id: next(), session, epoch, fence, type: 'SUBMITTED', leg: 'ENTRY' };
    return visit('POST', `/api/v1/deliveries/${deliveryId}/reports`, report);
  },
  'GET /api/v1/deliveries': get('/api/v1/deliveries'),
  'POST /api/v1/deliveries/:id/resolve': async (stand) => {
    const { deliveryId } = await claimed(stand);
    stand.hands.pass(TTL_MS + GRACE_MS);
    must(await stand.house.ask({ kind: 'sweep' }));
    return visit('POST', `/api/v1/deliveries/${deliveryId}/resolve`, {
      state: 'NOT_SENT',
      reason: 'the venue knows no such order',
    });
  },
  'GET /api/v1/accounts': get('/api/v1/accounts'),
  'POST /api/v1/accounts/:account/halt': async (stand) => {
    await resumed(stand);
    return visit('POST', '/api/v1/accounts/default/halt', { reason: 'enough for today' });
  },
  'POST /api/v1/accounts/:account/resume': async (stand) => {
    must(await stand.house.ask({ kind: 'halt', account: DEFAULT_ACCOUNT, reason: 'lunch', by: 'matrix' }));
    return visit('POST', '/api/v1/accounts/default/resume', {});
  },
  'GET /api/v1/instruments': get('/api/v1/instruments'),
  'GET /api/v1/instruments/:symbol': get('/api/v1/instruments/ETHUSDT'),
  'GET /api/v1/bars': get('/api/v1/bars?symbol=ETHUSDT'),
  'GET /api/v1/silences': get('/api/v1/silences'),
  'GET /api/v1/config': get('/api/v1/config'),
  'POST /api/v1/accounts/:account/statement': async () =>
    visit('POST', '/api/v1/accounts/default/statement', { executor: { ETHUSDT: 0.5 }, venue: { ETHUSDT: 0.5 } }),
  'GET /api/v1/positions': get('/api/v1/positions'),
  'POST /api/v1/positions/:id/close': async (stand) =>
    visit('POST', `/api/v1/positions/${await held(stand)}/close`, { reason: 'enough' }),
  'POST /api/v1/positions/:id/settle': async (stand) =>
    visit('POST', `/api/v1/positions/${await held(stand)}/settle`, { exit_price: 3_500.5, reason: 'fill 17' }),
  'GET /api/v1/performance': get('/api/v1/performance'),
  'GET /api/v1/risk': get('/api/v1/risk'),
  'POST /api/v1/risk/halt': async () => visit('POST', '/api/v1/risk/halt', { reason: 'lunch' }),
  'POST /api/v1/risk/resume': async () => visit('POST', '/api/v1/risk/resume', { reason: 'coffee' }),
  'POST /api/v1/risk/flatten': async () => visit('POST', '/api/v1/risk/flatten', { reason: 'news' }),
  'GET /api/v1/ledgers': get('/api/v1/ledgers'),
  'GET /api/v1/notices': get('/api/v1/notices'),
  'POST /api/v1/notices/mute': async () => visit('POST', '/api/v1/notices/mute', { minutes: 30 }),
  'POST /api/v1/notices/unmute': async (stand) => {
    const untilMs = stand.hands.nowMs() + 60_000;
    must(await stand.house.ask({ kind: 'mute', untilMs, by: 'matrix' }));
    return visit('POST', '/api/v1/notices/unmute', {});
  },
  'GET /api/v1/time': get('/api/v1/time'),
  'GET /api/v1/metrics': get('/api/v1/metrics'),
};

function visit(method: string, target: string, body?: object): Visit {
  return { method, target, headers: {}, ...(body !== undefined && asJson(body)) };
}

function get(target: string): Right {
  return async () => visit('GET', target);
}

const newInstance = (): string => next().padStart(32, '0');

async function resumed({ house }: Stand): Promise<void> {
  must(await house.ask({ kind: 'kill', action: 'resume', reason: 'the next request', by: 'matrix' }));
}

/** @returns the id of a signal that is live, and on offer */
async function published(stand: Stand): Promise<string> {
  await resumed(stand);
  stand.hands.pass(1);
  const signalId = newSignalId();
  const told = { bodyHash: signalId, producer: 'matrix', draft: DEMO_SIGNALS[0]!, ttlMs: TTL_MS } as const;
  must(await stand.house.ask({ kind: 'publish', signalId, ...told, maxSlippageBps: undefined }));
  return signalId;
}

async function opened({ house }: Stand) {
  const who = {
    sessionId: newInstance().slice(-16),
    consumer: 'matrix',
    instance: newInstance(),
    account: DEFAULT_ACCOUNT,
  };
  return must(await house.ask({ kind: 'open_session', ...who, symbols: [], capabilities: [], takeover: true })).session;
}

async function claimed(stand: Stand) {
  const { sessionId, epoch } = await opened(stand);
  const signalId = await published(stand);
  const claim = {
    kind: 'claim',
    signalId,
    sessionId,
    epoch,
    account: DEFAULT_ACCOUNT,
    key: next(),
    latency: {},
  } as const;
  const { delivery, grant } = must(await stand.house.ask(claim));
  return { signalId, deliveryId: delivery.deliveryId, session: sessionId, epoch, fence: grant.fence };
}

/** @returns the id of an open position */
async function held(stand: Stand): Promise<string> {
  await resumed(stand);
  const { signalId: _, deliveryId, ...grant } = await claimed(stand);
  const report = { reportId: next(), ...grant, type: 'FILLED', leg: 'ENTRY', qty: 0.5, avgPrice: 3_500 } as const;
  must(await stand.house.ask({ kind: 'report', deliveryId, report }));
  return deliveryId;
}

function must<T>(
  reply: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: DeliveryRefusal },
): T {
  if (!reply.ok) throw new Error(`the matrix cannot be set up: ${reply.refusal.message}`);
  return reply.value;
}
