import type { Delivery } from '../../core/delivery/delivery.ts';
import type { Instruction } from '../../core/delivery/instruction.ts';
import type { ExecutionReport } from '../../core/delivery/report.ts';
import { PAPER_ACCOUNT } from '../../core/delivery/session.ts';
import type {
  DeliveryReported,
  Effect,
  GapRecorded,
  RiskChanged,
  SessionEnded,
  SignalAmended,
  SignalIssued,
} from '../../core/engine/effect.ts';
import type { Position } from '../../core/positions/position.ts';
import { cursorText } from '../v1/event-json.ts';
import { slippageBps, summaryOf } from '../v1/execution-summary.ts';
import {
  amountText,
  clockText,
  decimalsOfPrices,
  durationText,
  percentText,
  priceText,
  quantityText,
  quoteOf,
  timeText,
} from './digits.ts';
import type { Notice, NoticeKind, NoticeLevel } from './notice.ts';

/** What is known beside the effect itself. */
export interface NoticeContext {
  readonly journalId: string;
  /** Of the feed, for what is about no signal. */
  readonly market: string;
  /** House time. */
  readonly nowMs: number;
  instruction(id: string): Instruction | undefined;
  delivery(deliveryId: string): Delivery | undefined;
  /** What came of a delivery, as far as it was filled. */
  position(positionId: string): Position | undefined;
  /** Places after the point of a symbol's price step, `undefined` while it is not known. */
  priceDecimals(symbol: string): number | undefined;
}

/** A gap of less market time than this is what every restart leaves. */
const GAP_TOLD_MS = 60_000;

/** What people are told of an effect, `undefined` for what they need not hear of. Pure: the same effect, the same words. */
export function noticeOf(effect: Effect, context: NoticeContext): Notice | undefined {
  const tell = teller(effect, context);
  switch (effect.kind) {
    case 'signal_issued':
      return ofSignal(effect, tell, context);
    case 'signal_amended':
      return ofAmendment(effect, tell, context);
    case 'cancel_requested':
      return tell(
        'order',
        'info',
        `CANCEL ${symbolOf(effect.signalId, context)}`,
        [['by', effect.by]],
        [effect.reason],
      );
    case 'close_issued': {
      const title = `CLOSE ${symbolOf(effect.signalId, context)}`;
      const rows = [row('by', effect.by), row('account', effect.accounts.join(', '))];
      return tell('order', 'important', title, rows, [effect.reason]);
    }
    case 'session_opened':
      return tell('account', 'info', `${effect.consumer} holds the account ${effect.account}`, []);
    case 'session_ended':
      return ofSessionEnd(effect, tell);
    case 'delivery_reported':
      return ofReport(effect, tell, context);
    case 'delivery_doubted': {
      const title = `IN DOUBT: ${orderOf(effect.deliveryId, context)}`;
      const remarks = [effect.reason, 'Look at the venue: nobody knows whether there is a position.'];
      return tell('doubt', 'alarm', title, [row('delivery', effect.deliveryId)], remarks);
    }
    case 'delivery_resolved': {
      const { state, by, reason } = effect.resolution;
      const title = `Doubt over: ${orderOf(effect.deliveryId, context)} is ${state}`;
      return tell('doubt', 'important', title, [row('by', by)], [reason]);
    }
    case 'account_halted':
      return tell('account', 'alarm', `HALTED: account ${effect.account}`, [row('by', effect.by)], [effect.reason]);
    case 'account_resumed':
      return tell('account', 'important', `Resumed: account ${effect.account}`, [row('by', effect.by)]);
    case 'gap_recorded':
      return ofGap(effect, tell);
    case 'risk_changed':
      return ofRisk(effect, tell);
    case 'notices_muted': {
      const { untilMs, by } = effect;
      // Whoever did it by a command is answered there. From elsewhere the chat must hear why it hears nothing.
      if (untilMs === undefined || by.startsWith('telegram:')) return undefined;
      return tell('not_told', 'alarm', `Telegram is muted until ${timeText(untilMs)}`, [row('by', by)]);
    }
    case 'day_turned':
    case 'signal_ended':
    case 'delivery_shown':
    case 'delivery_claimed':
    case 'delivery_withdrawn':
      return undefined;
  }
}

type Row = readonly [name: string, value: string];
type Tell = (
  kind: NoticeKind,
  level: NoticeLevel,
  title: string,
  rows: readonly Row[],
  remarks?: readonly string[],
) => Notice;

const row = (name: string, value: string): Row => [name, value];

function teller(effect: Effect, context: NoticeContext): Tell {
  const key = cursorText(context.journalId, effect.seq);
  const signal = signalOf(effect, context);
  const about = signal === undefined ? {} : { symbol: signal.symbol, signalId: signal.signalId };
  const market = signal?.market ?? context.market;
  return (kind, level, title, rows, remarks = []) => {
    const kept = { rows, remarks: remarks.filter((text) => text !== '') };
    return { key, kind, level, market, title, ...kept, atMs: timeOf(effect), madeMs: context.nowMs, ...about };
  };
}

