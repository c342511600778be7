import type { Bar } from '../../core/market/bar.ts';
import type { Book } from '../../core/market/book.ts';
import type { Quote } from '../../core/market/quote.ts';
import type { Trade } from '../../core/market/trade.ts';
import type { Opinion, Strategy, StrategyContext, StrategyDefinition } from '../../core/strategies/strategy.ts';

const LISTENERS = ['onTrade', 'onQuote', 'onBook', 'onBar', 'onSecond'] as const;

/** The name under which `/api/stats` counts what was not clearly a vote. */
const INVALID: Opinion = { side: undefined, reason: 'invalid vote' };

/** A strategy of the user's own did what nobody can go on from. The message is the whole story, for a person. */
export class StrategyError extends Error {
  override readonly name = 'StrategyError';
}

export interface Origin {
  /** The module, as the user wrote it. */
  readonly file: string;
  /** Told what is wrong with a vote, whenever one is: `part` is what of it, `sentence` for a person. */
  readonly onInvalid: (part: string, sentence: string) => void;
}

/**
 * A strategy from outside is JavaScript that nobody checked. Behind this it can harm nobody but itself: it gets frozen
 * copies of the market data, what is not clearly a vote is none, and what it throws comes with its name.
 * It is not kept from anything else the process may do.
 */
export function guardDefinition(definition: StrategyDefinition, origin: Origin): StrategyDefinition {
  const { name, summary, scope, longestPeriodBars, defaults } = definition;
  const who = `strategy ${name} (${origin.file})`;
  return {
    ...{ name, summary, scope, longestPeriodBars, defaults },
    parse: (options) => definition.parse(options),
    create: (context, options) => {
      const inner = attempt(who, 'create', () => definition.create(frozenContext(context), options));
      return guard(checked(who, inner), who, name, origin);
    },
  };
}

function checked(who: string, created: unknown): Strategy {
  if (typeof created !== 'object' || created === null) {
    throw new StrategyError(`${who}: create returned ${describe(created)}, it must return a strategy`);
  }
  if (!('opinion' in created)) throw new StrategyError(`${who}: what create returned has no opinion`);
  const strategy = created as Strategy;
  const wrong = LISTENERS.find((hook) => strategy[hook] !== undefined && typeof strategy[hook] !== 'function');
  if (wrong !== undefined) throw new StrategyError(`${who}: ${wrong} is ${describe(strategy[wrong])}, not a function`);
  if (LISTENERS.every((hook) => strategy[hook] === undefined)) {
    const all = LISTENERS.join(', ');
    throw new StrategyError(`${who}: what create returned listens to nothing, it must have one of ${all}`);
  }
  return strategy;
}

/** Only what the strategy listens to is there: the desk looks at that to know what it lives on. */
function guard(inner: Strategy, who: string, name: string, { onInvalid }: Origin): Strategy {
  const tell = (hook: (typeof LISTENERS)[number], call: () => unknown): void => {
    const result = attempt(who, hook, call);
    if (typeof (result as PromiseLike<unknown> | undefined)?.then !== 'function') return;
    // Whatever it still rejects with would end the process without a name.
    void Promise.resolve(result).catch(String);
    throw new StrategyError(`${who}: ${hook} returned a promise, but it must be done when it returns`);
  };
  return {
    ...(inner.onTrade && { onTrade: (trade: Trade) => tell('onTrade', () => inner.onTrade?.(frozen(trade))) }),
    ...(inner.onQuote && { onQuote: (quote: Quote) => tell('onQuote', () => inner.onQuote?.(frozen(quote))) }),
    ...(inner.onBook && { onBook: (book: Book) => tell('onBook', () => inner.onBook?.(frozenBook(book))) }),
    ...(inner.onBar && { onBar: (bar: Bar) => tell('onBar', () => inner.onBar?.(frozen(bar))) }),
    ...(inner.onSecond && {
      onSecond: (secondMs: number) => tell('onSecond', () => inner.onSecond?.(secondMs)),
    }),
    get opinion(): Opinion {
      const read = attempt(who, 'opinion', () => readOpinion(inner.opinion));
      if (!('part' in read)) return read;
      onInvalid(read.part, `strategy ${name}: ${read.what}; counted as \`${INVALID.reason}\``);
      return INVALID;
    },
  };
}

interface Fault {
  readonly part: 'opinion' | 'side' | 'strength' | 'reason';
  readonly what: string;
}

/** Everything is read once: what is checked here is what everybody sees. */
function readOpinion(value: unknown): Opinion | Fault {
  if (typeof value !== 'object' || value === null) {
    return { part: 'opinion', what: `opinion is ${describe(value)}, it must be a vote or an abstention` };
  }
  const { side, strength, reason } = value as Readonly<Record<string, unknown>>;
  if (side !== undefined && side !== 'buy' && side !== 'sell') {
    return { part: 'side', what: `side is ${describe(side)}, it must be "buy", "sell" or undefined` };
  }
  if (typeof reason !== 'string' || reason === '') {
    return { part: 'reason', what: `reason is ${describe(reason)}, it must be a text that is not empty` };
  }
  if (side === undefined) return { side, reason };
  if (typeof strength !== 'number' || !(strength >= 0 && strength <= 100)) {
    return { part: 'strength', what: `strength is ${describe(strength)}, it must be a number from 0 to 100` };
  }
  return { side, strength, reason };
}

function attempt<T>(who: string, method: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    const message = error instanceof Error ? error.message : describe(error);
    throw new StrategyError(`${who} threw in ${method}: ${message}`, { cause: error });
  }
}

function frozen<T extends object>(event: T): Readonly<T> {
  return Object.freeze({ ...event });
}

/** The four lists are the source's own memory: they are written over by the next book. */
function frozenBook(book: Book): Book {
  const { bidPrices, bidSizes, askPrices, askSizes } = book;
  const list = (levels: ArrayLike<number>): readonly number[] => Object.freeze(Array.from(levels));
  return Object.freeze({
    ...book,
    ...{ bidPrices: list(bidPrices), bidSizes: list(bidSizes) },
    ...{ askPrices: list(askPrices), askSizes: list(askSizes) },
  });
}

function frozenContext({ instrument, timeframe }: StrategyContext): StrategyContext {
  return Object.freeze({ instrument: frozen(instrument), timeframe });
}

/** Whatever it is, in a few words. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 39)}…` : value);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'a list' : value instanceof Promise ? 'a promise' : 'an object';
}
