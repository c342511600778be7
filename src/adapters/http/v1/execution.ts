import type { z } from 'zod';
import { parseInstant } from '../../../contract/instant.ts';
import { normaliseSymbol } from '../../../contract/symbol.ts';
import { decode } from '../../../contract/v1/decode.ts';
import {
  claimRequest,
  heartbeatRequest,
  idempotencyKey,
  releaseRequest,
  reportRequest,
  sessionRequest,
} from '../../../contract/v1/execution.ts';
import {
  grantJson,
  heartbeatJson,
  knownDeliveryJson,
  sessionJson,
  sessionOpenedJson,
  sessionReleasedJson,
} from '../../../contract/v1/execution-json.ts';
import type { Decoded } from '../../../core/decoded.ts';
import type { ExecutionReport } from '../../../core/delivery/report.ts';
import type { DeliveryDesk } from './desk.ts';
import { answer, bodyOf, type DeliveryAnswer, type Handler, malformed, refused } from './handler.ts';

/** What an executor calls: sessions, claims and reports. */
export function executionHandlers(desk: DeliveryDesk): Readonly<Record<string, Handler>> {
  return {
    'GET /api/v1/sessions': async () => {
      const { wallMs } = desk.now();
      const sessions = [...desk.log.book.accounts].flatMap(({ session }) =>
        session === undefined ? [] : [sessionJson(session, desk.leases.remainingMs(session, wallMs))],
      );
      return answer(200, { sessions, next: null });
    },

    'POST /api/v1/sessions': async (request) => {
      const body = bodyOf(sessionRequest, request);
      if (!body.ok) return malformed(body.problem);
      const { consumer, account, instance, symbols = [], capabilities = [], takeover = false } = body.value;
      // Taken before the question: what happens while it is answered is told once more rather than never.
      const { cursor } = desk.log;
      const sessionId = desk.sessionId();
      const asked = { consumer, account, instance, symbols: symbols.map(normaliseSymbol), capabilities, takeover };
      return desk.ask({ kind: 'open_session', sessionId, ...asked } as const, ({ session, inDoubt, halted }) => {
        desk.leases.renew(session, desk.now().wallMs);
        const doubts = inDoubt.map((delivery) => knownDeliveryJson(delivery, desk.log.book));
        return answer(201, sessionOpenedJson(session, { cursor, inDoubt: doubts, halted }));
      });
    },

    'POST /api/v1/sessions/:id/heartbeat': async (request) => {
      const body = bodyOf(heartbeatRequest, request);
      if (!body.ok) return malformed(body.problem);
      const { epoch } = body.value;
      const command = { kind: 'heartbeat', sessionId: request.params.id ?? '', epoch } as const;
      return desk.ask(command, ({ session, halted }) => {
        desk.leases.renew(session, desk.now().wallMs);
        return answer(200, heartbeatJson(session, halted));
      });
    },

    'DELETE /api/v1/sessions/:id': async (request) => {
      const body = bodyOf(releaseRequest, request);
      if (!body.ok) return malformed(body.problem);
      const command = { kind: 'release', sessionId: request.params.id ?? '' } as const;
      return desk.ask(command, (session) => {
        desk.leases.forget(session);
        return answer(200, sessionReleasedJson(session));
      });
    },

    'POST /api/v1/signals/:id/claim': async (request) => {
      const beganMs = desk.monotonicMs();
      const key = keyOf(request.headers['idempotency-key']);
      if (typeof key !== 'string') return key;
      const body = bodyOf(claimRequest, request);
      if (!body.ok) return malformed(body.problem);
      const { id: signalId = '' } = request.params;
      const { session: sessionId, epoch, account } = body.value;
      const latency = desk.ledger.of(signalId);
      const command = { kind: 'claim', signalId, sessionId, epoch, account, key, latency } as const;
      const answered = await desk.ask(command, (granted) => answer(200, grantJson(granted)));
      desk.metrics.claimed(desk.monotonicMs() - beganMs, answered.refusal?.code);
      return answered;
    },

    'POST /api/v1/deliveries/:id/reports': async (request) => {
      const beganMs = desk.monotonicMs();
      const body = bodyOf(reportRequest, request);
      if (!body.ok) return malformed(body.problem);
      const report = reportOf(body.value);
      if (!report.ok) return malformed(report.problem);
      const command = { kind: 'report', deliveryId: request.params.id ?? '', report: report.value } as const;
      const answered = await desk.ask(command, ({ delivery, duplicate }) =>
        answer(200, { delivery: knownDeliveryJson(delivery, desk.log.book), duplicate }),
      );
      desk.metrics.answeredReport(desk.monotonicMs() - beganMs);
      return answered;
    },
  };
}

function keyOf(header: string | readonly string[] | undefined): string | DeliveryAnswer {
  if (header === undefined) {
    const message = 'A claim needs the header Idempotency-Key, the same for every repetition of it.';
    return refused('idempotency_key_missing', message);
  }
  const key = decode(idempotencyKey, header, 'the header Idempotency-Key');
  return key.ok ? key.value : malformed(key.problem);
}

function reportOf(body: z.infer<typeof reportRequest>): Decoded<ExecutionReport> {
  const venueTime = body.venue_time === undefined ? undefined : parseInstant(body.venue_time);
  if (venueTime !== undefined && !venueTime.ok) return { ok: false, problem: `venue_time: ${venueTime.problem}` };
  const named = {
    ...{ reportId: body.report_id, session: body.session, epoch: body.epoch, fence: body.fence },
    ...{ type: body.type, leg: body.leg, orderId: body.order_id, clientOrderId: body.client_order_id },
    ...{ qty: body.qty, cumQty: body.cum_qty, leavesQty: body.leaves_qty, price: body.price, avgPrice: body.avg_price },
    ...{
      fee: body.fee,
      feeAsset: body.fee_asset,
      funding: body.funding,
      venueTimeMs: venueTime?.value,
      reason: body.reason,
    },
    latency: body.latency,
  };
  // The journal keeps what was said, not what was left out.
  const said = Object.entries(named).filter(([, value]) => value !== undefined);
  return { ok: true, value: Object.fromEntries(said) as unknown as ExecutionReport };
}