/** Market time. */
export function timeOf(effect: Effect): number {
  if (effect.kind === 'signal_issued') return Math.floor(effect.signal.stampUs / 1_000);
  return effect.kind === 'gap_recorded' ? effect.toMs : effect.atMs;
}

function signalOf(effect: Effect, { instruction }: NoticeContext) {
  if (effect.kind === 'signal_issued') return effect.signal;
  const id = 'deliveryId' in effect ? idOf(effect.deliveryId) : 'signalId' in effect ? effect.signalId : undefined;
  return id === undefined ? undefined : instruction(id)?.signal;
}

function ofSignal({ signal, published }: SignalIssued, tell: Tell, context: NoticeContext): Notice {
  const { symbol, side, timeframe, entryPrice, stopPrice, targetPrices, leverage, strength, consensus } = signal;
  const price = pricesOf(signal, context);
  const away = (to: number) => percentText(((to - entryPrice) / entryPrice) * 100);
  const rows = [
    row('entry', price(entryPrice)),
    row('stop', `${price(stopPrice)} (${away(stopPrice)})`),
    ...targetPrices.map((target, index) => {
      const exit = index === 1 ? ', the exit' : '';
      return row(`TP${index + 1}`, `${price(target)} (${away(target)}${exit})`);
    }),
    row('strength', `${strength.toFixed(1)}, consensus ${consensus.toFixed(1)} %`),
    row('leverage', `${leverage}x`),
    row('valid until', clockText(signal.expiresAtMs)),
    ...(published === undefined ? [] : [row('published by', published.producer)]),
  ];
  const title = `${side.toUpperCase()} ${symbol} ${timeframe} at ${price(entryPrice)}`;
  return tell('signal', 'info', title, rows, signal.reasons);
}

function ofAmendment(effect: SignalAmended, tell: Tell, context: NoticeContext): Notice {
  const { signalId, stopPrice, targetPrices, by, version } = effect;
  const signal = context.instruction(signalId)?.signal;
  const prices = [stopPrice, ...targetPrices];
  const decimals = signal === undefined ? decimalsOfPrices(prices) : undefined;
  const price = decimals === undefined ? pricesOf(signal!, context) : (value: number) => priceText(value, decimals);
  const targets = targetPrices.map((target) => price(target)).join(', ');
  const rows = [row('stop', price(stopPrice)), row('targets', targets), row('by', `${by}, version ${version}`)];
  return tell('order', 'info', `MOVED ${symbolOf(signalId, context)}`, rows);
}

function ofSessionEnd({ account, reason, released }: SessionEnded, tell: Tell): Notice {
  const title = `Nobody holds the account ${account}`;
  return tell('account', released === true ? 'info' : 'important', title, [], [reason]);
}

function ofGap({ symbol, fromMs, toMs, reason }: GapRecorded, tell: Tell): Notice | undefined {
  if (toMs - fromMs < GAP_TOLD_MS) return undefined;
  const title = `Market not watched for ${durationText(toMs - fromMs)}`;
  const rows = [row('symbol', symbol ?? 'all'), row('began', timeText(fromMs)), row('ended', timeText(toMs))];
  return tell('market_gap', 'info', title, rows, [reason]);
}

/** A person who halts or resumes is told of by the accounts; here it is the limits that act. */
function ofRisk({ mode, rule, reason, untilMs, by }: RiskChanged, tell: Tell): Notice | undefined {
  if (rule === 'operator') return undefined;
  const rows = [row('rule', rule), row('by', by)];
  if (untilMs !== undefined) rows.push(row('until', timeText(untilMs)));
  if (mode === 'ACTIVE') return tell('account', 'important', 'Risk: entries again', rows, [reason]);
  return tell('account', mode === 'HALTED' ? 'alarm' : 'important', `RISK: ${mode}, no new entries`, rows, [reason]);
}

