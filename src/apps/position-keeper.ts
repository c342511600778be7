import { performance } from 'node:perf_hooks';
import type { Logger } from 'pino';
import type { Journal } from '../ports/journal.ts';
import { JournalError } from '../ports/journal-error.ts';
import type { OpenedMarket } from './serve.ts';

/** How often the market's position is written down, wall milliseconds. */
const EVERY_MS = 5_000;
/** A failure that lasts is told again after this, wall milliseconds. */
const TELL_AGAIN_MS = 60_000;

type Market = Pick<OpenedMarket, 'clock' | 'source' | 'lastPrices'>;

/** Writes down where the market stands, so that a restart can go on from there. */
export class PositionKeeper {
  readonly #journal: Journal;
  readonly #market: Market;
  readonly #logger: Pick<Logger, 'error'>;
  readonly #onLost: ((reason: string) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #toldMs = Number.NEGATIVE_INFINITY;

  /** @param onLost hears of it when the journal takes nothing more: of its file being gone, first of all */
  constructor(journal: Journal, market: Market, logger: Pick<Logger, 'error'>, onLost?: (reason: string) => void) {
    this.#journal = journal;
    this.#market = market;
    this.#logger = logger;
    this.#onLost = onLost;
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

  /** A failure is told and no more, unless it says that no effect can be written either. Never rejects. */
  async write(): Promise<void> {
    const { clock, source, lastPrices } = this.#market;
    const [marketTimeMs, wallTimeMs] = [clock.nowMs(), Date.now()];
    const position = { marketTimeMs, wallTimeMs, speed: clock.speed, source, lastPrices: lastPrices() };
    await this.#journal.writePosition(position).catch((error: unknown) => this.#failed(error));
  }

  #failed(error: unknown): void {
    const isFault = error instanceof JournalError;
    if (isFault && error.code === 'io') this.#onLost?.(error.message);
    const nowMs = performance.now();
    if (nowMs - this.#toldMs < TELL_AGAIN_MS) return;
    this.#toldMs = nowMs;
    const what = 'the position of the market could not be written';
    // A fault of the world says all in its one line; of a bug of ours the stack is wanted.
    if (isFault) this.#logger.error(`${what}: ${error.message}`);
    else this.#logger.error({ err: error }, what);
  }
}
