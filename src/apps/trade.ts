import { readFileSync } from 'node:fs';
import { checkAccount } from '../adapters/exchange/account-check.ts';
import { CcxtApi, type VenuePlace } from '../adapters/exchange/ccxt-api.ts';
import { startExchangeExecutor } from '../adapters/exchange/exchange-executor.ts';
import { apiKeyPath } from '../adapters/keys/stored-key.ts';
import { redactText } from '../adapters/log/redact.ts';
import { HttpTransport } from '../client/http-transport.ts';
import { marginBrackets } from '../core/risk/liquidation.ts';
import { faultWords } from '../ports/fault-words.ts';
import { EXCHANGE_KEY_VARIABLE, EXCHANGE_SECRET_VARIABLE } from './config/overrides.ts';
import type { Config } from './config/schema.ts';
import { tradingSettings } from './engine-settings.ts';

const FAILED = 1;
const MISUSED = 2;

export interface TradeFlags {
  readonly exchange: string;
  readonly live: boolean;
  /** Trade although nobody measured what the signals are worth. */
  readonly unproven: boolean;
  /** Ask what there is to ask, and trade nothing. */
  readonly check: boolean;
  readonly takeover: boolean;
  /** Of the Tapewire server; the one of the configuration, on this machine, when absent. */
  readonly server: string | undefined;
}

interface Outputs {
  out(text: string): void;
  problem(text: string): void;
}

/** `tapewire trade`: executes the signals of a running server at an exchange, until it is stopped. */
export async function trade(
  config: Config,
  flags: TradeFlags,
  env: NodeJS.ProcessEnv,
  { out, problem }: Outputs,
  stopped: AbortSignal,
): Promise<number> {
  if (flags.exchange !== 'binance') {
    problem(`--exchange ${flags.exchange}: only binance can be traded`);
    return MISUSED;
  }
  const { exchange } = config;
  if (exchange.gate === 'expectancy' && !flags.unproven && !flags.check) {
    problem(
      'these signals have no measured expectancy: signals.gate has only "open" in this version. ' +
        'Nothing says that they earn more than they cost. To trade them all the same, say --unproven',
    );
    return MISUSED;
  }
  const [key, secret] = [env[EXCHANGE_KEY_VARIABLE], env[EXCHANGE_SECRET_VARIABLE]];
  if (!key || !secret) {
    problem(
      `${EXCHANGE_KEY_VARIABLE} and ${EXCHANGE_SECRET_VARIABLE} are not set. They come from the environment alone`,
    );
    return FAILED;
  }
  const place = placeOf(exchange.venueUrl, flags.live);
  const api = await CcxtApi.open(place, { key, secret });
  if (flags.check) {
    const checked = await checkAccount(api, place);
    if (!checked.ok) problem(checked.problem);
    else
      out(
        `${nameOf(place)}: ${checked.value.wallet} USDT, ${checked.value.available} free; ${checked.value.remarks.join('; ')}`,
      );
    return checked.ok ? 0 : FAILED;
  }
  const apiKey = readKey(config.dataDir);
  if (!apiKey.ok) {
    problem(apiKey.problem);
    return FAILED;
  }
  const server = flags.server ?? `http://127.0.0.1:${config.api.port}`;
  const transport = new HttpTransport({ url: server, key: apiKey.key });
  const started = await startExchangeExecutor({
    ...{ api, place, transport, folder: config.dataDir, account: exchange.account, consumer: 'tapewire-trade' },
    ...{
      takeover: flags.takeover,
      symbols: [],
      marginBrackets: marginBrackets(tradingSettings(config).risk.marginTiers),
    },
    // What is no market may be tried where there is no money.
    sizing: { ...exchange, acceptsOtherMarkets: place.kind !== 'live' },
    onNotice: ({ name, detail, signalId = '' }) => out(redactText(`${name}: ${detail} ${signalId}`.trimEnd())),
    onAlarm: (detail) => problem(redactText(detail)),
  });
  if (!started.ok) {
    problem(redactText(started.problem));
    transport.close();
    return FAILED;
  }
  out(
    `trading ${nameOf(place)} for the account ${exchange.account} of ${server}. Ctrl+C stops; stops and targets stay at the venue`,
  );
  const { executor, ended, stop } = started.value;
  const stopping = new Promise<'stopped'>((resolve) => {
    stopped.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
  const why = await Promise.race([ended, stopping]);
  await stop();
  transport.close();
  const { inDoubt, refusedReports } = executor;
  for (const signalId of inDoubt) problem(`nobody knows what became of ${signalId}: look at the venue`);
  for (const { reportId, detail } of refusedReports) problem(`report ${reportId} was refused: ${detail}`);
  out(why);
  return why === 'stopped' && inDoubt.length === 0 ? 0 : FAILED;
}

function placeOf(venueUrl: string | undefined, live: boolean): VenuePlace {
  if (live) return { kind: 'live' };
  return venueUrl === undefined ? { kind: 'testnet' } : { kind: 'url', url: venueUrl };
}

function nameOf(place: VenuePlace): string {
  if (place.kind === 'live') return 'LIVE Binance USD-M, with real money';
  return place.kind === 'testnet' ? 'Binance demo trading' : place.url;
}

function readKey(
  dataDir: string,
): { readonly ok: true; readonly key: string } | { readonly ok: false; readonly problem: string } {
  try {
    return { ok: true, key: readFileSync(apiKeyPath(dataDir), 'utf8').trim() };
  } catch (error) {
    return {
      ok: false,
      problem: `api-key in ${dataDir} cannot be read: ${faultWords(error)}. Start the server first, or say --data-dir`,
    };
  }
}
