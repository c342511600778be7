// What the venue says of orders, in this program's words. A field that a decision rests on and that does not fit is a problem.
import type { Decoded } from '../../core/decoded.ts';

export interface OrderFact {
  readonly clientOrderId: string;
  readonly orderId: string;
  readonly status: 'open' | 'filled' | 'over';
  /** The venue's own word for it. */
  readonly said: string;
  readonly qty: number;
  readonly executed: number;
  readonly avgPrice: number;
  readonly updateMs: number;
}

export interface AlgoFact {
  readonly clientAlgoId: string;
  /** `working` waits for its price; `triggered` is in the matching engine, or was; `over` never got there. */
  readonly status: 'working' | 'triggered' | 'over';
  readonly said: string;
  readonly qty: number;
  readonly triggerPrice: number;
  readonly actualOrderId: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

class Unreadable extends Error {}

export function decodeOrder(body: unknown): Decoded<OrderFact> {
  return decoding('order', () => {
    const fields = fieldsOf(body);
    const said = text(fields, 'status');
    const isOpen = said === 'NEW' || said === 'PARTIALLY_FILLED';
    return {
      ...{ clientOrderId: text(fields, 'clientOrderId'), orderId: String(fields.orderId), said },
      status: isOpen ? 'open' : said === 'FILLED' ? 'filled' : 'over',
      ...{ qty: number(fields, 'origQty'), executed: number(fields, 'executedQty') },
      ...{ avgPrice: number(fields, 'avgPrice'), updateMs: number(fields, 'updateTime') },
    };
  });
}

export function decodeAlgo(body: unknown): Decoded<AlgoFact> {
  return decoding('algo order', () => {
    const fields = fieldsOf(body);
    const said = text(fields, 'algoStatus');
    const actual = String(fields.actualOrderId ?? '');
    const isTriggered = said === 'TRIGGERING' || said === 'TRIGGERED' || said === 'FINISHED';
    return {
      ...{ clientAlgoId: text(fields, 'clientAlgoId'), said },
      status: said === 'NEW' ? 'working' : isTriggered ? 'triggered' : 'over',
      ...{ qty: number(fields, 'quantity'), triggerPrice: number(fields, 'triggerPrice') },
      actualOrderId: actual === '' || actual === '0' ? undefined : actual,
    };
  });
}

export function decodeAlgos(body: unknown): Decoded<readonly AlgoFact[]> {
  if (!Array.isArray(body)) return { ok: false, problem: 'openAlgoOrders is no list' };
  const algos: AlgoFact[] = [];
  for (const row of body) {
    const algo = decodeAlgo(row);
    if (!algo.ok) return algo;
    algos.push(algo.value);
  }
  return { ok: true, value: algos };
}

/** `GET /fapi/v3/positionRisk` lists what is open: base units by symbol, negative when short. */
export function decodePositions(body: unknown): Decoded<ReadonlyMap<string, number>> {
  return decoding('positionRisk', () => {
    if (!Array.isArray(body)) throw new Unreadable('positionRisk is no list');
    return new Map(
      body.map((row: unknown) => {
        const fields = fieldsOf(row);
        return [text(fields, 'symbol'), number(fields, 'positionAmt')];
      }),
    );
  });
}

/** `GET /fapi/v1/userTrades`: what was paid for them, and in what. */
export function decodeFees(body: unknown): Decoded<{ readonly fee: number; readonly feeAsset: string | undefined }> {
  return decoding('userTrades', () => {
    if (!Array.isArray(body)) throw new Unreadable('userTrades is no list');
    const rows = body.map(fieldsOf);
    const fee = rows.reduce((sum, row) => sum + number(row, 'commission'), 0);
    const feeAsset = rows.length === 0 ? undefined : String(rows[0]!.commissionAsset);
    return { fee: Number(fee.toFixed(10)), feeAsset };
  });
}

export function decodeBalance(body: unknown): Decoded<{ readonly wallet: number; readonly available: number }> {
  return decoding('balance', () => {
    const rows = Array.isArray(body) ? body.map(fieldsOf) : [];
    const row = rows.find(({ asset }) => asset === 'USDT');
    if (row === undefined) throw new Unreadable('the account has no USDT');
    return { wallet: number(row, 'balance'), available: number(row, 'availableBalance') };
  });
}

export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

function decoding<T>(what: string, read: () => T): Decoded<T> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, problem: `${what}: ${error.message}` };
    throw error;
  }
}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Unreadable(`${name} cannot be ${String(JSON.stringify(value)).slice(0, 40)}`);
}

function number(fields: Fields, name: string): number {
  const value = fields[name];
  const isText = typeof value === 'string' && value.trim() !== '';
  const read = isText || typeof value === 'number' ? Number(value) : Number.NaN;
  if (Number.isFinite(read)) return read;
  throw new Unreadable(`${name} cannot be ${String(JSON.stringify(value)).slice(0, 40)}`);
}
