import { durationText, timeText } from '../../contract/notice/digits.ts';
import type { Notice } from '../../contract/notice/notice.ts';
import type { NoticeChannel, Parcel, Sent } from '../../ports/notice-channel.ts';
import type { OutboxStore, Untold } from '../../ports/outbox-store.ts';

export interface CourierSettings {
  /** When so many wait, they are told together. */
  readonly combineFrom: number;
  /** The first pause after a failure, milliseconds; each further one is twice as long. */
  readonly retryFirstMs: number;
  readonly retryMostMs: number;
  /** How long to wait while a person has to put something right, milliseconds. */
  readonly blockedMs: number;
}

export const COURIER_DEFAULTS: CourierSettings = {
  combineFrom: 10,
  retryFirstMs: 1_000,
  retryMostMs: 60_000,
  blockedMs: 300_000,
};

export interface CourierParts {
  readonly channel: NoticeChannel;
  readonly store: OutboxStore;
  readonly settings: CourierSettings;
  /** House time, UTC milliseconds. */
  readonly nowMs: () => number;
  /** Resolves early when stopped; never rejects. */
  readonly sleep: (ms: number, stop: AbortSignal) => Promise<unknown>;
  /** In [0, 1). */
  readonly random: () => number;
  readonly isQuiet: (nowMs: number) => boolean;
  /** What the feed is called, for what the courier itself has to tell. */
  readonly market: string;
  readonly onTrouble: (trouble: Trouble) => void;
}

/** Why nothing arrives, or that it arrives again. Told once for as long as it stays the same. */
export interface Trouble {
  readonly channel: string;
  readonly kind: Exclude<Sent['kind'], 'accepted'> | 'store' | 'over';
  readonly problem: string;
}

/** That something was not told is itself told at most so often, while it goes on. */
const CONFESS_EVERY_MS = 60_000;
/** How long a message that is on its way is waited for when the program ends. */
const LAST_CALL_MS = 3_000;

/**
 * Takes what waits for one channel to it, one parcel after the other, until the channel has it or will never take it.
 * What it is about to send, and that an answer was lost, is on disk before anything else happens, so that a kill leaves
 * at most one parcel in doubt. In doubt it is sent again and says so: told twice is better than not at all.
 */
export class Courier {
  readonly #parts: CourierParts;
  readonly #stop = new AbortController();
  /** Aborted a while after `stop`: what is on its way may still arrive, and need not be told twice. */
  readonly #giveUp = new AbortController();
  #wake: () => void = () => undefined;
  #running: Promise<void> | undefined;
  #failures = 0;
  #trouble: string | undefined;
  #confessedMs = Number.NEGATIVE_INFINITY;

  constructor(parts: CourierParts) {
    this.#parts = parts;
  }

  /** What keeps it from telling, for people; `undefined` while nothing does. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Something may wait. */
  wake(): void {
    this.#wake();
  }

