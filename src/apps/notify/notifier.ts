import type { Logger } from 'pino';
import type { EngineStatistics, HealthFacts } from '../../adapters/http/api-house.ts';
import type { EventLog } from '../../adapters/http/event-log.ts';
import { COURIER_DEFAULTS, Courier, notToldNotice, type Trouble } from '../../adapters/outbox/courier.ts';
import { openSqliteOutbox, outboxPath } from '../../adapters/sqlite/outbox.ts';
import { WebhookChannel } from '../../adapters/webhook/channel.ts';
import { parseSecret } from '../../adapters/webhook/signature.ts';
import { timeText } from '../../contract/notice/digits.ts';
import type { Notice } from '../../contract/notice/notice.ts';
import type { ToldChannel } from '../../contract/v1/notice-json.ts';
import { decimalsOf, type Instrument } from '../../core/market/instrument.ts';
import type { SignalBook } from '../../core/signals/signal-book.ts';
import type { MarketClock } from '../../ports/clock.ts';
import type { MarketFeed } from '../../ports/market-feed.ts';
import type { NoticeChannel } from '../../ports/notice-channel.ts';
import type { OutboxStore } from '../../ports/outbox-store.ts';
import { BOT_TOKEN_VARIABLE, WEBHOOK_SECRET_VARIABLE } from '../config/overrides.ts';
import type { Config } from '../config/schema.ts';
import type { House } from '../house.ts';
import { FaultWatch, type ToldFault } from './fault-watch.ts';
import { Feeder, type Recipient } from './feeder.ts';
import { JournaledMute } from './mute.ts';
import { HouseOperator } from './operator.ts';
import { quietHours } from './quiet-hours.ts';
import { sleep } from './sleep.ts';
import type { TelegramCommands } from './telegram.ts';
import { dayRows } from './trades.ts';

const TICK_MS = 1_000;
const FAULT = 'fault';

export interface NotifierParts {
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
  readonly version: string;
  readonly logger: Logger;
  readonly log: EventLog;
  readonly journalId: string;
  readonly feed: Pick<MarketFeed, 'kind' | 'label' | 'symbols'>;
  readonly clock: MarketClock;
  readonly houseMs: () => number;
  readonly signals: Pick<SignalBook, 'live' | 'history' | 'issuedCount'>;
  readonly ask: House['ask'];
  readonly health: () => HealthFacts;
  readonly statistics: () => EngineStatistics;
  readonly instrument: (symbol: string) => Instrument | undefined;
  readonly exitPrice: House['account']['exitPrice'];
}

export interface Notifier {
  /** One line for the start-up screen: who is told. */
  readonly line: string;
  /** How it stands with each of them. */
  channels(): readonly ToldChannel[];
  start(): void;
  stop(): Promise<void>;
}

/**
 * Everybody who is told beside the API: a Telegram chat, webhooks. `undefined` when nobody is to be told. Trouble here is said
 * in the log, and never keeps a signal from being decided.
 */
export async function openNotifier(parts: NotifierParts): Promise<Notifier | undefined> {
  const { config, logger, houseMs } = parts;
  const channels = [...(await telegramChannel(parts)), ...webhookChannels(parts)];
  if (channels.length === 0) return undefined;
  const opened = openSqliteOutbox(outboxPath(config.dataDir), config.outbox);
  if (!opened.ok) {
    logger.error(`nobody is told of anything by Telegram or webhook: ${opened.problem}`);
    return undefined;
  }
  const store = opened.value;
  const couriers = channels.map(({ channel, isQuiet }) => {
    const onTrouble = (trouble: Trouble) => tellTrouble(logger, trouble);
    const means = { store, settings: COURIER_DEFAULTS, nowMs: houseMs, sleep, random: Math.random };
    return new Courier({ channel, isQuiet, market: parts.feed.label, onTrouble, ...means });
  });
  return assemble(parts, { store, channels, couriers });
}

interface Told {
  readonly channel: NoticeChannel;
  readonly level: Recipient['level'];
  readonly isQuiet: (nowMs: number) => boolean;
}

