import { isInFlight } from '../delivery/delivery.ts';
import type { DeliveryBook } from '../delivery/delivery-book.ts';

/** What somebody says is open in one symbol, signed: long above 0. Base units. */
export type Quantities = Readonly<Record<string, number>>;

/** What an executor says of itself and of its venue, at one moment. */
export interface AccountStatement {
  readonly executor: Quantities;
  readonly venue: Quantities;
}

/** The three ledgers of one symbol on one account. */
export interface LedgerRow {
  readonly account: string;
  readonly symbol: string;
  /** By the reports. */
  readonly bot: number;
  /** By the executor's own book; `undefined` when it said nothing. */
  readonly executor: number | undefined;
  /** By the venue, as the executor read it; `undefined` when it said nothing. */
  readonly venue: number | undefined;
  readonly isEqual: boolean;
  /** Empty when they are equal. */
  readonly explanation: string;
  readonly remedy: string;
  /** Positions of the bot in it, and deliveries of which nobody knows what came. */
  readonly positionIds: readonly string[];
  readonly inDoubtIds: readonly string[];
}

/** Quantities this close, as a share, are the same. */
const SAME = 1e-6;

/**
 * Holds what the bot believes against what the executor and its venue say, symbol by symbol. Nothing is repaired: a
 * difference is told with what may have led to it and what a person can do.
 */
export function compareLedgers(
  book: Pick<DeliveryBook, 'positions' | 'unsettled'>,
  account: string,
  statement: AccountStatement | undefined,
): readonly LedgerRow[] {
  const bot: Record<string, number> = {};
  const positions: Record<string, string[]> = {};
  for (const { symbol, side, openQty, positionId } of book.positions.openOf(account)) {
    if (openQty === 0) continue;
    bot[symbol] = (bot[symbol] ?? 0) + (side === 'buy' ? openQty : -openQty);
    positions[symbol] = [...(positions[symbol] ?? []), positionId];
  }
  const doubts: Record<string, string[]> = {};
  const underWay = new Set<string>();
  for (const { signal, deliveries } of book.unsettled) {
    const delivery = deliveries.get(account);
    if (delivery === undefined || !isInFlight(delivery)) continue;
    if (delivery.state === 'IN_DOUBT') doubts[signal.symbol] = [...(doubts[signal.symbol] ?? []), delivery.deliveryId];
    else underWay.add(signal.symbol);
  }
  const said = statement ?? { executor: {}, venue: {} };
  const symbols = new Set([bot, doubts, said.executor, said.venue].flatMap(Object.keys));
  return [...symbols].sort().map((symbol) => {
    const [ofBot, ofExecutor, ofVenue] = [bot[symbol] ?? 0, said.executor[symbol] ?? 0, said.venue[symbol] ?? 0];
    const inDoubtIds = doubts[symbol] ?? [];
    const isEqual =
      inDoubtIds.length === 0 && (statement === undefined || (same(ofBot, ofExecutor) && same(ofBot, ofVenue)));
    const [explanation, remedy] = isEqual
      ? ['', '']
      : explained(ofBot, ofExecutor, ofVenue, inDoubtIds.length > 0, underWay.has(symbol));
    const spoken = statement === undefined ? undefined : { executor: ofExecutor, venue: ofVenue };
    return {
      ...{
        account,
        symbol,
        bot: ofBot,
        executor: spoken?.executor,
        venue: spoken?.venue,
        isEqual,
        explanation,
        remedy,
      },
      ...{ positionIds: positions[symbol] ?? [], inDoubtIds },
    };
  });
}

/** What may have led to it, and what to do. */
function explained(
  bot: number,
  executor: number,
  venue: number,
  isInDoubt: boolean,
  isUnderWay: boolean,
): readonly [string, string] {
  if (isInDoubt) {
    return [
      'it is not known what became of an order',
      'look the client_order_id up at the venue, then POST /api/v1/deliveries/{id}/resolve',
    ];
  }
  if (isUnderWay) return ['an order is under way: its reports may still come', 'wait a few seconds'];
  if (same(executor, venue)) {
    return bot === 0
      ? ['a position that no report told of: a report was lost, or it was opened by hand', 'close it at the venue']
      : [
          'the position changed at the venue and no report told of it: closed by hand, or liquidated',
          'POST /api/v1/positions/{id}/settle with the price of the fills at the venue',
        ];
  }
  if (same(bot, executor)) {
    return [
      'the venue has another position than all orders of ours come to: somebody else trades on this account',
      'close the difference at the venue, or settle the position at the price of its fills',
    ];
  }
  return [
    'the executor lost orders from its book, such as after a restart without its files',
    'let it read its orders at the venue again; what then still differs, settle',
  ];
}

const same = (a: number, b: number): boolean => Math.abs(a - b) <= SAME * Math.max(Math.abs(a), Math.abs(b));