  /** Resolves when nothing is under way any more. What waits goes on waiting, on disk. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    const timer = setTimeout(() => this.#giveUp.abort(), LAST_CALL_MS);
    await this.#running;
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      // Made before looking: what comes in between the look and the wait must not be missed.
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      let pauseMs: number | undefined;
      try {
        pauseMs = await this.#once();
      } catch (error) {
        pauseMs = this.#backOff();
        this.#complain('store', error instanceof Error ? error.message : String(error));
      }
      if (pauseMs === undefined) await woken;
      else if (pauseMs > 0) await this.#parts.sleep(pauseMs, this.#stop.signal);
    }
  }

  /** @returns how long to pause; `undefined` when nothing waits */
  async #once(): Promise<number | undefined> {
    const { channel, store, settings, nowMs, isQuiet } = this.#parts;
    this.#confess();
    const parcel = store.next(channel.name, settings.combineFrom, channel.noticesPerMessageMax);
    if (parcel === undefined) return undefined;
    store.begin(parcel);
    const isAlarm = parcel.notices.some(({ notice }) => notice.level === 'alarm');
    const silent = !isAlarm && isQuiet(nowMs());
    const sent = await channel.send(parcel, { silent, nowMs: nowMs(), stop: this.#giveUp.signal });
    return this.#after(parcel, sent);
  }

  #after(parcel: Parcel, sent: Sent): number {
    const { store, settings, nowMs, random } = this.#parts;
    switch (sent.kind) {
      case 'accepted':
        store.finish(parcel, 'told', nowMs());
        this.#failures = 0;
        this.#over();
        return 0;
      case 'refused':
        this.#complain('refused', `${sent.problem} (${parcel.notices.map(({ notice }) => notice.key).join(', ')})`);
        store.finish(parcel, 'refused', nowMs());
        return 0;
      case 'wait':
        store.failed(parcel, false);
        this.#complain('wait', sent.problem);
        return sent.forMs + random() * settings.retryFirstMs * 0.5;
      case 'blocked':
        store.failed(parcel, false);
        this.#complain('blocked', sent.problem);
        return settings.blockedMs;
      case 'unreachable':
      case 'doubtful':
        store.failed(parcel, sent.kind === 'doubtful');
        this.#complain(sent.kind, sent.problem);
        return this.#backOff();
    }
  }

  #backOff(): number {
    const { settings, random } = this.#parts;
    const longest = Math.min(settings.retryFirstMs * 2 ** this.#failures, settings.retryMostMs);
    this.#failures = Math.min(this.#failures + 1, 30);
    return longest * (0.5 + random() * 0.5);
  }

  /** What was lost was the oldest of all, so it is said before the next one. */
  #confess(): void {
    const { channel, store, nowMs, market } = this.#parts;
    if (nowMs() - this.#confessedMs < CONFESS_EVERY_MS) return;
    const untold = store.untold(channel.name).filter(({ why }) => why !== 'muted');
    if (untold.length === 0) return;
    this.#confessedMs = nowMs();
    store.confess(channel.name, notToldNotice(untold, { market, nowMs: nowMs() }), untold);
  }

  #complain(kind: Trouble['kind'], problem: string): void {
    if (this.#trouble === problem) return;
    this.#trouble = problem;
    this.#parts.onTrouble({ channel: this.#parts.channel.name, kind, problem });
  }

  #over(): void {
    if (this.#trouble === undefined) return;
    this.#trouble = undefined;
    this.#parts.onTrouble({ channel: this.#parts.channel.name, kind: 'over', problem: 'messages arrive again' });
  }
}

/** Says exactly how many were not told, of which time, and why. */
export function notToldNotice(
  untold: readonly Untold[],
  { market, nowMs }: { readonly market: string; readonly nowMs: number },
): Notice {
  const count = untold.reduce((sum, each) => sum + each.count, 0);
  const toMs = Math.max(...untold.map((each) => each.toMs));
  const rows = untold.map(({ why, count: some, fromMs, toMs: lastMs }): [string, string] => {
    const span = `of ${timeText(fromMs)} and the ${durationText(lastMs - fromMs)} after it`;
    return [WHYS[why], `${some} ${some === 1 ? 'message' : 'messages'} ${span}`];
  });
  const whys = untold.map(({ why, count: some }) => `${why}:${some}`).join(':');
  return {
    ...{ key: `untold:${Math.floor(nowMs)}:${whys}`, kind: 'not_told', level: 'alarm', market },
    title: `${count} ${count === 1 ? 'message was' : 'messages were'} not told`,
    ...{ rows, remarks: ['Nothing of it is lost: the API and the log have all of it.'], atMs: toMs, madeMs: nowMs },
  };
}

const WHYS: Readonly<Record<Untold['why'], string>> = {
  full: 'too many waited',
  muted: 'muted',
  away: 'nobody told for long',
};
