import type { Logger } from 'pino';
import type { Effect } from '../core/engine/effect.ts';
import type { Outlet } from '../ports/outlet.ts';

/** Lines wait this long for one another: making them pretty takes longer than a decision. */
const TOGETHER_MS = 20;
/** An average of fills has no end of digits. */
const PRICE_DIGITS = 8;

/** Tells the log, and so the terminal, of every decision that is on disk. */
export class LogOutlet implements Outlet {
  readonly #logger: Logger;
  readonly #untold: Effect[] = [];
  #telling: NodeJS.Timeout | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Writes nothing yet: nobody who waits for an answer waits for the log. */
  publish(effects: readonly Effect[]): void {
    for (const effect of effects) this.#untold.push(effect);
    this.#telling ??= setTimeout(() => this.flush(), TOGETHER_MS);
  }

  flush(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    for (const effect of this.#untold.splice(0)) this.#tell(effect);
  }

  #tell(effect: Effect): void {
    switch (effect.kind) {
      case 'signal_issued': {
        const { signalId, symbol, side, timeframe, strength, consensus, market } = effect.signal;
        const { entryPrice, stopPrice, targetPrices } = effect.signal;
        const bracket = `at ${entryPrice}, stop ${stopPrice}, target ${targetPrices[1]}`;
        const from = effect.published === undefined ? '' : `, published by ${effect.published.producer}`;
        this.#logger.info(
          { signalId, market },
          `${side.toUpperCase()} ${symbol} ${timeframe} ${bracket}, strength ${strength}, consensus ${consensus} %${from}`,
        );
        break;
      }
      case 'signal_ended':
        this.#logger.debug({ signalId: effect.signalId }, `${effect.state}: ${effect.reason}`);
        break;
      case 'signal_amended':
        this.#logger.info(
          { signalId: effect.signalId },
          `version ${effect.version} by ${effect.by}: stop ${effect.stopPrice}, target ${effect.targetPrices[1]}`,
        );
        break;
      case 'cancel_requested':
        this.#logger.info({ signalId: effect.signalId }, `cancel asked for by ${effect.by}: ${effect.reason}`);
        break;
      case 'close_issued':
        this.#logger.info(
          { signalId: effect.signalId, closeId: effect.closeId },
          `close asked for by ${effect.by}: ${effect.reason}`,
        );
        break;
      case 'session_opened':
        this.#logger.info({ epoch: effect.epoch }, `${effect.consumer} holds the account ${effect.account}`);
        break;
      case 'session_ended':
        this.#logger[effect.released === true ? 'info' : 'warn'](
          {},
          `nobody holds the account ${effect.account}: ${effect.reason}`,
        );
        break;
      case 'delivery_shown':
        this.#logger.debug({ deliveryId: effect.deliveryId }, 'shown to a client of the guide');
        break;
      case 'delivery_claimed':
        this.#logger.info({ signalId: effect.signalId }, `claimed by ${effect.consumer} on ${effect.account}`);
        break;
      case 'delivery_reported': {
        const { type, leg, reason, avgPrice, cumQty } = effect.report;
        const qty = cumQty === undefined ? '' : ` ${cumQty}`;
        const fill = avgPrice === undefined ? '' : `${qty} at ${Number(avgPrice.toPrecision(PRICE_DIGITS))}`;
        const remark = effect.flags.length === 0 ? '' : ` (${effect.flags.join(', ')})`;
        const text = `${leg} ${type}${fill}${reason === undefined ? '' : `: ${reason}`}${remark}`;
        this.#logger.info({ deliveryId: effect.deliveryId }, text);
        break;
      }
      case 'delivery_withdrawn':
        this.#logger.info({ deliveryId: effect.deliveryId }, `withdrawn: ${effect.reason}`);
        break;
      case 'delivery_doubted':
        this.#logger.error({ deliveryId: effect.deliveryId }, `IN DOUBT: ${effect.reason}`);
        break;
      case 'delivery_resolved': {
        const { state, by, reason } = effect.resolution;
        this.#logger.info({ deliveryId: effect.deliveryId }, `resolved as ${state} by ${by}: ${reason}`);
        break;
      }
      case 'account_halted':
        this.#logger.warn({}, `account ${effect.account} halted by ${effect.by}: ${effect.reason}`);
        break;
      case 'account_resumed':
        this.#logger.warn({}, `account ${effect.account} resumed by ${effect.by}`);
        break;
      case 'risk_changed': {
        const { mode, reason, by, untilMs } = effect;
        const until = untilMs === undefined ? '' : `, until ${new Date(untilMs).toISOString()}`;
        this.#logger[mode === 'ACTIVE' ? 'info' : 'warn'](
          { rule: effect.rule },
          `risk is ${mode} by ${by}: ${reason}${until}`,
        );
        break;
      }
      case 'day_turned':
        this.#logger.info({}, `a new day of the account: ${effect.net.toFixed(2)} won or lost so far`);
        break;
      case 'notices_muted': {
        const { untilMs, by } = effect;
        const what =
          untilMs === undefined ? 'tells everything again' : `is muted until ${new Date(untilMs).toISOString()}`;
        this.#logger.info({}, `Telegram ${what}, by ${by}`);
        break;
      }
      case 'gap_recorded': {
        const span = `${new Date(effect.fromMs).toISOString()} to ${new Date(effect.toMs).toISOString()}`;
        this.#logger.warn({ symbol: effect.symbol }, `market gap from ${span}: ${effect.reason}`);
        break;
      }
    }
  }
}
