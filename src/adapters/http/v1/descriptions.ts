import { z } from 'zod';
import * as deliveries from '../../../contract/v1/delivery.ts';
import * as events from '../../../contract/v1/event.ts';
import * as execution from '../../../contract/v1/execution.ts';
import * as notices from '../../../contract/v1/notice.ts';
import * as positions from '../../../contract/v1/position.ts';
import { problem } from '../../../contract/v1/problem.ts';
import * as signals from '../../../contract/v1/signal.ts';
import * as views from '../../../contract/v1/view.ts';

export interface Description {
  /** For generators: how a client calls it. */
  readonly id: string;
  readonly summary: string;
  readonly querystring?: z.ZodType;
  readonly body?: z.ZodType;
  readonly headers?: z.ZodType;
  /** Besides the refusals that every call knows. */
  readonly response: Readonly<Record<number, z.ZodType>>;
}

const stream = z.string().meta({ description: 'Server-sent events.', contentMediaType: 'text/event-stream' });
const claimHeaders = z.object({ 'idempotency-key': execution.idempotencyKey });
const streamHeaders = z.object({ 'last-event-id': z.string().optional() });

/** What each call takes and answers: the schemas that requests are checked with and examples are held to. */
export const DESCRIPTIONS: Readonly<Record<string, Description>> = {
  'GET /api/v1/signals': {
    id: 'listSignals',
    summary: 'Signals with what became of them, oldest first',
    querystring: signals.signalQuery,
    response: { 200: signals.signalPage, 410: problem },
  },
  'GET /api/v1/signals/:id': {
    id: 'getSignal',
    summary: 'One signal with its deliveries, their history and how long everything took',
    response: { 200: signals.signalAnswer, 404: problem },
  },
  'POST /api/v1/signals': {
    id: 'publishSignal',
    summary: 'Publishes a signal. Repeated with the same id and body: the first answer, with `duplicate`',
    body: signals.publishRequest,
    response: { 200: signals.published, 201: signals.published, 409: problem, 422: problem },
  },
  'POST /api/v1/signals/:id/cancel': {
    id: 'cancelSignal',
    summary: 'No new entry from this signal; an order that rests is withdrawn by its executor',
    body: signals.cancelRequest,
    response: { 200: signals.signalAnswer, 404: problem, 409: problem },
  },
  'POST /api/v1/signals/:id/close': {
    id: 'closeSignal',
    summary: 'An order to close what the signal opened: claimed and reported like a signal, without an end',
    body: signals.closeRequest,
    response: { 200: signals.signalAnswer, 201: signals.signalAnswer, 404: problem, 409: problem },
  },
  'PATCH /api/v1/signals/:id': {
    id: 'amendSignal',
    summary: 'Moves stop or targets, when `version` is still the one that holds',
    body: signals.amendRequest,
    response: { 200: signals.signalAnswer, 404: problem, 409: problem, 422: problem },
  },
  'GET /api/v1/sessions': {
    id: 'listSessions',
    summary: 'Who executes for which account',
    response: { 200: execution.sessionPage },
  },
  'POST /api/v1/sessions': {
    id: 'openSession',
    summary: 'Takes the account. What is in doubt must be looked up at the venue before anything is traded',
    body: execution.sessionRequest,
    response: { 201: execution.sessionOpened, 404: problem, 409: problem },
  },
  'POST /api/v1/sessions/:id/heartbeat': {
    id: 'sendHeartbeat',
    summary: 'Keeps the account. 409: somebody else has it, or the lease lapsed',
    body: execution.heartbeatRequest,
    response: { 200: execution.heartbeatAnswer, 409: problem },
  },
  'DELETE /api/v1/sessions/:id': {
    id: 'releaseSession',
    summary: 'Gives the account back, after a clean stop: the next executor need not wait for the lease',
    response: { 200: execution.sessionReleased, 409: problem },
  },
  'POST /api/v1/signals/:id/claim': {
    id: 'claimSignal',
    summary: 'The right to execute once, until a deadline counted from when this was sent',
    headers: claimHeaders,
    body: execution.claimRequest,
    response: { 200: execution.grant, 404: problem, 409: problem },
  },
  'POST /api/v1/deliveries/:id/reports': {
    id: 'reportDelivery',
    summary: 'What became of an order. Any order, any number of times, after the lease too',
    body: execution.reportRequest,
    response: { 200: execution.reportAnswer, 404: problem, 422: problem },
  },
  'GET /api/v1/deliveries': {
    id: 'listDeliveries',
    summary: 'Deliveries, oldest first: `state=IN_DOUBT` are those that a person should look at',
    querystring: deliveries.deliveryQuery,
    response: { 200: deliveries.deliveryPage, 410: problem },
  },
  'POST /api/v1/deliveries/:id/resolve': {
    id: 'resolveDelivery',
    summary: 'What a person found out about a delivery in doubt',
    body: deliveries.resolveRequest,
    response: { 200: deliveries.deliveryAnswer, 404: problem, 409: problem },
  },
  'GET /api/v1/accounts': {
    id: 'listAccounts',
    summary: 'The accounts: who holds them, and whether they are halted',
    response: { 200: execution.accountPage },
  },
  'POST /api/v1/accounts/:account/halt': {
    id: 'haltAccount',
    summary: 'The kill switch: nothing is offered and nothing granted, over restarts too',
    body: execution.haltRequest,
    response: { 200: execution.accountAnswer, 404: problem },
  },
  'POST /api/v1/accounts/:account/resume': {
    id: 'resumeAccount',
    summary: 'Ends a halt',
    body: execution.resumeRequest,
    response: { 200: execution.accountAnswer, 404: problem, 409: problem },
  },
  'GET /api/v1/instruments': {
    id: 'listInstruments',
    summary: 'What is watched, with its last prices',
    response: { 200: views.instrumentPage },
  },
  'GET /api/v1/instruments/:symbol': {
    id: 'getInstrument',
    summary: 'What every strategy says of it now, what fusion makes of that, and what stands in the way of a signal',
    response: { 200: views.instrumentView, 422: problem },
  },
  'GET /api/v1/bars': {
    id: 'listBars',
    summary: 'Closed bars of the last hours, oldest first',
    querystring: views.barQuery,
    response: { 200: views.barPage, 422: problem },
  },
  'GET /api/v1/silences': {
    id: 'listSilences',
    summary: 'Why there were no signals, by market minute',
    response: { 200: views.silencePage },
  },
  'GET /api/v1/config': {
    id: 'getConfig',
    summary: 'The configuration that holds, and where each value comes from. Secrets are not in it',
    response: { 200: views.configAnswer },
  },
  'POST /api/v1/accounts/:account/statement': {
    id: 'stateAccount',
    summary: 'What is open by the executor’s own book and by its venue, to be held against the reports',
    body: positions.statementRequest,
    response: { 200: positions.ledgerPage, 404: problem, 409: problem },
  },
  'GET /api/v1/positions': {
    id: 'listPositions',
    summary: 'What is open, or was, on every account, with what it brought; the newest page first',
    querystring: positions.positionQuery,
    response: { 200: positions.positionPage },
  },
  'POST /api/v1/positions/:id/close': {
    id: 'closePosition',
    summary: 'Asks whoever executes to close one position. Repeated while that stands, it changes nothing',
    body: positions.closePositionRequest,
    response: { 200: positions.positionAnswer, 404: problem, 409: problem },
  },
  'POST /api/v1/positions/:id/settle': {
    id: 'settlePosition',
    summary: 'A person found out that a position is closed, and at what price',
    body: positions.settleRequest,
    response: { 200: positions.positionAnswer, 404: problem, 409: problem, 422: problem },
  },
  'GET /api/v1/performance': {
    id: 'getPerformance',
    summary: 'The measured record of each account, with its uncertainty',
    response: { 200: positions.performancePage },
  },
  'GET /api/v1/risk': {
    id: 'getRisk',
    summary: 'Whether the bot may open positions, and why not',
    response: { 200: positions.riskAnswer },
  },
  'POST /api/v1/risk/halt': {
    id: 'haltAll',
    summary: 'The kill switch: no entries on any account, over restarts, until somebody resumes',
    body: positions.killRequest,
    response: { 200: positions.riskAnswer },
  },
  'POST /api/v1/risk/resume': {
    id: 'resumeAll',
    summary: 'Ends a halt, and begins to measure losses anew',
    body: positions.killRequest,
    response: { 200: positions.riskAnswer },
  },
  'POST /api/v1/risk/flatten': {
    id: 'flattenAll',
    summary: 'Halts, and asks whoever executes to close everything that is open',
    body: positions.killRequest,
    response: { 200: positions.riskAnswer },
  },
  'GET /api/v1/ledgers': {
    id: 'listLedgers',
    summary: 'What the bot, the executor and the venue say is open, symbol by symbol, and where they differ',
    response: { 200: positions.ledgerPage },
  },
  'GET /api/v1/notices': {
    id: 'getNotices',
    summary: 'Who is told by messages, how much of it arrived, and whether Telegram is muted',
    response: { 200: notices.noticesAnswer },
  },
  'POST /api/v1/notices/mute': {
    id: 'muteNotices',
    summary: 'Telegram tells alarms only for so long, over restarts too. Webhooks go on',
    body: notices.muteRequest,
    response: { 200: notices.noticesAnswer, 409: problem },
  },
  'POST /api/v1/notices/unmute': {
    id: 'unmuteNotices',
    summary: 'Telegram tells everything again, and first how much it did not tell',
    body: notices.unmuteRequest,
    response: { 200: notices.noticesAnswer },
  },
  'GET /api/v1/events': {
    id: 'readEvents',
    summary: 'Everything that happened after a cursor; `wait` seconds for the next when there is nothing',
    querystring: events.eventQuery,
    response: { 200: events.eventPage, 410: problem },
  },
  'GET /api/v1/stream': {
    id: 'streamEvents',
    summary: 'The same events as they happen. `Last-Event-ID` resumes; `reset` says that it could not',
    querystring: events.streamQuery,
    headers: streamHeaders,
    response: { 200: stream, 429: problem },
  },
  'GET /api/v1/market/stream': {
    id: 'streamMarket',
    summary: 'Trades and quotes as the engine sees them; `reset` when some were left out',
    querystring: execution.marketQuery,
    response: { 200: stream, 429: problem },
  },
  'GET /api/v1/time': {
    id: 'getTime',
    summary: 'The clocks, and where the events end',
    response: { 200: execution.timeAnswer },
  },
  'GET /api/v1/metrics': {
    id: 'getMetrics',
    summary: 'What is measured, for Prometheus',
    response: { 200: z.string().meta({ description: 'Prometheus text.', contentMediaType: 'text/plain' }) },
  },
};

/** What any of them may be refused with; by default, because it need not have come as far as the call. */
export const COMMON_REFUSALS = {
  400: problem,
  401: problem,
  403: problem,
  429: problem,
  503: problem,
  default: problem,
};
