import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Json } from '../../../contract/json-text.ts';
import { normaliseSymbol } from '../../../contract/symbol.ts';
import { STEPS_TOLD } from '../../../contract/v1/delivery-json.ts';
import { amendRequest, cancelRequest, closeRequest, publishRequest, signalQuery } from '../../../contract/v1/signal.ts';
import { expiresInMs, signalJson, signalWithDeliveriesJson } from '../../../contract/v1/signal-json.ts';
import { type Instruction, instructionState } from '../../../core/delivery/instruction.ts';
import type { SignalDraft } from '../../../core/engine/event.ts';
import type { DeliveryDesk } from './desk.ts';
import { answer, bodyOf, type Handler, malformed, queryOf, refused } from './handler.ts';
import { pageOf, startOf } from './pages.ts';

/** Reading, publishing and changing signals. */
export function signalHandlers(desk: DeliveryDesk): Readonly<Record<string, Handler>> {
  const whole = (instruction: Instruction): Json => signalWithDeliveriesJson(instruction, desk.now());
  const brief = (instruction: Instruction): Json => signalWithDeliveriesJson(instruction, desk.now(), STEPS_TOLD);
  return {
    'GET /api/v1/signals': async (request) => {
      const query = queryOf(signalQuery, request);
      if (!query.ok) return malformed(query.problem);
      const { state, after, limit = 100 } = query.value;
      const symbol = query.value.symbol === undefined ? undefined : normaliseSymbol(query.value.symbol);
      const start = startOf(desk.log, after);
      if (typeof start !== 'number') return start;
      const wanted = (instruction: Instruction) =>
        instruction.seq > start &&
        (state === undefined || instructionState(instruction) === state) &&
        (symbol === undefined || instruction.signal.symbol === symbol);
      const page = pageOf(desk.log, wanted, limit, (instruction) => [brief(instruction)]);
      return answer(200, { signals: page.items, next: page.next });
    },

    'GET /api/v1/signals/:id': async ({ params: { id = '' } }) => {
      const instruction = desk.log.book.instruction(id);
      if (instruction !== undefined) return answer(200, { signal: whole(instruction) });
      return refused('unknown_signal', `The signal ${id.slice(0, 60)} is not known here, or no longer.`);
    },

    'POST /api/v1/signals': async (request) => {
      const body = bodyOf(publishRequest, request);
      if (!body.ok) return malformed(body.problem);
      const { id, ttl_ms: ttlMs, max_slippage_bps: maxSlippageBps } = body.value;
      const bodyHash = hashOf(body.value);
      const producer = request.principal.name;
      const draft = draftOf(body.value, desk.market.label);
      const command = { kind: 'publish', signalId: id, bodyHash, producer, draft, ttlMs, maxSlippageBps } as const;
      return desk.ask(command, ({ instruction, duplicate }) => {
        const left = expiresInMs(instruction, desk.now());
        return answer(duplicate ? 200 : 201, { signal: signalJson(instruction, left), duplicate });
      });
    },

    'POST /api/v1/signals/:id/cancel': async (request) => {
      const body = bodyOf(cancelRequest, request);
      if (!body.ok) return malformed(body.problem);
      const { reason = 'cancelled' } = body.value;
      const command = {
        kind: 'cancel',
        signalId: request.params.id ?? '',
        reason,
        by: request.principal.name,
      } as const;
      return desk.ask(command, (instruction) => answer(200, { signal: whole(instruction) }));
    },

    'POST /api/v1/signals/:id/close': async (request) => {
      const body = bodyOf(closeRequest, request);
      if (!body.ok) return malformed(body.problem);
      const { reason = 'close signal' } = body.value;
      const command = { kind: 'close', signalId: request.params.id ?? '', reason, by: request.principal.name } as const;
      return desk.ask(command, ({ instruction, duplicate }) =>
        answer(duplicate ? 200 : 201, { signal: whole(instruction) }),
      );
    },

    'PATCH /api/v1/signals/:id': async (request) => {
      const body = bodyOf(amendRequest, request);
      if (!body.ok) return malformed(body.problem);
      const { version, stop_loss: stopPrice, tp1, take_profit: tp2, tp3 } = body.value;
      const command = {
        kind: 'amend',
        signalId: request.params.id ?? '',
        version,
        ...(stopPrice !== undefined && { stopPrice }),
        targetPrices: [tp1, tp2, tp3],
        by: request.principal.name,
      } as const;
      return desk.ask(command, (instruction) => answer(200, { signal: whole(instruction) }));
    },
  };
}

function draftOf(body: z.infer<typeof publishRequest>, market: string): SignalDraft {
  const { entry_price: entryPrice, stop_loss: stopPrice, take_profit: target } = body;
  return {
    symbol: normaliseSymbol(body.symbol),
    side: body.direction === 'BUY' ? 'buy' : 'sell',
    timeframe: body.timeframe ?? '1m',
    entryPrice,
    stopPrice,
    targetPrices: [body.tp1 ?? target, target, body.tp3 ?? target],
    leverage: body.leverage ?? 1,
    strength: body.signal_strength,
    consensus: body.consensus_confidence ?? 100,
    strategiesAgree: 0,
    votes: [],
    reasons: body.reasons === undefined || body.reasons.length === 0 ? ['published from outside'] : body.reasons,
    market,
  };
}

/** The same whatever the order of the members. */
function hashOf(body: Readonly<Record<string, unknown>>): string {
  const members = Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(members)).digest('hex');
}
