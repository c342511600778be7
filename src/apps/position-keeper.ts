import type { Logger } from 'pino';
import type { Journal } from '../ports/journal.ts';
import type { OpenedMarket } from './serve.ts';

/** How often the market's position is written down, wall milliseconds. */
const EVERY_MS = 5_000;

/** Writes down where the market stands, so that a restart can go on from there. */
export class PositionKeeper {
  readonly #journal: Journal;
  readonly #market: Pick<OpenedMarket, 'clock' | 'source' | 'lastPrices'>;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;

  constructor(journal: Journal, market: Pick<OpenedMarket, 'clock' | 'source' | 'lastPrices'>, logger: Logger) {
    this.#journal = journal;
    this.#market = market;
    this.#logger = logger;
  }

  /** Writes at once and from then on regularly. */
  async start(): Promise<void> {
    await this.write();
    this.#timer = setInterval(() => void this.write(), EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.write();
  }

  /** A failure is told and no more: the effects say on their own when the journal cannot be trusted. */
  async write(): Promise<void> {
    const { clock, source, lastPrices } = this.#market;
    const [marketTimeMs, wallTimeMs] = [clock.nowMs(), Date.now()];
    const position = { marketTimeMs, wallTimeMs, speed: clock.speed, source, lastPrices: lastPrices() };
    await this.#journal.writePosition(position).catch((error: unknown) => {
      this.#logger.error({ err: error }, 'the position of the market could not be written');
    });
  }
}
