import { markOf } from './comments.ts';
import type { Delivery, FillView, LedgerLine, LoopRecord, OrderView } from './records.ts';

/** Faults that a judge must see, planted into the record of a run that had none. */
export const PLANTED: Readonly<Record<string, (record: LoopRecord) => LoopRecord>> = {
  'a second entry': (record) => {
    const order = entryOf(record);
    return withLines(record, { ...order, orderId: `${order.orderId}0`, state: 'Cancelled' });
  },
  'an exit that still works': (record) => {
    const order = entryOf(record);
    return withLines(record, {
      ...order,
      orderId: `${order.orderId}1`,
      comment: `${order.comment}-S`,
      state: 'Working',
    });
  },
  'a stop that was never accepted': (record) => {
    const id = markOf(entryOf(record).comment)!.clientOrderId;
    const isStop = ({ order }: LedgerLine) => order?.type === 'Stop' && markOf(order.comment)?.clientOrderId === id;
    return { ...record, graceMs: 0, ledger: record.ledger.filter((line) => !isStop(line)) };
  },
  'an order nobody reported': (record) => {
    const order = entryOf(record);
    return withLines(record, { ...order, orderId: `${order.orderId}2`, comment: 'tw-0123456789abcdef01234567' });
  },
  'a fill of another size': (record) => ({
    ...record,
    ledger: record.ledger.map((line) =>
      line.fill === null || line.fill.orderId !== entryOf(record).orderId
        ? line
        : { ...line, fill: { ...line.fill, quantity: line.fill.quantity * 2 } satisfies FillView },
    ),
  }),
  'a delivery that says it never traded': (record) =>
    changed(record, (delivery) => ({ ...delivery, state: 'DECLINED' })),
  'a delivery that hangs': (record) => changed(record, (delivery) => ({ ...delivery, state: 'WORKING' })),
  'an end without a reason': (record) => changed(record, (delivery) => ({ ...delivery, reason: '' })),
};

/** The first entry that traded. */
function entryOf({ ledger }: LoopRecord): OrderView {
  const found = ledger.find(({ order }) => order !== null && order.filled > 0 && isBare(order.comment));
  if (found?.order == null) throw new Error('nothing was entered, so nothing can be planted');
  return found.order;
}

const isBare = (comment: string | null): boolean => {
  const mark = markOf(comment);
  return mark !== undefined && mark.leg === undefined;
};

function withLines(record: LoopRecord, order: OrderView): LoopRecord {
  const line: LedgerLine = { number: record.ledger.length + 1, time: order.time, order, fill: null };
  return { ...record, ledger: [...record.ledger, line] };
}

function changed(record: LoopRecord, change: (delivery: Delivery) => Delivery): LoopRecord {
  const id = markOf(entryOf(record).comment)!.clientOrderId;
  const signals = record.signals.map((signal) => ({
    ...signal,
    deliveries: signal.deliveries.map((each) => (each.client_order_id === id ? change(each) : each)),
  }));
  return { ...record, signals };
}
