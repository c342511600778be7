import { get, LONG_PATIENCE_MS, PATIENCE_MS, post, Refused } from './ask.ts';
import { type Reading, readEvents } from './events.ts';
import { Store } from './store.ts';
import type { Account, Delivery, Health, Instrument, Notices, Signal, Statistics, Tick, Time } from './wire.ts';

/** How many signals are kept to look at, the newest. */
const SIGNALS_KEPT = 500;
const HEALTH_EVERY_MS = 900;
const STATISTICS_EVERY_MS = 5_000;
const INSTRUMENTS_EVERY_MS = 10_000;
/** What the market stream joins: quick enough to look live, slow enough to cost nothing. */
const TICK_EVERY_MS = 250;

export type Link = 'connecting' | 'live' | 'lost' | 'locked';

interface DeliveryEvent {
  readonly data: { readonly delivery: Delivery };
}

/**
 * Everything the dashboard knows of the house: one snapshot, then what the streams bring. It reads nothing while the page is
 * hidden, and reads everything anew when it is seen again.
 */
export class House {
  readonly link = new Store<Link>('connecting');
  /** Why the code or the key that was brought last did not let anybody in; undefined once somebody is in. */
  readonly keptOut = new Store<string | undefined>(undefined);
  /** How often everything was read anew: whoever shows what was asked for beside the streams asks again. */
  readonly renewals = new Store(0);
  /** Wall time since which nobody has answered; undefined while somebody does. */
  readonly lostSince = new Store<number | undefined>(undefined);
  readonly health = new Store<Health | undefined>(undefined);
  readonly statistics = new Store<Statistics | undefined>(undefined);
  /** Oldest first. */
  readonly signals = new Store<readonly Signal[]>([]);
  readonly accounts = new Store<readonly Account[]>([]);
  /** Who is told by messages, and whether that is muted. */
  readonly notices = new Store<Notices | undefined>(undefined);
  readonly instruments = new Store<readonly Instrument[]>([]);
  /** The newest tick of every symbol; made anew at most once per frame. */
  readonly ticks = new Store<ReadonlyMap<string, Tick>>(new Map());
  /** Hears every tick, volumes and all: for the chart. */
  readonly #tickHearers = new Set<(tick: Tick) => void>();
  readonly #fresh = new Map<string, Tick>();
  #frame: number | undefined;
  #cursor: string | undefined;
  /** When a stream last brought something, by the wall clock of this browser. */
  #heardMs = 0;
  #reading: readonly Reading[] = [];
  #timers: readonly ReturnType<typeof setInterval>[] = [];
  #asked = false;
  /** Grows with every beginning: what an earlier one still waits for is not wanted any more. */
  #beginning = 0;

