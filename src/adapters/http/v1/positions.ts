import { formatInstant } from '../../../contract/instant.ts';
import type { Json } from '../../../contract/json-text.ts';
import { normaliseSymbol } from '../../../contract/symbol.ts';
import * as shapes from '../../../contract/v1/position.ts';
import { ledgerJson, performanceJson, positionJson, riskJson } from '../../../contract/v1/position-json.ts';
import { currentGrant, NO_FENCE } from '../../../core/delivery/delivery.ts';
import type { ExecutionReport } from '../../../core/delivery/report.ts';
import { ACCOUNTS, PAPER_ACCOUNT } from '../../../core/delivery/session.ts';
import { RISK_SILENCES } from '../../../core/fusion/silence.ts';
import { type Performance, performanceOf } from '../../../core/performance/performance.ts';
import { type AccountStatement, compareLedgers } from '../../../core/positions/ledgers.ts';
import type { Position } from '../../../core/positions/position.ts';
import type { DeliveryDesk } from './desk.ts';
import { answer, bodyOf, type DeliveryAnswer, type Handler, malformed, queryOf, refused } from './handler.ts';

/** What is open and what it brought, how risk stands, and whether the three ledgers agree. */
export function positionHandlers(desk: DeliveryDesk): Readonly<Record<string, Handler>> {
  const { log, trading } = desk;
  const records = new Map<
    string,
    { readonly of: Position | undefined; readonly count: number; readonly record: Performance }
  >();
  const statements = new Map<string, AccountStatement & { readonly atMs: number }>();

  const told = (position: Position): Json =>
    positionJson(
      position,
      log.book.instruction(position.signalId)?.signal,
      trading.exitPrice(position.symbol, position.side),
    );

  /** Reckoned once for every position that closes: it takes a hundred thousand draws. */
  const recordOf = (account: string): Performance => {
    const closed = [...log.book.positions.closed].filter((each) => each.account === account);
    const [of, { count }] = [closed.at(-1), log.book.positions.totalsOf(account)];
    const known = records.get(account);
    if (known?.of === of && known?.count === count) return known.record;
    const record = performanceOf(closed, log.book.positions.totalsOf(account), desk.market.kind === 'LIVE');
    records.set(account, { of, count, record });
    return record;
  };

  const riskAnswer = (): DeliveryAnswer => {
    const { risk, positions } = log.book;
    const counted = trading.silences();
    const rules = Object.keys(RISK_SILENCES).filter((rule) => (counted[rule] ?? 0) > 0);
    const facts = {
      ...{ state: risk.state, equity: trading.equity(), limits: trading.settings?.risk, account: PAPER_ACCOUNT },
      openCount: positions.openOf(PAPER_ACCOUNT).length,
      signalsInHour: risk.signalsInHour(desk.now().atMs),
      refused: Object.fromEntries(rules.map((rule) => [rule, counted[rule]!])),
    };
    return answer(200, { risk: riskJson(facts) });
  };

  const killed = (action: 'halt' | 'resume' | 'flatten', byDefault: string): Handler => {
    return async (request) => {
      const body = bodyOf(shapes.killRequest, request);
      if (!body.ok) return malformed(body.problem);
      const { reason = byDefault } = body.value;
      return desk.ask({ kind: 'kill', action, reason, by: request.principal.name }, riskAnswer);
    };
  };

  const statementOf = (account: string): AccountStatement | undefined =>
    account === PAPER_ACCOUNT ? trading.statement() : statements.get(account);

  return {
    'GET /api/v1/positions': async (request) => {
      const query = queryOf(shapes.positionQuery, request);
      if (!query.ok) return malformed(query.problem);
      const { state = 'OPEN', account, symbol, after, limit = 100 } = query.value;
      const wanted = symbol === undefined ? undefined : normaliseSymbol(symbol);
      const { open, closed } = log.book.positions;
      const all = [...(state === 'OPEN' ? [] : closed), ...(state === 'CLOSED' ? [] : open)];
      const found = all.filter(
        (each) =>
          (account === undefined || each.account === account) && (wanted === undefined || each.symbol === wanted),
      );
      const place = after === undefined ? undefined : placeOf(after);
      if (after !== undefined && place === undefined) return malformed('after must be what `next` of a page was');
      // In an order that closing changes nothing about: none is left out because another one closes between two pages.
      const older = found.sort(byOpening).filter((each) => place === undefined || byOpening(each, place) < 0);
      const page = older.slice(-limit);
      return answer(200, { positions: page.map(told), next: page.length === older.length ? null : cursorOf(page[0]!) });
    },

    'POST /api/v1/positions/:id/close': async (request) => {
      const body = bodyOf(shapes.closePositionRequest, request);
      if (!body.ok) return malformed(body.problem);
      const position = log.book.positions.position(request.params.id ?? '');
      if (position === undefined) return unknown(request.params.id);
      const { signalId, account, symbol } = position;
      if (
        position.isOpen &&
        account === PAPER_ACCOUNT &&
        trading.settings !== undefined &&
        !trading.isWatched(symbol)
      ) {
        const settle = `POST /api/v1/positions/${position.positionId}/settle`;
        const why = `${symbol} is not watched at this moment, so the paper venue has no price to close at`;
        return refused('not_routed', `${why}. Try again when it is, or settle it: ${settle}`);
      }
      const { reason = 'manual' } = body.value;
      const command = { kind: 'close', signalId, account, reason, by: request.principal.name } as const;
      return desk.ask(command, () =>
        answer(200, { position: told(log.book.positions.position(position.positionId)!) }),
      );
    },

    'POST /api/v1/positions/:id/settle': async (request) => {
      const body = bodyOf(shapes.settleRequest, request);
      if (!body.ok) return malformed(body.problem);
      const position = log.book.positions.position(request.params.id ?? '');
      if (position === undefined) return unknown(request.params.id);
      const { positionId, isOpen, openQty } = position;
      if (!isOpen)
        return refused('nothing_to_close', `The position ${positionId} is closed already: ${position.reason}.`);
      if (position.account === PAPER_ACCOUNT && trading.settings !== undefined && trading.isWatched(position.symbol)) {
        return refused('not_routed', 'The paper venue knows its own positions: close it instead.');
      }
      const { exit_price: avgPrice, fee, reason } = body.value;
      const delivery = log.book.delivery(positionId);
      const fence = (delivery && currentGrant(delivery.facts)?.fence) ?? NO_FENCE;
      const by = request.principal.name;
      const report: ExecutionReport = {
        ...{
          reportId: `settled-${fence}`,
          session: `person ${by}`,
          epoch: 1,
          fence,
          type: 'CLOSED' as const,
          leg: 'CLOSE' as const,
        },
        ...{ qty: openQty, leavesQty: 0, avgPrice, reason: `settled by ${by}: ${reason}` },
        ...(fee !== undefined && { fee }),
      };
      return desk.ask({ kind: 'report', deliveryId: positionId, report }, () =>
        answer(200, { position: told(log.book.positions.position(positionId)!) }),
      );
    },

    'GET /api/v1/performance': async () =>
      answer(200, {
        performance: ACCOUNTS.map((account) => performanceJson(account, desk.market.label, recordOf(account))),
      }),

    'GET /api/v1/risk': async () => riskAnswer(),
    'POST /api/v1/risk/halt': killed('halt', 'halted by hand'),
    'POST /api/v1/risk/resume': killed('resume', 'resumed by hand'),
    'POST /api/v1/risk/flatten': killed('flatten', 'flattened by hand'),

    'GET /api/v1/ledgers': async () => {
      const rows = ACCOUNTS.flatMap((account) => compareLedgers(log.book, account, statementOf(account)));
      const told = [...statements].map(([account, { atMs }]) => [account, formatInstant(atMs)] as const);
      return answer(200, {
        ledgers: rows.map(ledgerJson),
        equal: rows.every(({ isEqual }) => isEqual),
        statements: Object.fromEntries(told),
      });
    },

    'POST /api/v1/accounts/:account/statement': async (request) => {
      const body = bodyOf(shapes.statementRequest, request);
      if (!body.ok) return malformed(body.problem);
      const { account = '' } = request.params;
      if (log.book.account(account) === undefined) {
        return refused('unknown_account', `There is no account ${account}: there are ${ACCOUNTS.join(' and ')}.`);
      }
      if (account === PAPER_ACCOUNT) return refused('not_routed', 'The paper venue speaks for itself.');
      const atMs = desk.now().wallMs;
      const normal = (said: Readonly<Record<string, number>>) =>
        Object.fromEntries(Object.entries(said).map(([symbol, qty]) => [normaliseSymbol(symbol), qty]));
      const statement = { executor: normal(body.value.executor), venue: normal(body.value.venue), atMs };
      statements.set(account, statement);
      const rows = compareLedgers(log.book, account, statement);
      return answer(200, {
        ledgers: rows.map(ledgerJson),
        equal: rows.every(({ isEqual }) => isEqual),
        statements: { [account]: formatInstant(atMs) },
      });
    },
  };
}

type Place = Pick<Position, 'openedMs' | 'positionId'>;

const byOpening = (a: Place, b: Place): number =>
  a.openedMs - b.openedMs || (a.positionId < b.positionId ? -1 : Number(a.positionId > b.positionId));

const cursorOf = ({ openedMs, positionId }: Place): string => `${openedMs}:${positionId}`;

function placeOf(cursor: string): Place | undefined {
  const [, openedMs, positionId] = /^(\d{1,16}(?:\.\d{1,16})?):(.+)$/.exec(cursor) ?? [];
  return positionId === undefined ? undefined : { openedMs: Number(openedMs), positionId };
}

const unknown = (id = ''): DeliveryAnswer =>
  refused(
    'unknown_delivery',
    `There is no position ${id}, or no longer: it is named like the delivery that opened it.`,
  );
