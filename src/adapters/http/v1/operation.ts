import type { Json } from '../../../contract/json-text.ts';
import { normaliseSymbol } from '../../../contract/symbol.ts';
import { deliveryQuery, resolveRequest } from '../../../contract/v1/delivery.ts';
import { deliveryJson, STEPS_TOLD } from '../../../contract/v1/delivery-json.ts';
import { haltRequest, resumeRequest } from '../../../contract/v1/execution.ts';
import { accountJson, knownDeliveryJson } from '../../../contract/v1/execution-json.ts';
import type { Account } from '../../../core/delivery/session.ts';
import type { DeliveryDesk } from './desk.ts';
import { answer, bodyOf, type Handler, malformed, queryOf } from './handler.ts';
import { pageOf, startOf } from './pages.ts';

/** What a person needs who looks after the accounts: doubts and how they end, halting and resuming. */
export function operationHandlers(desk: DeliveryDesk): Readonly<Record<string, Handler>> {
  const accountOf = (account: Account): Json => {
    const { wallMs } = desk.now();
    const inDoubt = desk.log.book.inFlight(account.account).filter(({ state }) => state === 'IN_DOUBT').length;
    return accountJson(account, (session) => desk.leases.remainingMs(session, wallMs), inDoubt);
  };
  return {
    'GET /api/v1/deliveries': async (request) => {
      const query = queryOf(deliveryQuery, request);
      if (!query.ok) return malformed(query.problem);
      const { state, account, symbol, after, limit = 100 } = query.value;
      const start = startOf(desk.log, after);
      if (typeof start !== 'number') return start;
      const wantedSymbol = symbol === undefined ? undefined : normaliseSymbol(symbol);
      const page = pageOf(
        desk.log,
        ({ seq, signal }) => seq > start && (wantedSymbol === undefined || signal.symbol === wantedSymbol),
        limit,
        ({ signal, deliveries }) =>
          [...deliveries.values()]
            .filter((each) => state === undefined || each.state === state)
            .filter((each) => account === undefined || each.account === account)
            .map((each) => deliveryJson(each, signal, STEPS_TOLD)),
      );
      return answer(200, { deliveries: page.items, next: page.next });
    },

    'POST /api/v1/deliveries/:id/resolve': async (request) => {
      const body = bodyOf(resolveRequest, request);
      if (!body.ok) return malformed(body.problem);
      const { state, reason, qty, avg_price: avgPrice } = body.value;
      const found = { ...(qty !== undefined && { qty }), ...(avgPrice !== undefined && { avgPrice }) };
      const resolution = { state, reason, by: request.principal.name, ...found };
      const command = { kind: 'resolve', deliveryId: request.params.id ?? '', resolution } as const;
      return desk.ask(command, (delivery) => answer(200, { delivery: knownDeliveryJson(delivery, desk.log.book) }));
    },

    'GET /api/v1/accounts': async () =>
      answer(200, { accounts: [...desk.log.book.accounts].map(accountOf), next: null }),

    'POST /api/v1/accounts/:account/halt': async (request) => {
      const body = bodyOf(haltRequest, request);
      if (!body.ok) return malformed(body.problem);
      const { reason = 'halted by hand' } = body.value;
      const { account = '' } = request.params;
      const command = { kind: 'halt', account, reason, by: request.principal.name } as const;
      return desk.ask(command, (after) => answer(200, { account: accountOf(after) }));
    },

    'POST /api/v1/accounts/:account/resume': async (request) => {
      const body = bodyOf(resumeRequest, request);
      if (!body.ok) return malformed(body.problem);
      const { account = '' } = request.params;
      const command = { kind: 'resume', account, by: request.principal.name } as const;
      return desk.ask(command, (after) => answer(200, { account: accountOf(after) }));
    },
  };
}