  /** Begins, and goes on for as long as the page lives. */
  start(): void {
    document.addEventListener('visibilitychange', () => void this.#begin());
    void this.#begin();
  }

  /** Whether there is anybody to ask, and anybody to show the answer to. */
  get isLive(): boolean {
    return this.link.value === 'live' && !document.hidden;
  }

  onTick(hear: (tick: Tick) => void): () => void {
    this.#tickHearers.add(hear);
    return () => this.#tickHearers.delete(hear);
  }

  /** Whoever is not let in finds the reason in `keptOut`. */
  async enter(brought: { readonly code: string } | { readonly key: string }): Promise<void> {
    try {
      if ('code' in brought) await post('/dashboard/enter', brought);
      else await post('/dashboard/enter', {}, { Authorization: bearing(brought.key) });
    } catch (error) {
      // Whoever is in already is not kept out by a link that was used.
      if (this.link.value !== 'live') this.keptOut.set(error instanceof Error ? error.message : String(error));
      return;
    }
    await this.#begin();
  }

  async leave(): Promise<void> {
    await post('/dashboard/leave');
    this.#lock();
  }

  /** A signal with its deliveries, as the server has it now. */
  async refresh(id: string): Promise<void> {
    const { signal } = await get<{ signal: Signal }>(`/api/v1/signals/${id}`);
    this.#keep([signal]);
  }

  async refreshAccounts(): Promise<void> {
    this.accounts.set((await get<{ accounts: Account[] }>('/api/v1/accounts')).accounts);
  }

  async refreshNotices(): Promise<void> {
    this.notices.set(await get<Notices>('/api/v1/notices'));
  }

  async #begin(): Promise<void> {
    this.#rest();
    if (document.hidden) return;
    this.#beginning += 1;
    const beginning = this.#beginning;
    this.#timers = [setInterval(() => void this.#look(), HEALTH_EVERY_MS)];
    void this.#look();
    try {
      await this.#snapshot();
    } catch (error) {
      // A server that is gone is looked for by the timer.
      if (beginning !== this.#beginning) return;
      if (isClosed(error)) this.#lock();
      else this.#missed();
      return;
    }
    if (document.hidden || beginning !== this.#beginning) return;
    this.#timers = [
      ...this.#timers,
      setInterval(() => void this.#lookAtStatistics(), STATISTICS_EVERY_MS),
      setInterval(() => void this.#lookAtInstruments(), INSTRUMENTS_EVERY_MS),
    ];
    this.#reading = [
      readEvents({
        url: () => `/api/v1/stream${this.#cursor === undefined ? '' : `?after=${this.#cursor}`}`,
        on: this.#eventHearers(),
        onUp: () => this.#answered(),
        onDown: () => this.#missed(),
      }),
      readEvents({
        url: () => `/api/v1/market/stream?throttle_ms=${TICK_EVERY_MS}`,
        on: { tick: (tick: Tick) => this.#hearTick(tick) },
      }),
    ];
    this.#answered();
    this.renewals.change((count) => count + 1);
  }

  /** Nothing is read and nothing is asked until somebody looks again. */
  #rest(): void {
    for (const reading of this.#reading) reading.stop();
    for (const timer of this.#timers) clearInterval(timer);
    this.#reading = [];
    this.#timers = [];
  }

  #lock(): void {
    this.#rest();
    this.link.set('locked');
  }

  async #snapshot(): Promise<void> {
    const time = await get<Time>('/api/v1/time');
    const [journal = '', seq = '0'] = time.cursor.split(':');
    const oldest = Number(time.oldest_cursor.split(':')[1]);
    // Most entries of a journal are not the beginning of a signal: this far back there are enough of those.
    let after: string | null = `${journal}:${Math.max(oldest, Number(seq) - SIGNALS_KEPT * 4)}`;
    const found: Signal[] = [];
    while (after !== null) {
      const page: { signals: Signal[]; next: string | null } = await get(`/api/v1/signals?limit=500&after=${after}`);
      found.push(...page.signals);
      after = page.next;
    }
    this.signals.set(found.slice(-SIGNALS_KEPT));
    this.#cursor = time.cursor;
    await Promise.all([this.refreshAccounts(), this.#lookAtInstruments(), this.#lookAtStatistics()]);
  }

  /** Asked every second: it is how a server that says nothing, and one that is gone, are told apart within two. */
  async #look(): Promise<void> {
    // One at a time: a slow server must not be asked the faster.
    if (this.#asked) return;
    this.#asked = true;
    try {
      const isLost = this.link.value === 'lost';
      this.health.set(await get<Health>('/api/health', isLost ? LONG_PATIENCE_MS : PATIENCE_MS));
      if (this.link.value === 'lost') await this.#begin();
    } catch (error) {
      // Other machines need a key even for this.
      if (isClosed(error)) this.#lock();
      // A server that is busy answers late, and its prices go on coming; of one that is gone nothing comes.
      else if (Date.now() - this.#heardMs > PATIENCE_MS) this.#missed();
    } finally {
      this.#asked = false;
    }
  }

  async #lookAtStatistics(): Promise<void> {
    const answer = await quietly(get<{ statistics: Statistics }>('/api/stats'));
    if (answer !== undefined) this.statistics.set(answer.statistics);
  }

  async #lookAtInstruments(): Promise<void> {
    const answer = await quietly(get<{ instruments: Instrument[] }>('/api/v1/instruments'));
    if (answer !== undefined) this.instruments.set(answer.instruments);
  }

  #answered(): void {
    if (this.link.value === 'locked') this.link.set('connecting');
    this.link.set('live');
    this.keptOut.set(undefined);
    this.lostSince.set(undefined);
  }

  #missed(): void {
    if (this.link.value === 'locked') return;
    this.link.set('lost');
    if (this.lostSince.value === undefined) this.lostSince.set(Date.now());
  }

  #eventHearers(): Readonly<Record<string, (event: never, id: string) => void>> {
    const at = (hear: (event: never) => void) => (event: never, id: string) => {
      if (id !== '') this.#cursor = id;
      hear(event);
    };
    const ofSignal = at(({ data }: { data: { signal: Signal } }) => this.#keep([data.signal]));
    const ofDelivery = at(({ data }: DeliveryEvent) => this.#hearDelivery(data.delivery));
    const ofAccount = at(() => void quietly(this.refreshAccounts()));
    return {
      'signal.issued': ofSignal,
      'signal.amended': ofSignal,
      'signal.ended': at(({ data }: { data: { id: string } }) => void quietly(this.refresh(data.id))),
      'delivery.shown': at(({ data }: { data: { signal_id: string } }) => void quietly(this.refresh(data.signal_id))),
      'delivery.claimed': ofDelivery,
      'delivery.reported': ofDelivery,
      'delivery.withdrawn': ofDelivery,
      'delivery.in_doubt': at(({ data }: DeliveryEvent) => {
        this.#hearDelivery(data.delivery);
        void quietly(this.refreshAccounts());
      }),
      'delivery.resolved': ofDelivery,
      'session.opened': ofAccount,
      'session.ended': ofAccount,
      'account.stale': ofAccount,
      'account.halted': ofAccount,
      'account.resumed': ofAccount,
      'notices.muted': at(() => void quietly(this.refreshNotices())),
      // What came before is not known any more, or it is another journal: everything anew.
      reset: () => void this.#begin(),
    };
  }

  #hearDelivery(delivery: Delivery): void {
    this.signals.change((signals) =>
      signals.map((signal) => {
        if (signal.id !== delivery.signal_id) return signal;
        const others = (signal.deliveries ?? []).filter(({ id }) => id !== delivery.id);
        return { ...signal, deliveries: [...others, delivery] };
      }),
    );
  }

  #keep(news: readonly Signal[]): void {
    this.signals.change((signals) => {
      const byId = new Map(signals.map((signal) => [signal.id, signal]));
      // Events tell a signal without its deliveries: what is known of those stays.
      for (const signal of news) {
        const deliveries = signal.deliveries ?? byId.get(signal.id)?.deliveries;
        byId.set(signal.id, { ...signal, ...(deliveries !== undefined && { deliveries }) });
      }
      return [...byId.values()].sort((a, b) => a.seq - b.seq).slice(-SIGNALS_KEPT);
    });
  }

  #hearTick(tick: Tick): void {
    this.#heardMs = Date.now();
    for (const hear of this.#tickHearers) hear(tick);
    this.#fresh.set(tick.symbol, tick);
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.ticks.set(new Map([...this.ticks.value, ...this.#fresh]));
      this.#fresh.clear();
    });
  }
}

/** A browser sends no header with other characters in it, and says so as if the network had failed. */
const KEY_CHARACTERS = /^[\x21-\x7e]+$/;

function bearing(key: string): string {
  if (!KEY_CHARACTERS.test(key)) throw new Error('This is no key: it holds characters that no key has.');
  return `Bearer ${key}`;
}

/** Whoever is not let in is asked for a key. */
const isClosed = (error: unknown): boolean =>
  error instanceof Refused && (error.status === 401 || error.status === 403);

/** For what is asked again anyway: an answer that is missed now comes with the next. */
async function quietly<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch {
    return undefined;
  }
}

export const house = new House();
