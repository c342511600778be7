import { summaryOf } from '../../contract/v1/execution-summary.ts';
import { type Delivery, isInFlight } from '../../core/delivery/delivery.ts';
import type { DeliveryBook } from '../../core/delivery/delivery-book.ts';
import type { Instruction } from '../../core/delivery/instruction.ts';

/** What an account holds of a signal, as its executor reported it. */
export interface Holding {
  readonly instruction: Instruction;
  readonly delivery: Delivery;
  readonly qty: number | undefined;
  readonly avgPrice: number | undefined;
  /** Nobody knows whether there is one. */
  readonly inDoubt: boolean;
}

/** Open positions and what may be one, oldest first. */
export function holdingsOf(book: Pick<DeliveryBook, 'unsettled'>, symbol?: string): Holding[] {
  return book.unsettled
    .filter(({ intent, signal }) => intent === 'ENTRY' && (symbol === undefined || signal.symbol === symbol))
    .flatMap((instruction) =>
      [...instruction.deliveries.values()]
        .filter((delivery) => isInFlight(delivery) || delivery.state === 'FILLED')
        .map((delivery) => {
          const { filledQty: qty, avgPrice } = summaryOf(delivery);
          return { instruction, delivery, qty, avgPrice, inDoubt: delivery.state === 'IN_DOUBT' };
        }),
    );
}

/** What closed positions came to, as far as quantities and prices of both ends were reported. */
export interface Results {
  readonly closed: number;
  /** Those of which not enough was reported to know their result. */
  readonly unknown: number;
  readonly won: number;
  readonly lost: number;
  /** Before fees. */
  readonly gross: number;
  readonly fees: number;
  /** What `gross` and `fees` are counted in. */
  readonly asset: string;
}

/** Where symbols do not say it, or do not agree. */
const OTHER_ASSET = 'quote units';

export function resultsOf(book: Pick<DeliveryBook, 'instructions'>): Results {
  const assets = new Set<string>();
  let [closed, unknown, won, lost, gross, fees] = [0, 0, 0, 0, 0, 0];
  for (const { intent, signal, deliveries } of book.instructions) {
    if (intent !== 'ENTRY') continue;
    for (const delivery of deliveries.values()) {
      if (delivery.state !== 'CLOSED') continue;
      closed += 1;
      const { filledQty, avgPrice, exitPrice, fees: paid = 0 } = summaryOf(delivery);
      if (filledQty === undefined || avgPrice === undefined || exitPrice === undefined) {
        unknown += 1;
        continue;
      }
      const result = filledQty * (exitPrice - avgPrice) * (signal.side === 'buy' ? 1 : -1);
      assets.add(/USD[TC]?$/.exec(signal.symbol)?.[0] ?? OTHER_ASSET);
      gross += result;
      fees += paid;
      if (result - paid > 0) won += 1;
      else lost += 1;
    }
  }
  const [asset = OTHER_ASSET, ...others] = assets;
  return { closed, unknown, won, lost, gross, fees, asset: others.length === 0 ? asset : OTHER_ASSET };
}
