import type { House } from '../../src/apps/house.ts';
import type { HttpReply, HttpRequest } from '../../src/client/ports.ts';
import type { Books } from '../../src/core/delivery/books.ts';
import { currentGrant, type Delivery } from '../../src/core/delivery/delivery.ts';
import { type Instruction, instructionState } from '../../src/core/delivery/instruction.ts';
import type { DeliveryRefusal, Reply } from '../../src/core/delivery/refusal.ts';
import type { ExecutionReport } from '../../src/core/delivery/report.ts';
import { HEARTBEAT_MS, LEASE_MS } from '../../src/core/delivery/session.ts';
import type { SignalDraft } from '../../src/core/engine/event.ts';
import type { EventTape } from './event-tape.ts';
import type { Process } from './machine.ts';
import type { Witness } from './witness.ts';

export interface FrontParts {
  readonly process: Process;
  readonly house: Pick<House, 'ask' | 'submit'>;
  readonly books: Books;
  readonly events: EventTape;
  readonly witness: Witness;
  readonly newId: () => string;
  readonly marketNowMs: () => number;
}

type Body = Readonly<Record<string, unknown>>;
type Ok<T> = Extract<T, { ok: true }>;

const NOT_FOUND = new Set(['unknown_signal', 'unknown_delivery', 'unknown_account']);
const UNPROCESSABLE = new Set([
  'id_reused',
  'id_too_old',
  'report_id_reused',
  'bad_bracket',
  'unknown_symbol',
  'too_many_reports',
]);

/**
 * `/api/v1` without HTTP: the house is asked what the routes ask it, and the answers have the members that a client reads.
 * What was answered with yes is noted, because it has to hold.
 */
export class Front {
  readonly #parts: FrontParts;

  constructor(parts: FrontParts) {
    this.#parts = parts;
  }

  /** Never rejects: a journal that cannot write is a 503. */
  async answer({ method, path, headers = {}, body }: HttpRequest): Promise<HttpReply> {
    try {
      const [route = '', query = ''] = path.split('?');
      const [, , , kind = '', id = '', action = ''] = route.split('/');
      const params = new URLSearchParams(query);
      return await this.#answer(`${method} ${kind}/${action}`, id, (body ?? {}) as Body, headers, params);
    } catch (error) {
      return { status: 503, body: { code: 'JOURNAL_FAILED', detail: String(error) } };
    }
  }

