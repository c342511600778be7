import { dayOf } from '../../contract/notice/day-tally.ts';
import { amountText, quoteOf } from '../../contract/notice/digits.ts';
import type { Notice } from '../../contract/notice/notice.ts';
import { summaryOf } from '../../contract/v1/execution-summary.ts';
import { type Delivery, isInFlight } from '../../core/delivery/delivery.ts';
import type { DeliveryBook } from '../../core/delivery/delivery-book.ts';
import type { Instruction } from '../../core/delivery/instruction.ts';
import type { Position } from '../../core/positions/position.ts';

/** What an account holds of a signal, or may. */
export interface Holding {
  readonly instruction: Instruction;
  readonly delivery: Delivery;
  /** `undefined` while nothing is known to be filled. */
  readonly position: Position | undefined;
  readonly avgPrice: number | undefined;
  /** Nobody knows whether there is one. */
  readonly inDoubt: boolean;
}

/** Open positions and what may be one, oldest first. */
export function holdingsOf(book: Pick<DeliveryBook, 'unsettled' | 'positions'>, symbol?: string): Holding[] {
  return book.unsettled
    .filter(({ intent, signal }) => intent === 'ENTRY' && (symbol === undefined || signal.symbol === symbol))
    .flatMap((instruction) =>
      [...instruction.deliveries.values()]
        .filter((delivery) => isInFlight(delivery) || delivery.state === 'FILLED')
        .map((delivery) => {
          const { avgPrice } = summaryOf(delivery);
          const position = book.positions.position(delivery.deliveryId);
          return { instruction, delivery, position, avgPrice, inDoubt: delivery.state === 'IN_DOUBT' };
        }),
    );
}

/** What was closed on one day of market time, account by account, all costs paid. */
export function dayRows({ positions }: Pick<DeliveryBook, 'positions'>, day: number): Notice['rows'] {
  const accounts = new Map<string, { net: number; count: number; unpriced: number; asset: string }>();
  for (const { account, closedMs, net, symbol } of positions.closed) {
    if (closedMs === undefined || dayOf(closedMs) !== day) continue;
    const sum = accounts.get(account) ?? { net: 0, count: 0, unpriced: 0, asset: quoteOf(symbol) };
    sum.count += 1;
    if (net === undefined) sum.unpriced += 1;
    else sum.net += net;
    accounts.set(account, sum);
  }
  return [...accounts].map(([account, { net, count, unpriced, asset }]) => {
    const without = unpriced === 0 ? '' : `, ${unpriced} without a known result`;
    return [`result ${account}`, `${amountText(net, asset)} of ${count} closed${without}`];
  });
}