/** Fills, closes and refusals. That the venue has an order, or that a claim was given back, changes no position. */
function ofReport(effect: DeliveryReported, tell: Tell, context: NoticeContext): Notice | undefined {
  const { report, deliveryId, flags } = effect;
  const order = `${accountOf(deliveryId) === PAPER_ACCOUNT ? 'on paper ' : ''}${orderOf(deliveryId, context)}`;
  const remarks = [report.reason ?? '', ...(flags.length === 0 ? [] : [`Remarkable: ${flags.join(', ')}.`])];
  const contradicted = flags.includes('contradiction');
  const level = (usual: NoticeLevel): NoticeLevel => (contradicted ? 'alarm' : usual);
  const rows = reportRows(report, deliveryId, context);
  switch (report.type) {
    case 'PARTIAL':
    case 'FILLED': {
      const isEntry = report.leg === 'ENTRY';
      const word = report.type === 'PARTIAL' ? 'PART FILLED' : 'FILLED';
      const title = isEntry ? `${word} ${order}` : `${word} ${order}, ${LEG_WORDS[report.leg]}`;
      return tell(isEntry ? 'fill' : 'close', level('important'), title, rows, remarks);
    }
    case 'CLOSED': {
      const part = (report.leavesQty ?? 0) > 0 ? 'CLOSED IN PART' : 'CLOSED';
      return tell('close', level('important'), `${part} ${order} by ${LEG_WORDS[report.leg]}`, rows, remarks);
    }
    case 'REJECTED':
      return tell('order', level('important'), `REJECTED ${order}, ${LEG_WORDS[report.leg]}`, rows, remarks);
    case 'SUBMITTED':
    case 'CANCELLED':
    case 'NACK':
    case 'NOT_SENT':
      return contradicted ? tell('order', 'alarm', `${report.type} ${order}`, rows, remarks) : undefined;
  }
}

const LEG_WORDS: Readonly<Record<ExecutionReport['leg'], string>> = {
  ENTRY: 'entry',
  STOP: 'stop',
  TP1: 'target 1',
  TP2: 'target 2',
  TP3: 'target 3',
  CLOSE: 'close order',
};

function reportRows(report: ExecutionReport, deliveryId: string, context: NoticeContext): readonly Row[] {
  const { cumQty, qty, leavesQty, fee, feeAsset, leg } = report;
  const id = idOf(deliveryId);
  const signal = context.instruction(id)?.signal;
  const got = report.avgPrice ?? report.price;
  const rows = [row('account', accountOf(deliveryId))];
  const filled = cumQty ?? qty;
  if (filled !== undefined) rows.push(row('quantity', quantityText(filled)));
  if (leavesQty !== undefined && leavesQty > 0) rows.push(row('open', quantityText(leavesQty)));
  if (got !== undefined && got > 0) {
    const decimals = decimalsOfPrices([got]);
    rows.push(row('price', signal === undefined ? priceText(got, decimals) : pricesOf(signal, context)(got)));
    rows.push(...outcomeRows(leg, got, deliveryId, context));
  }
  if (fee !== undefined) rows.push(row('fee', `${significant(fee)}${feeAsset === undefined ? '' : ` ${feeAsset}`}`));
  return rows;
}

const significant = (value: number): string => quantityText(Number(value.toPrecision(4)));

/** What the price means: slippage of an entry, the move between entry and exit of everything else. */
function outcomeRows(leg: ExecutionReport['leg'], got: number, deliveryId: string, context: NoticeContext): Row[] {
  const instruction = context.instruction(idOf(deliveryId));
  if (instruction === undefined) return [];
  const { signal, closes } = instruction;
  if (leg === 'ENTRY') {
    return [row('slippage', `${slippageBps(signal.side, signal.entryPrice, got).toFixed(1)} bps`)];
  }
  const positionId = `${closes ?? signal.signalId}.${accountOf(deliveryId)}`;
  const entry = context.delivery(positionId);
  const entryPrice = entry === undefined ? undefined : summaryOf(entry).avgPrice;
  const position = context.position(positionId);
  const net = position?.isOpen === false ? position.net : undefined;
  if (entryPrice === undefined) return [];
  // Positive where it went our way: what is "worse than wanted" for an entry is a gain for the exit.
  const percent = slippageBps(signal.side, entryPrice, got) / 100;
  const move = row('move', `${percentText(percent)}, before fees`);
  return net === undefined
    ? [move]
    : [move, row('result', `${amountText(net, quoteOf(signal.symbol))}, all costs paid`)];
}

function pricesOf(
  signal: {
    readonly symbol: string;
    readonly entryPrice: number;
    readonly stopPrice: number;
    readonly targetPrices: readonly number[];
  },
  { priceDecimals }: NoticeContext,
): (price: number) => string {
  const known = [signal.entryPrice, signal.stopPrice, ...signal.targetPrices];
  const decimals = priceDecimals(signal.symbol) ?? decimalsOfPrices(known);
  return (price) => priceText(price, decimals);
}

/** `BUY ETHUSDT`; the symbol alone is not known any more when retention has dropped what the report is about. */
function orderOf(deliveryId: string, { instruction }: NoticeContext): string {
  const known = instruction(idOf(deliveryId));
  if (known === undefined) return 'an order that is not kept any more';
  const { side, symbol } = known.signal;
  return known.intent === 'CLOSE' ? `the close of ${symbol}` : `${side.toUpperCase()} ${symbol}`;
}

const symbolOf = (signalId: string, { instruction }: NoticeContext): string =>
  instruction(signalId)?.signal.symbol ?? 'a signal that is not kept any more';

const accountOf = (deliveryId: string): string => deliveryId.slice(idOf(deliveryId).length + 1);

const idOf = (deliveryId: string): string => deliveryId.split('.', 1)[0]!;