  #answer(
    route: string,
    id: string,
    body: Body,
    headers: Readonly<Record<string, string>>,
    params: URLSearchParams,
  ): Promise<HttpReply> {
    switch (route) {
      case 'POST sessions/':
        return this.#openSession(body);
      case 'POST sessions/heartbeat':
        return this.#heartbeat(id, body);
      case 'DELETE sessions/':
        return this.#command({ kind: 'release', sessionId: id });
      case 'POST signals/claim':
        return this.#claim(id, body, headers['Idempotency-Key'] ?? '');
      case 'POST deliveries/reports':
        return this.#report(id, body);
      case 'GET signals/':
        return Promise.resolve(id === '' ? this.#signals() : this.#signal(id));
      case 'GET time/':
        return Promise.resolve({ status: 200, body: { cursor: this.#parts.events.cursor } });
      case 'GET events/':
        return this.#poll(params);
      case 'POST signals/':
        return this.#publish(body);
      case 'POST signals/cancel':
        return this.#command({ kind: 'cancel', signalId: id, reason: 'changed its mind', by: 'operator' });
      case 'POST signals/close':
        return this.#command({ kind: 'close', signalId: id, reason: 'enough', by: 'operator' });
      case 'PATCH signals/':
        return this.#command({
          ...{ kind: 'amend', signalId: id, version: Number(body.version), by: 'operator' },
          stopPrice: Number(body.stop_loss),
        });
      case 'POST accounts/halt':
        return this.#command({ kind: 'halt', account: id, reason: 'lunch', by: 'operator' });
      case 'POST accounts/resume':
        return this.#command({ kind: 'resume', account: id, by: 'operator' });
      case 'GET guide/':
        return this.#show();
      case 'POST guide/':
        return this.#acknowledge(Number(body.stampUs));
      default:
        return Promise.resolve({ status: 404, body: { code: 'NOT_FOUND', detail: route } });
    }
  }

  async #openSession(body: Body): Promise<HttpReply> {
    const { events, house, newId, process, witness } = this.#parts;
    const { consumer, account, instance, symbols, capabilities, takeover } = body as unknown as OpenBody;
    const request = { consumer, account, instance, symbols, capabilities, takeover };
    const reply = await house.ask({ kind: 'open_session', sessionId: newId(), ...request });
    return answered(reply, 201, ({ session, inDoubt, halted }) => {
      const { sessionId, epoch } = session;
      if (process.isAlive) witness.promises.push({ what: 'session', id: sessionId, epoch });
      const lease = { lease_ms: LEASE_MS, heartbeat_ms: HEARTBEAT_MS, cursor: events.cursor };
      return { session: sessionId, epoch, ...lease, in_doubt: inDoubt.map(deliveryBody), halted };
    });
  }

  async #heartbeat(sessionId: string, { epoch }: Body): Promise<HttpReply> {
    const reply = await this.#parts.house.ask({ kind: 'heartbeat', sessionId, epoch: Number(epoch) });
    return answered(reply, 200, ({ halted }) => ({ lease_ms: LEASE_MS, halted }));
  }

  async #claim(signalId: string, body: Body, key: string): Promise<HttpReply> {
    const { books, house, process, witness } = this.#parts;
    const { session: sessionId, epoch, account } = body as { session: string; epoch: number; account: string };
    const reply = await house.ask({ kind: 'claim', signalId, sessionId, epoch, account, key, latency: {} });
    witness.counts.claims += 1;
    if (!reply.ok) {
      const delivery = books.deliveries.instruction(signalId)?.deliveries.get(account);
      const grant = delivery && currentGrant(delivery.facts);
      const isOwn = grant?.key === key && grant.sessionId === sessionId && reply.refusal.code === 'claimed';
      if (isOwn) witness.grantsDenied.push(`${signalId} on ${account}`);
    }
    return answered(reply, 200, ({ instruction, delivery, grant, executeWithinMs }) => {
      const { fence, clientOrderId } = grant;
      if (process.isAlive) witness.promises.push({ what: 'grant', fence, clientOrderId });
      const right = { fence, client_order_id: clientOrderId, execute_within_ms: executeWithinMs ?? null };
      return { delivery: deliveryBody(delivery), ...right, signal: signalBody(instruction) };
    });
  }

  async #report(deliveryId: string, body: Body): Promise<HttpReply> {
    const { house, process, witness } = this.#parts;
    const report = reportFrom(body);
    const reply = await house.ask({ kind: 'report', deliveryId, report });
    return answered(reply, 200, ({ duplicate }) => {
      if (process.isAlive) witness.promises.push({ what: 'report', id: report.reportId });
      return { duplicate };
    });
  }

  #signals(): HttpReply {
    const now = this.#parts.marketNowMs();
    const active = this.#parts.books.deliveries.unsettled.filter(
      (instruction) =>
        instructionState(instruction) === 'ACTIVE' &&
        (instruction.intent === 'CLOSE' || instruction.signal.expiresAtMs > now),
    );
    const signals = active.map((instruction) => ({
      ...signalBody(instruction),
      deliveries: [...instruction.deliveries.values()].map(deliveryBody),
    }));
    return { status: 200, body: { signals, next: null } };
  }

  #signal(id: string): HttpReply {
    const instruction = this.#parts.books.deliveries.instruction(id);
    if (instruction === undefined) return { status: 404, body: { code: 'UNKNOWN_SIGNAL' } };
    const deliveries = [...instruction.deliveries.values()].map(deliveryBody);
    const signal = { ...signalBody(instruction), state: instructionState(instruction), deliveries };
    return { status: 200, body: { signal } };
  }

  #poll(params: URLSearchParams): Promise<HttpReply> {
    const { events, process } = this.#parts;
    const after = params.get('after') ?? '';
    const page = (): HttpReply | undefined => {
      const found = events.after(after);
      if (found === undefined) return { status: 410, body: { code: 'CURSOR_GONE', reset: true } };
      if (found.length === 0) return undefined;
      return { status: 200, body: { events: found, cursor: found.at(-1)!.cursor } };
    };
    const now = page();
    if (now !== undefined) return Promise.resolve(now);
    return new Promise((resolve) => {
      const end = (): void => {
        stop();
        resolve(page() ?? { status: 200, body: { events: [], cursor: after } });
      };
      const stop = events.listen(end);
      process.after(Number(params.get('wait') ?? 0) * 1_000, end);
    });
  }

  async #publish(body: Body): Promise<HttpReply> {
    const { house, process, witness } = this.#parts;
    const {
      id,
      ttl_ms: ttlMs,
      max_slippage_bps: maxSlippageBps,
    } = body as { readonly [name: string]: number } & { id: string };
    const published = { signalId: id, bodyHash: id, producer: 'producer', draft: draftOf(body), ttlMs, maxSlippageBps };
    const reply = await house.ask({ kind: 'publish', ...published });
    return answered(reply, 201, ({ duplicate }) => {
      if (process.isAlive) witness.promises.push({ what: 'signal', id });
      return { duplicate };
    });
  }

  async #command(command: Parameters<House['ask']>[0]): Promise<HttpReply> {
    return answered((await this.#parts.house.ask(command)) as Reply<unknown>, 200, () => ({}));
  }

  async #show(): Promise<HttpReply> {
    const { books, house, marketNowMs, process, witness } = this.#parts;
    const live = books.signals.live(marketNowMs());
    const reply = await house.ask({ kind: 'show', signalIds: live.map(({ signalId }) => signalId) });
    return answered(reply, 200, ({ signalIds }) => {
      if (process.isAlive) witness.promises.push(...signalIds.map((id) => ({ what: 'shown' as const, id })));
      return { signals: live.filter(({ signalId }) => signalIds.includes(signalId)) };
    });
  }

  async #acknowledge(stampUs: number): Promise<HttpReply> {
    await this.#parts.house.submit([{ kind: 'acknowledge', stampUs, eventTimeMs: this.#parts.marketNowMs() }]);
    return { status: 200, body: {} };
  }
}