const isTelegram = ({ channel }: Told): boolean => channel.name === 'telegram';

async function telegramChannel({ config: { telegram }, env, logger }: NotifierParts): Promise<Told[]> {
  const token = env[BOT_TOKEN_VARIABLE];
  if (!token) return [];
  if (telegram.chatId === undefined) {
    logger.warn(
      'Telegram is off: TELEGRAM_CHAT_ID is not set. `tapewire telegram test` shows who has written to the bot',
    );
    return [];
  }
  // Whoever does not use it does not wait for it to load.
  const { openTelegramChannel } = await import('./telegram.ts');
  const channel = openTelegramChannel({ token, apiRoot: telegram.apiRoot }, telegram.chatId, logger);
  return [{ channel, level: telegram.level, isQuiet: quietHours(telegram.quietHours) }];
}

function webhookChannels({ config: { webhooks }, env, logger }: NotifierParts): Told[] {
  if (webhooks.urls.length === 0) return [];
  const secret = env[WEBHOOK_SECRET_VARIABLE];
  const key = parseSecret(secret ?? '');
  if (!key.ok) {
    logger.error(`webhooks are off: ${WEBHOOK_SECRET_VARIABLE} ${secret ? key.problem : 'is not set'}`);
    return [];
  }
  return [...new Set(webhooks.urls)].map((url) => ({
    channel: new WebhookChannel({ url, key: key.value, wallMs: Date.now }),
    level: webhooks.level,
    isQuiet: () => false,
  }));
}

interface Means {
  readonly store: OutboxStore;
  readonly channels: readonly Told[];
  readonly couriers: readonly Courier[];
}

async function assemble(parts: NotifierParts, { store, channels, couriers }: Means): Promise<Notifier> {
  const { config, logger, feed, clock, houseMs, log, journalId, health } = parts;
  const onTrouble = (error: unknown): void =>
    logger.error(`the outbox: ${error instanceof Error ? error.message : String(error)}`);
  const onOver = (): void => {
    // Where it is not configured any more nobody would send it, and what was counted is still there when it is again.
    if (!channels.some(isTelegram)) return;
    const untold = store.untold('telegram');
    const said = { market: feed.label, nowMs: houseMs() };
    if (untold.length > 0) store.confess('telegram', notToldNotice(untold, said), untold);
    for (const courier of couriers) courier.wake();
  };
  const mute = new JournaledMute({ log, houseMs, ask: parts.ask, onOver, onTrouble });
  const recipients = channels.map(({ channel, level }, index): Recipient => {
    const mutedBelow = () => (channel.name === 'telegram' ? mute.below : undefined);
    return { channel: channel.name, level, mutedBelow, wake: () => couriers[index]!.wake() };
  });
  const priceDecimals = (symbol: string): number | undefined => {
    const instrument = parts.instrument(symbol);
    return instrument && decimalsOf(instrument.tickSize);
  };
  const feeder = new Feeder({
    ...{ log, journalId, store, recipients, clock, houseMs, market: feed.label, priceDecimals, onTrouble },
    daily: (day) => dayRows(log.book, day),
  });
  const faults = new FaultWatch({
    ...{ market: feed, clock, houseMs, health },
    told: store.recall(FAULT) as ToldFault | undefined,
  });
  const told = (): readonly ToldChannel[] =>
    channels.map(({ channel: { name } }, index) => {
      const { lastToldMs: _, ...counts } = store.counts(name);
      return { name, ...counts, trouble: couriers[index]!.trouble };
    });
  let commands: TelegramCommands | undefined;
  const operator = new HouseOperator({
    ...{ feed, clock, houseMs, signals: parts.signals, deliveries: log.book, ask: parts.ask, health, priceDecimals },
    ...{ statistics: parts.statistics, exitPrice: parts.exitPrice },
    channels: () => channelRows(told(), mute, commands),
  });
  commands = await telegramCommands(parts, { operator, mute, store, channels });

  const look = (): void => {
    const notice = faults.look();
    if (notice === undefined) return;
    feeder.tell(notice);
    store.remember(FAULT, faults.told);
  };
  const tick = (): void => {
    try {
      look();
      mute.look();
      feeder.tick();
    } catch (error) {
      onTrouble(error);
    }
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    line: lineOf(config, channels, commands),
    channels: told,
    start: () => {
      // Before anything new is told: what was not told is of before.
      mute.start();
      try {
        feeder.tell(startedNotice(parts));
      } catch (error) {
        onTrouble(error);
      }
      feeder.start();
      for (const courier of couriers) courier.start();
      commands?.poller.start();
      timer = setInterval(tick, TICK_MS);
    },
    stop: async () => {
      clearInterval(timer);
      mute.stop();
      await feeder.stop();
      await Promise.all([commands?.poller.stop(), ...couriers.map((courier) => courier.stop())]);
      store.close();
    },
  };
}

