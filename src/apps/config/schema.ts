import { z } from 'zod';
import { NETWORK_ALLOWED, parseNetwork } from '../../adapters/http/networks.ts';
import { NOTICE_LEVELS } from '../../contract/notice/notice.ts';
import { normaliseSymbol } from '../../contract/symbol.ts';
import { TIMEFRAMES } from '../../core/market/timeframe.ts';
import { SCENARIO_NAMES } from '../../core/simulation/scenarios.ts';
import { NO_QUIET_HOURS, QUIET_HOURS } from '../notify/quiet-hours.ts';
import { isStartTime } from './start-time.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/*
 * Every leaf says in `error` what is allowed, as the end of the sentence "X is 99999, it must be …", and in `describe`
 * what it is for. The problems, `config show`, `config init` and docs/configuration.md are all made from these two.
 * There are no defaults here: those are in defaults.ts, so that the whole configuration is one plain value.
 */

const whole = (min: number, max = Number.MAX_SAFE_INTEGER): z.ZodInt => {
  const error = `a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};

const between = (min: number, max: number): z.ZodNumber => {
  const error = `a number from ${min} to ${max}`;
  return z.number({ error }).min(min, { error }).max(max, { error });
};

const above0 = (max: number): z.ZodNumber => {
  const error = `a number above 0, at most ${max}`;
  return z.number({ error }).gt(0, { error }).max(max, { error });
};

const oneOf = <const T extends readonly string[]>(names: T) =>
  z.enum(names, { error: `one of ${names.map((name) => `"${name}"`).join(', ')}` });

const text = (what: string): z.ZodString => z.string({ error: what }).min(1, { error: what });

const listOf = <T extends z.ZodType>(item: T, what: string) => z.array(item, { error: what });

const section = <T extends z.ZodRawShape>(shape: T) =>
  z.strictObject(shape, { error: 'a section with keys of its own' });

const growing = (item: z.ZodNumber, what: string) => {
  const error = `three growing numbers, ${what}`;
  return z.tuple([item, item, item], { error }).refine(([a, b, c]) => a < b && b < c, { error });
};

/** As the API understands them: `eth-usdt` and `ETH/USDT:USDT` are ETHUSDT. */
const SYMBOL = text('an exchange id such as ETHUSDT: letters, digits and _')
  .regex(/^[a-z0-9][a-z0-9_/-]{1,39}(:USDT)?$/i, { error: 'an exchange id such as ETHUSDT: letters, digits and _' })
  .transform(normaliseSymbol);

const withoutRepetitions = (symbols: readonly string[]): string[] => [...new Set(symbols)];

const START_TIME_ALLOWED = '"now", or a whole minute in UTC such as 2026-01-01T00:00:00Z';

const LOG_FILE_ALLOWED =
  'a file name without a folder, and no name of a journal, a lock, a file of keys or server.json';
/** What else lies in the data directory: a log that wrote into one of these would destroy it. */
const OWN_FILE = /journal|lock\.db|server\.json|keys\.json|api-key|-wal|-shm|\.db$/i;

const api = section({
  host: text('a host name or an IP address').describe(
    'Where the API listens. "::" is every interface of both IP families; another machine needs a key for all but /api/health.',
  ),
  port: whole(0, 65_535).describe('TCP port of the API. 0 takes any free one.'),
  allowedHosts: listOf(text('a host name without port'), 'a list of host names').describe(
    'Names besides localhost and the own addresses under which the API may be called (`Host` header).',
  ),
  networks: listOf(
    text(NETWORK_ALLOWED).refine((written) => parseNetwork(written).ok, { error: NETWORK_ALLOWED }),
    'a list of networks such as [192.168.1.0/24]',
  ).describe('Networks whose machines may use the routes of the guide without a key. Nothing else is open to them.'),
  rate: section({
    local: whole(1, 10_000_000).describe('Requests per second from this machine.'),
    remote: whole(1, 10_000_000).describe('Requests per second from one other machine.'),
    remoteBurst: whole(1, 10_000_000).describe('Requests another machine may make at once before its rate counts.'),
  }),
});

const SOURCE_ALLOWED = '"sim", "replay", "binance", or "ccxt:" and the id of an exchange such as "ccxt:bybit"';
const VENUE_URL_ALLOWED = 'an address such as http://127.0.0.1:8900, without a path, a name and a password in it';

/** The live markets, beside what `symbols` says. */
const live = section({
  venueUrl: z
    .string({ error: VENUE_URL_ALLOWED })
    .regex(/^https?:\/\/[^/?#\s]+\/?$/, { error: VENUE_URL_ALLOWED })
    .refine(isWebAddress, { error: VENUE_URL_ALLOWED })
    .optional()
    .describe('Reaches another server that speaks the venue’s protocol, such as a simulator, instead of the venue.'),
  top: whole(1, 10_000).describe('With `symbols: all`: at most this many instruments, by quote volume of 24 hours.'),
  minQuoteVolume: between(0, 1e15).describe(
    'With `symbols: all`: only instruments with this quote volume in 24 hours.',
  ),
  include: listOf(SYMBOL, 'a list of exchange ids').describe('With `symbols: all`: watched whatever their volume.'),
  exclude: listOf(SYMBOL, 'a list of exchange ids').describe('Never watched.'),
  depthInstruments: whole(0, 10_000).describe('How many instruments have their order book watched, most active first.'),
  depthSpeed: oneOf(['100ms', '250ms', '500ms']).describe('How often the changes of a book are sent.'),
  historyMinutes: whole(0, 100_000).describe(
    'Minutes of history an instrument begins with. A week is ten times the longest period of the default strategies.',
  ),
  settleMs: whole(0, 900).describe('A second of market time is closed this long after its end, milliseconds.'),
});

const market = section({
  source: z
    .string({ error: SOURCE_ALLOWED })
    .regex(/^(sim|replay|binance|ccxt:[a-z0-9]{2,40})$/, { error: SOURCE_ALLOWED })
    .describe(
      'The embedded, SIMULATED market, recorded files, or a LIVE market: Binance USD-M, or any that ccxt knows.',
    ),
  scenario: oneOf(SCENARIO_NAMES).describe('How the embedded market behaves.'),
  seed: whole(0)
    .optional()
    .describe('Repeats the embedded market to the byte. Without it one is drawn at start, and shown.'),
  startTime: z
    .string({ error: START_TIME_ALLOWED })
    .refine(isStartTime, { error: START_TIME_ALLOWED })
    .describe('Where the embedded market’s time begins (UTC).'),
  speed: between(0.1, 1000).describe('Market seconds per second of the wall clock.'),
  symbols: z
    .union([z.literal('all'), z.array(SYMBOL).min(1).transform(withoutRepetitions)], {
      error: '"all", or a list of exchange ids such as [ETHUSDT, BTCUSDT]',
    })
    .describe('The instruments to run, of those the market has.'),
  files: listOf(text('a path'), 'a list of paths').describe(
    'Tapes for `source: replay`: a path, or `SYMBOL:kind=path` where the file name does not say it.',
  ),
  instruments: z
    .record(
      SYMBOL,
      section({
        tick: above0(1e9).describe('The smallest price step.'),
        step: above0(1e9).describe('The smallest quantity step.'),
      }),
      { error: 'a section such as `ETHUSDT: { tick: 0.01, step: 0.001 }`' },
    )
    .describe('Price and quantity steps of recorded instruments, where the built-in table is not right.'),
  live,
});

const STRATEGY_ALLOWED =
  'an entry such as `{ name: trend-confluence, weight: 0.22 }` or `{ file: ./mine.mjs, weight: 0.1 }`';

export const strategyEntry = z
  .strictObject(
    {
      name: text('the name of a built-in strategy').optional(),
      file: text('the path of a module').optional(),
      weight: between(0.000001, 1000).describe(
        'How much its vote counts. Consensus divides by the sum of all weights.',
      ),
      options: z.record(z.string(), z.unknown(), { error: 'a section with the options of the strategy' }).optional(),
    },
    { error: STRATEGY_ALLOWED },
  )
  .refine((entry) => (entry.name === undefined) !== (entry.file === undefined), {
    error: 'an entry with either `name` (built in) or `file` (your own), not both and not neither',
  });

const fusion = section({
  minStrategies: whole(1, 100).describe('How many strategies must agree at least.'),
  minConsensus: between(0, 100).describe('Weight of those that agree over the weight of all, percent.'),
  minStrength: between(0, 100).describe('Weighted mean strength of those that agree, 0 to 100.'),
  timeframes: listOf(oneOf(TIMEFRAMES), `a list of ${TIMEFRAMES.join(', ')}`)
    .min(1, { error: `a list of at least one of ${TIMEFRAMES.join(', ')}` })
    .refine((frames) => new Set(frames).size === frames.length, { error: 'a list without repetitions' })
    .transform((frames) => TIMEFRAMES.filter((frame) => frames.includes(frame)))
    .describe('The horizons that give signals.'),
});

const bracket = section({
  mode: oneOf(['percent', 'volatility']).describe(
    'Stop and targets as a share of the entry price, or scaled by the volatility of the horizon.',
  ),
  stopPercent: above0(50).describe('Mode percent: distance of the stop, percent of the entry.'),
  targetPercents: growing(above0(50), 'percent of the entry').describe(
    'Mode percent: distances of TP1, TP2 (the one a signal exits at) and TP3, percent of the entry.',
  ),
  stopSigmas: above0(20).describe(
    'Mode volatility: distance of the stop, standard deviations of the horizon’s return.',
  ),
  targetSigmas: growing(above0(50), 'standard deviations').describe('Mode volatility: distances of TP1, TP2, TP3.'),
  horizonSeconds: section({
    '1m': whole(1, 86_400).describe('Mode volatility: the horizon of a 1m signal, seconds.'),
    '3m': whole(1, 86_400).describe('The same for 3m.'),
    '5m': whole(1, 86_400).describe('The same for 5m.'),
  }),
  sigmaMinBps: above0(10_000).describe(
    'Mode volatility: the standard deviation counts as at least this, basis points.',
  ),
  sigmaMaxBps: above0(10_000).describe('Mode volatility: and as at most this, basis points.'),
}).refine((value) => value.sigmaMinBps <= value.sigmaMaxBps, {
  path: ['sigmaMaxBps'],
  error: 'at least sigmaMinBps',
});

const SHARES_ALLOWED = 'three percentages that add up to 100';
const TIER_ALLOWED = 'a tier such as `{ notionalMax: 50000, maintenancePercent: 0.4, leverageMax: 125 }`';

const leverageStep = z.strictObject(
  { strength: between(0, 100), consensus: between(0, 100), leverage: whole(1, 125) },
  { error: 'a step such as `{ strength: 85, consensus: 75, leverage: 30 }`' },
);

const leverage = section({
  table: listOf(leverageStep, 'a list of steps such as `{ strength: 85, consensus: 75, leverage: 30 }`').describe(
    'Highest demands first: the first step whose strength and consensus are both reached gives the leverage.',
  ),
  otherwise: whole(1, 125).describe('The leverage when no step is reached.'),
  cap: whole(1, 125).describe('No signal has more than this.'),
  maintenanceMarginPercent: between(0, 50).describe(
    'Percent of the position’s value. With it a signal whose stop would come after liquidation is refused.',
  ),
});

const signals = section({
  gate: z
    .literal('open', {
      error: '"open": the gate "expectancy" needs measured expectancies, which this version does not have yet',
    })
    .describe('What a decision must pass besides the thresholds. "open" is nothing more.'),
  coolDownSeconds: whole(0, 86_400).describe('No second signal of a symbol within this market time, seconds.'),
  ttlBarPercent: above0(100).describe('A signal lives this share of its bar, percent …'),
  maxTtlSeconds: above0(3600).describe('… and at most this long, seconds of market time.'),
  maxPriceAgeSeconds: above0(3600).describe('A decision on a price older than this is refused, seconds.'),
  maxEntryDistancePercent: above0(100).describe(
    'A signal that another producer publishes is refused when its entry is further than this from the market, percent.',
  ),
});

const yesNo = () => z.boolean({ error: 'true or false' });

const CHAT_ALLOWED = 'the number of a chat, negative for a group, or the @name of a channel';
const QUIET_ALLOWED = `"${NO_QUIET_HOURS}", or hours of UTC such as 22:00-07:00`;
const URL_ALLOWED = 'an address that begins with https:// or http://, without a name and password in it';

/** Credentials in an address are no secret for long, and fetch refuses them anyway. */
function isWebAddress(written: string): boolean {
  if (!URL.canParse(written)) return false;
  const { protocol, username, password } = new URL(written);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

const telegram = section({
  chatId: z
    .union([z.int(), z.string().regex(/^(-?\d{1,16}|@[a-z]\w{3,31})$/i, { error: CHAT_ALLOWED })], {
      error: CHAT_ALLOWED,
    })
    .transform(String)
    .optional()
    .describe('Where messages go. The token of the bot comes from TELEGRAM_BOT_TOKEN and nowhere else.'),
  owners: listOf(whole(1), 'a list of user ids, which are numbers').describe(
    'Whose commands are obeyed. Empty: of whoever the chat is with, when it is a private one; else of nobody.',
  ),
  commands: yesNo().describe('Whether the bot hears commands at all.'),
  level: oneOf(NOTICE_LEVELS).describe('What is told: this and everything graver.'),
  quietHours: z
    .union([z.literal(NO_QUIET_HOURS), z.string().regex(QUIET_HOURS, { error: QUIET_ALLOWED })], {
      error: QUIET_ALLOWED,
    })
    .describe('When messages come without a sound (UTC). Alarms always have one.'),
  apiRoot: text(URL_ALLOWED)
    .refine((written) => isWebAddress(written) && !written.endsWith('/'), {
      error: `${URL_ALLOWED}, without / at its end`,
    })
    .describe('A Bot API server of your own, where there is one.'),
});

const webhooks = section({
  urls: listOf(text(URL_ALLOWED).refine(isWebAddress, { error: URL_ALLOWED }), 'a list of addresses').describe(
    'Who gets the same messages as signed POSTs. The secret comes from TAPEWIRE_WEBHOOK_SECRET.',
  ),
  level: oneOf(NOTICE_LEVELS).describe('What is sent: this and everything graver.'),
});

const outbox = section({
  waitingMax: whole(10, 1_000_000).describe(
    'So many messages may wait for one recipient. Beyond that the oldest are dropped, and how many is told.',
  ),
});

const paper = section({
  enabled: yesNo().describe('Trade every signal on paper, on the account `paper`, whoever else executes it.'),
  startEquity: above0(1e12).describe('What the account begins with, in the quote currency. Risk is measured on it.'),
  takerFeePercent: between(0, 10).describe('Fee of an order that crosses the spread, percent of its value.'),
  makerFeePercent: between(-10, 10).describe('Fee of an order that waits in the book, percent; negative is a rebate.'),
  latencyMsP50: whole(0, 60_000).describe('How long an order takes to the venue: the middle one, milliseconds …'),
  latencyMsP99: whole(0, 60_000).describe('… and the slowest one of a hundred.'),
  fillModel: oneOf(['risk_averse', 'prob', 'touch']).describe(
    'When a target counts as filled: the market went through it, touched it in one of two cases, or touched it.',
  ),
  maxSlippageBps: between(0, 1000).describe('An entry goes at most this far beyond its price, basis points.'),
  blindSlippageBps: between(0, 1000).describe(
    'What an order costs where the market’s sizes are not known, basis points.',
  ),
  minNotional: between(0, 1e9).describe('The smallest order, in the quote currency.'),
  fundingRatePercent: between(-5, 5).describe(
    'What the long side pays the short side at 00:00, 08:00 and 16:00 UTC, percent of the value.',
  ),
}).refine((value) => value.latencyMsP50 <= value.latencyMsP99, {
  path: ['latencyMsP99'],
  error: 'at least latencyMsP50',
});

const exits = section({
  ladder: yesNo().describe('Take profit in three parts at TP1, TP2 and TP3, instead of all of it at TP2.'),
  ladderShares: z
    .tuple([between(0, 100), between(0, 100), between(0, 100)], { error: SHARES_ALLOWED })
    .refine(([a, b, c]) => Math.abs(a + b + c - 100) < 1e-9, { error: SHARES_ALLOWED })
    .describe('The three parts, percent.'),
  breakEven: yesNo().describe('Move the stop to where nothing is lost, costs included.'),
  breakEvenAfterStops: above0(100).describe('… after this many stop distances of profit, or when TP1 was filled.'),
  trailing: yesNo().describe('Let the stop follow the best price since the entry (chandelier).'),
  trailingAtrs: above0(100).describe('… at this many average true ranges …'),
  trailingMinutes: whole(2, 1000).describe('… of this many minutes.'),
  timeStopSeconds: whole(0, 604_800).describe('A position is closed after this long, market seconds; 0 is never.'),
  closeOnOpposite: yesNo().describe('Close a position when the bot decides for the other side.'),
  closeAfterSilenceSeconds: whole(0, 86_400).describe(
    'Close a position when its market was silent for this long, seconds; 0 is never.',
  ),
});

const marginTier = z.strictObject(
  {
    notionalMax: above0(1e15).optional(),
    maintenancePercent: between(0, 50),
    leverageMax: whole(1, 125),
  },
  { error: TIER_ALLOWED },
);

const risk = section({
  riskPerTradePercent: above0(10).describe('What a stop may cost, fees and slippage included, percent of the equity.'),
  maxSymbolExposurePercent: between(0, 10_000).describe('Value of one symbol, percent of the equity. 0: no limit.'),
  maxGrossExposurePercent: between(0, 10_000).describe('Value of everything, percent of the equity. 0: no limit.'),
  maxClusterRiskPercent: between(0, 100).describe(
    'What all stops together may cost when instruments move alike, percent of the equity. 0: no limit.',
  ),
  clusterCorrelation: between(0, 1).describe('How alike two instruments are taken to move.'),
  maxPositions: whole(0, 1000).describe('Open positions. 0: no limit.'),
  maxSameSide: whole(0, 1000).describe('Open positions of one side. 0: no limit.'),
  dailyLossPercent: between(0, 100).describe(
    'Loss since 00:00 UTC, open positions included, that halts entries until the next 00:00 UTC. 0: none.',
  ),
  dailyLossFlattenPercent: between(0, 100).describe('… and the one that closes everything as well. 0: none.'),
  drawdownReducePercent: between(0, 100).describe('Loss from the highest equity that ends entries. 0: none.'),
  drawdownHaltPercent: between(0, 100).describe('… and the one that halts until somebody resumes. 0: none.'),
  lossStreak: whole(0, 1000).describe(
    'Losses in a row that pause entries; after the pause half the size, until something is won. ' +
      'ceil(ln(0.1 / 20) / ln 0.6): what happens by chance on one day in ten. 0: none.',
  ),
  lossStreakMinutes: whole(0, 10_080).describe('… for this long.'),
  stopGuardStops: whole(0, 1000).describe('Stops of one symbol and side that lock it. 0: none.'),
  stopGuardMinutes: whole(1, 10_080).describe('… within this time, and for as long.'),
  staleBookSeconds: between(0, 3600).describe('No entry on a book that is older, seconds. 0: any age.'),
  circuitBreakerSigmas: between(0, 1000).describe(
    'No entries after a move of 10 s of this many standard deviations. 0: none.',
  ),
  circuitBreakerSpreads: between(0, 1000).describe('… or after a spread of this many medians of 300 s. 0: none.'),
  circuitBreakerDepthPercent: between(0, 100).describe('… or below this share of the median depth, percent. 0: none.'),
  circuitBreakerSeconds: whole(0, 86_400).describe('… for this long.'),
  spreadGuardMedians: between(0, 1000).describe('No entry while the spread is wider than this many medians. 0: any.'),
  fundingWindowSeconds: whole(0, 28_800).describe(
    'No entry so shortly before funding that it costs too much. 0: none.',
  ),
  fundingSharePercent: between(0, 1000).describe('Too much is this share of the way to the target, percent.'),
  signalsPerHour: whole(0, 100_000).describe('Signals of the bot within an hour. 0: no limit.'),
  marginTiers: listOf(marginTier, `a list: each ${TIER_ALLOWED}`)
    .min(1, { error: 'a list of at least one tier' })
    .refine(
      (tiers) => tiers.every(({ notionalMax = Infinity }, i) => i === 0 || notionalMax > tiers[i - 1]!.notionalMax!),
      {
        error: 'a list of growing tiers, of which only the last has no notionalMax',
      },
    )
    .describe(
      'The venue’s maintenance margin by value of the position: the one of ETHUSDT on paper. Check your venue’s.',
    ),
});

const exchange = section({
  account: text('a name').describe('Whose deliveries `tapewire trade` executes.'),
  gate: oneOf(['expectancy', 'none']).describe(
    'What signals must have before they are traded. "none" trades what nobody measured, as --unproven does.',
  ),
  entry: oneOf(['market', 'limit']).describe(
    'market takes the price there is; limit waits at the price of the signal.',
  ),
  riskPercent: above0(100).describe('What the stop may cost, costs included, percent of the wallet.'),
  notionalMax: above0(1e9).describe('The value of one position at most, in the quote currency.'),
  leverageMax: whole(1, 125).describe('No position has more, whatever its signal suggests.'),
  positionsMax: whole(1, 100).describe('So many at once; one per symbol.'),
  distanceBpsMax: above0(10_000).describe(
    'A signal further than this from the price at the venue is left, basis points.',
  ),
  takerFeePercent: between(0, 10).describe(
    'What the venue takes of an order that crosses the spread, percent of its value.',
  ),
  venueUrl: text(URL_ALLOWED)
    .refine(isWebAddress, { error: URL_ALLOWED })
    .optional()
    .describe('Another server that speaks the protocol of Binance USD-M, such as the venue simulator.'),
});

export const configSchema = section({
  api,
  dataDir: text('a path').describe('Journal, log and lock live here. Made at start when missing.'),
  market,
  strategies: listOf(strategyEntry, `a list: each ${STRATEGY_ALLOWED}`)
    .min(1, { error: 'a list with at least one strategy' })
    .describe('Who votes. A list given here replaces the default list.'),
  fusion,
  bracket,
  leverage,
  signals,
  paper,
  exits,
  risk,
  exchange,
  journal: section({
    keepDays: whole(1, 36_500).describe('What is older is dropped from the journal, days.'),
    keepSignals: whole(500, 100_000_000).describe(
      'This many of the newest signals are kept, unless they are older than keepDays, and a few hundred entries more; the history shows 500.',
    ),
  }),
  telegram,
  webhooks,
  outbox,
  recording: section({
    enabled: z
      .boolean({ error: 'true or false' })
      .describe('Whether `start` records what the engine is told, so that `replay` gives the same signals again.'),
    dir: text('a path').optional().describe('The folder that recordings go to. Without it: `tapes` in dataDir.'),
    fileMb: whole(1, 1_000_000).describe('A new file is begun at this size, megabytes.'),
    keepFreeMb: whole(0, 100_000_000).describe(
      'The recording ends, and trading goes on, before less than this is free on the disk, megabytes.',
    ),
  }),
  log: section({
    level: oneOf(LOG_LEVELS).describe('What is logged: this and everything graver.'),
    file: z
      .string({ error: LOG_FILE_ALLOWED })
      .regex(/^[^/\\:*?"<>|]*[^/\\:*?"<>|. ]$/, { error: LOG_FILE_ALLOWED })
      .refine((name) => !OWN_FILE.test(name), { error: LOG_FILE_ALLOWED })
      .describe('The log file, JSON lines, in dataDir.'),
    maxSizeMb: above0(10_000).describe('The file is rotated at this size, megabytes.'),
    keepFiles: whole(1, 1000).describe('How many rotated files are kept.'),
  }),
});

/** The effective configuration: every key has a value (but those that say what holds without one), paths are absolute. */
export type Config = z.output<typeof configSchema>;

export type StrategyEntry = z.output<typeof strategyEntry>;