interface OpenBody {
  readonly consumer: string;
  readonly account: string;
  readonly instance: string;
  readonly symbols: readonly string[];
  readonly capabilities: readonly string[];
  readonly takeover: boolean;
}

function answered<T>(reply: Reply<T>, status: number, body: (value: Ok<Reply<T>>['value']) => object): HttpReply {
  return reply.ok ? { status, body: body(reply.value) } : refused(reply.refusal);
}

function refused({ code, message, holder }: DeliveryRefusal): HttpReply {
  const status = NOT_FOUND.has(code) ? 404 : UNPROCESSABLE.has(code) ? 422 : 409;
  return { status, body: { code: code.toUpperCase(), detail: message, remaining_ms: holder?.remainingMs } };
}

function draftOf(body: Body): SignalDraft {
  const prices = { entryPrice: body.entry_price, stopPrice: body.stop_loss };
  return {
    ...{ symbol: body.symbol, side: body.direction === 'BUY' ? 'buy' : 'sell', timeframe: body.timeframe, ...prices },
    ...{ targetPrices: [body.tp1, body.take_profit, body.tp3], leverage: 1, strength: body.signal_strength },
    ...{ consensus: 100, strategiesAgree: 0, votes: [], reasons: ['published'], market: 'SIMULATED' },
  } as unknown as SignalDraft;
}

function reportFrom(body: Body): ExecutionReport {
  const { report_id, session, epoch, fence, type, leg, qty, cum_qty, leaves_qty, order_id, avg_price, reason } = body;
  const said = {
    ...{ reportId: report_id, session, epoch, fence, type, leg },
    ...{ orderId: order_id, qty, cumQty: cum_qty, leavesQty: leaves_qty, avgPrice: avg_price, reason },
  };
  return said as unknown as ExecutionReport;
}

export function signalBody({ id, intent, closes, signal, maxSlippageBps }: Instruction): object {
  const [tp1, tp2, tp3] = signal.targetPrices;
  const isBuy = (signal.side === 'buy') !== (intent === 'CLOSE');
  // biome-ignore format: one member a line says nothing more
  return {
    id, intent, closes, symbol: signal.symbol, direction: isBuy ? 'BUY' : 'SELL', timeframe: signal.timeframe,
    entry_price: signal.entryPrice, stop_loss: signal.stopPrice, take_profit: tp2, tp1, tp2, tp3,
    leverage: signal.leverage, signal_strength: signal.strength, max_slippage_bps: maxSlippageBps, market: signal.market,
  };
}

export function deliveryBody({ deliveryId, signalId, account, intent, state, reason, facts }: Delivery): object {
  const grant = currentGrant(facts);
  // biome-ignore format: one member a line says nothing more
  return {
    id: deliveryId, signal_id: signalId, account, intent, state, reason,
    fence: grant?.fence, client_order_id: grant?.clientOrderId, session: grant?.sessionId, epoch: grant?.epoch,
  };
}