async function telegramCommands(
  { config, env, houseMs, logger }: NotifierParts,
  means: {
    readonly operator: HouseOperator;
    readonly mute: JournaledMute;
    readonly store: OutboxStore;
    readonly channels: readonly Told[];
  },
): Promise<TelegramCommands | undefined> {
  const { operator, mute, store, channels } = means;
  const { chatId, apiRoot } = config.telegram;
  const token = env[BOT_TOKEN_VARIABLE];
  if (!token || chatId === undefined || !channels.some(isTelegram)) return undefined;
  const { openTelegramCommands } = await import('./telegram.ts');
  const access = { token, apiRoot };
  return openTelegramCommands({ access, config: config.telegram, chatId, operator, mute, store, houseMs, logger });
}

function startedNotice({ version, feed, clock, houseMs }: NotifierParts): Notice {
  const symbols = feed.symbols.length > 6 ? `${feed.symbols.length} instruments` : feed.symbols.join(', ');
  return {
    ...{ key: `started:${Math.floor(houseMs())}`, kind: 'started', level: 'info', market: feed.label },
    title: `Tapewire ${version} runs`,
    ...{ rows: symbols === '' ? [] : [['symbols', symbols]], remarks: [], atMs: clock.nowMs(), madeMs: houseMs() },
  };
}

function channelRows(
  channels: readonly ToldChannel[],
  { current }: JournaledMute,
  commands: TelegramCommands | undefined,
): Notice['rows'] {
  const rows = channels.map(({ name, told, waiting, doubtful, lost, refused, trouble }): [string, string] => {
    const bad = [`${doubtful} in doubt`, `${lost} lost`, `${refused} refused`].filter((text) => !text.startsWith('0 '));
    return [name, [`${told} told`, `${waiting} wait`, ...bad, ...(trouble === undefined ? [] : [trouble])].join(', ')];
  });
  if (current !== undefined) rows.push(['muted', `until ${timeText(current.untilMs)}, by ${current.by}`]);
  const strangers = commands?.strangers.messages ?? 0;
  if (strangers > 0) rows.push(['strangers', `${strangers} messages without an answer`]);
  return rows;
}

function lineOf(
  { telegram, webhooks }: Config,
  channels: readonly Told[],
  commands: TelegramCommands | undefined,
): string {
  const said: string[] = [];
  if (channels.some(isTelegram)) {
    said.push(`Telegram chat ${telegram.chatId}, ${commands === undefined ? 'no commands' : 'commands of its owners'}`);
  }
  const hooks = channels.filter(({ channel }) => channel.name.startsWith('webhook:')).length;
  if (hooks > 0) said.push(`${hooks} ${hooks === 1 ? 'webhook' : 'webhooks'} from ${webhooks.level} on`);
  return said.join('; ');
}

function tellTrouble(logger: Logger, { channel, kind, problem }: Trouble): void {
  if (kind === 'over') logger.info(`${channel}: ${problem}`);
  else if (kind === 'wait' || kind === 'doubtful' || kind === 'unreachable') logger.warn(`${channel}: ${problem}`);
  else logger.error(`${channel}: ${problem}`);
}
