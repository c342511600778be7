import type { Logger } from 'pino';
import type { Effect } from '../core/engine/effect.ts';
import type { Outlet } from '../ports/outlet.ts';

/** Tells the log, and so the terminal, of every decision that is on disk. */
export class LogOutlet implements Outlet {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  publish(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'signal_issued') {
        const { signalId, symbol, side, timeframe, entryPrice, stopPrice, targetPrices, strength, consensus, market } =
          effect.signal;
        const bracket = `at ${entryPrice}, stop ${stopPrice}, target ${targetPrices[1]}`;
        this.#logger.info(
          { signalId, market },
          `${side.toUpperCase()} ${symbol} ${timeframe} ${bracket}, strength ${strength}, consensus ${consensus} %`,
        );
      } else if (effect.kind === 'signal_ended') {
        this.#logger.debug({ signalId: effect.signalId }, `${effect.state}: ${effect.reason}`);
      } else if (effect.kind === 'gap_recorded') {
        const span = `${new Date(effect.fromMs).toISOString()} to ${new Date(effect.toMs).toISOString()}`;
        this.#logger.warn({ symbol: effect.symbol }, `market gap from ${span}: ${effect.reason}`);
      }
    }
  }
}
