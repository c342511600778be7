import { join } from 'node:path';
import { Executor } from '../../client/executor.ts';
import { FileStore } from '../../client/file-store.ts';
import type { Notice } from '../../client/notice.ts';
import type { Clock, Transport } from '../../client/ports.ts';
import { systemClock } from '../../client/system-clock.ts';
import type { MarginBracket } from '../../core/risk/liquidation.ts';
import { checkAccount } from './account-check.ts';
import { BracketFiles, type BracketRecord } from './bracket-files.ts';
import { BracketKeeper } from './bracket-keeper.ts';
import { streamsOf, type VenuePlace } from './ccxt-api.ts';
import { ExchangeBroker } from './exchange-broker.ts';
import { decodeFilters } from './filters.ts';
import { Quotes } from './quotes.ts';
import { Sizer, type SizerOptions } from './sizer.ts';
import { UserStream } from './user-stream.ts';
import { patiently, type VenueApi } from './venue-api.ts';
import { problemOf } from './venue-look.ts';

export interface ExchangeExecutorOptions {
  readonly api: VenueApi;
  readonly place: VenuePlace;
  readonly transport: Transport;
  readonly clock?: Clock;
  /** A folder of this executor's own. */
  readonly folder: string;
  readonly account: string;
  readonly consumer: string;
  readonly takeover: boolean;
  readonly sizing: SizerOptions;
  readonly marginBrackets: readonly MarginBracket[];
  readonly symbols: readonly string[];
  readonly onNotice: (notice: Notice) => void;
  /** A sentence for a person. */
  readonly onAlarm: (detail: string) => void;
}

export interface ExchangeExecutor {
  readonly executor: Executor;
  readonly keeper: BracketKeeper;
  /** Until `stop`, or until the account is another's. */
  readonly ended: Promise<'fenced' | 'stopped'>;
  /** Takes nothing new, takes resting entries off, delivers reports. Stops and targets stay at the venue. */
  stop(): Promise<void>;
  /** Lets go of the venue and the files at once, whatever is under way: `stop` without the goodbyes. */
  disconnect(): Promise<void>;
}

/**
 * The reference client with the exchange's account behind it. What an earlier run left open is looked after first; then key and
 * account are looked at, and only then anything new is taken.
 */
export async function startExchangeExecutor(
  options: ExchangeExecutorOptions,
): Promise<{ readonly ok: true; readonly value: ExchangeExecutor } | { readonly ok: false; readonly problem: string }> {
  const { api, place, onAlarm } = options;
  const info = await patiently(api, 'fapiPublicGetExchangeInfo');
  if (info.kind !== 'ok') return { ok: false, problem: `the venue does not list its contracts: ${problemOf(info)}` };
  const filters = decodeFilters(info.body);
  if (!filters.ok) return filters;

  const ledger = new FileStore(join(options.folder, `exchange-${options.account}.jsonl`));
  const brackets = new FileStore<BracketRecord>(join(options.folder, `exchange-${options.account}-brackets.jsonl`));
  const files = new BracketFiles(ledger, brackets, () => Date.now());
  const records = await files.open();
  const keeper = new BracketKeeper({ api, files, filters: filters.value, alarm: onAlarm });
  const quotes = new Quotes(streamsOf(place));
  const sizer = new Sizer(options.sizing, {
    ...{ api, files, keeper, quotes, filters: filters.value, marginBrackets: options.marginBrackets },
  });
  const executor = new Executor({
    ...{ transport: options.transport, clock: options.clock ?? systemClock, store: files },
    ...{ broker: new ExchangeBroker({ api, keeper, quotes, filters: filters.value }), consumer: options.consumer },
    ...{ account: options.account, takeover: options.takeover, reopen: true, symbols: options.symbols },
    decide: (signal) => sizer.decide(signal),
    onNotice: options.onNotice,
  });
  const stream = new UserStream(api, streamsOf(place), (symbol) => keeper.wake(symbol), onAlarm);
  stream.start();
  // Before anything else is asked or taken: what is open needs its stop, whatever comes of the rest.
  keeper.resume(records);
  const letGo = (): Promise<unknown> => Promise.all([keeper.stop(), stream.stop(), quotes.stop()]);
  const closeFiles = async (): Promise<void> => void (await Promise.all([ledger.close(), brackets.close()]));
  const checked = await checkAccount(api, place);
  if (!checked.ok) {
    await letGo();
    await closeFiles();
    return checked;
  }
  const ended = executor.run();
  const stop = async (): Promise<void> => {
    await executor.stop();
    await letGo();
    await closeFiles();
  };
  const disconnect = async (): Promise<void> => {
    void letGo();
    await closeFiles();
  };
  return { ok: true, value: { executor, keeper, ended, stop, disconnect } };
}
