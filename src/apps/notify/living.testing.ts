import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { HealthFacts } from '../../adapters/http/api-house.ts';
import { EventLog } from '../../adapters/http/event-log.ts';
import { MemoryJournal } from '../../adapters/memory/journal.ts';
import { openSqliteOutbox, type SqliteOutbox } from '../../adapters/sqlite/outbox.ts';
import type { Notice, NoticeLevel } from '../../contract/notice/notice.ts';
import { Books } from '../../core/delivery/books.ts';
import type { ExecutionReport } from '../../core/delivery/report.ts';
import { DEFAULT_ACCOUNT } from '../../core/delivery/session.ts';
import type { Effect } from '../../core/engine/effect.ts';
import { SignalBook } from '../../core/signals/signal-book.ts';
import type { RetentionPolicy } from '../../ports/journal-retention.ts';
import { defaultConfig } from '../config/defaults.ts';
import { DEMO_PROPOSAL } from '../demo-proposal.testing.ts';
import { House } from '../house.ts';
import { Feeder } from './feeder.ts';
import { HouseOperator } from './operator.ts';

const ID = '0123456789abcdef0123456789abcdef';
export const CHANNEL = 'everything';

/** A house that decides and remembers, with whoever tells of it. Its time stands until somebody moves it. */
export class Living {
  nowMs = DEMO_PROPOSAL.eventTimeMs;
  feed: HealthFacts['feed'] = { state: 'flowing', reason: undefined, sinceMs: 0, problems: {} };
  muted: NoticeLevel | undefined;
  readonly troubles: unknown[] = [];
  readonly house: House;
  readonly log: EventLog;
  readonly operator: HouseOperator;
  readonly #path: string;
  store: SqliteOutbox;
  #feeder: Feeder | undefined;

  private constructor(house: House, log: EventLog, signals: SignalBook, path: string) {
    this.house = house;
    this.log = log;
    this.#path = path;
    this.store = openStore(path);
    this.operator = new HouseOperator({
      feed: { kind: 'SIMULATED', label: 'SIMULATED medium' },
      clock: this.clock,
      ...{ houseMs: () => this.nowMs, signals, deliveries: log.book, ask: (command) => house.ask(command) },
      health: () => ({ feed: this.feed, dataAgeMs: 0, upMs: 3_600_000, journalFault: undefined }),
      statistics: () => house.census,
      priceDecimals: () => 2,
      exitPrice: () => 3_510,
      channels: () => [],
    });
  }

  get clock() {
    const nowMs = (): number => this.nowMs;
    return { nowMs, speed: 1 };
  }

  static async begin(t: TestContext, policy?: RetentionPolicy): Promise<Living> {
    const folder = mkdtempSync(join(tmpdir(), 'tapewire-living-'));
    if (process.platform !== 'win32') t.after(() => rmSync(folder, { recursive: true, force: true }));
    const journal = new MemoryJournal(ID, policy);
    const config = defaultConfig([]);
    const settings = {
      ...{ ...config, runAnchor: 'test', market: 'SIMULATED medium', timeframes: config.fusion.timeframes },
      ...{ seats: [], unpriced: true },
    };
    const log = await EventLog.open({ journal, lastSeq: 0, keep: 8 });
    const signals = new SignalBook();
    const outlet = { publish: (effects: readonly Effect[]) => void effects.forEach((effect) => signals.apply(effect)) };
    let living: Living | undefined;
    const clock = { nowMs: () => living?.nowMs ?? 0, speed: 1 };
    const house = new House({
      ...{ settings, journal, past: new Books(journal.base), clock, houseClock: clock, outlets: [outlet, log] },
    });
    living = new Living(house, log, signals, join(folder, 'outbox.db'));
    t.after(() => living.store.close());
    return living;
  }

  /** The outbox is heard for from here on, as after a start of the program; `killed`: whose last life ended without a word. */
  async listen({ killed = false } = {}): Promise<void> {
    if (!killed) await this.#feeder?.stop();
    this.store.close();
    this.store = openStore(this.#path);
    this.#feeder = new Feeder({
      ...{ log: this.log, journalId: ID, store: this.store, clock: this.clock, houseMs: () => this.nowMs },
      recipients: [{ channel: CHANNEL, level: 'info', mutedBelow: () => this.muted, wake: () => undefined }],
      ...{ market: 'SIMULATED medium', priceDecimals: () => 2, daily: () => [['profit', 'none']] },
      onTrouble: (error) => void this.troubles.push(error),
    });
    // Once by itself, so that it knows where it begins.
    await this.#feeder.stop();
  }

  /** What is told of everything up to now: it is taken out of the outbox. */
  async told(): Promise<Notice[]> {
    await this.#feeder?.stop();
    const notices: Notice[] = [];
    for (;;) {
      const parcel = this.store.next(CHANNEL, Number.POSITIVE_INFINITY, 1);
      if (parcel === undefined) return notices;
      notices.push(parcel.notices[0].notice);
      this.store.finish(parcel, 'told', this.nowMs);
    }
  }

  async signal(symbol: string): Promise<string> {
    const draft = { ...DEMO_PROPOSAL.draft, symbol, market: 'SIMULATED medium' };
    const effects = await this.house.submit([{ ...DEMO_PROPOSAL, draft, eventTimeMs: this.nowMs, ttlMs: 30_000 }]);
    const issued = effects.find((effect) => effect.kind === 'signal_issued');
    return issued!.signal.signalId;
  }

  /** An executor takes the signal, and fills it at this price. */
  async fill(signalId: string, avgPrice: number): Promise<void> {
    const opened = await this.house.ask({
      ...{ kind: 'open_session', sessionId: `5e55${this.log.lastSeq}`.padEnd(16, '0'), account: DEFAULT_ACCOUNT },
      ...{ consumer: 'desk', instance: 'a'.repeat(32), symbols: [], capabilities: [], takeover: true },
    });
    if (!opened.ok) throw new Error(opened.refusal.message);
    const { sessionId, epoch } = opened.value.session;
    const account = DEFAULT_ACCOUNT;
    const key = `claim-${signalId}`;
    const claimed = await this.house.ask({ kind: 'claim', signalId, sessionId, epoch, account, key, latency: {} });
    if (!claimed.ok) throw new Error(claimed.refusal.message);
    const { fence } = claimed.value.grant;
    const report = {
      ...({ reportId: `r-${signalId}`, session: sessionId, epoch, fence, type: 'FILLED', leg: 'ENTRY' } as const),
      ...{ qty: 0.5, cumQty: 0.5, leavesQty: 0, avgPrice },
    };
    await this.#report(signalId, report);
  }

  /** Its stop is filled at this price, for a fee. */
  async stopOut(signalId: string, avgPrice: number, fee: number): Promise<void> {
    const fence = this.log.book.delivery(`${signalId}.${DEFAULT_ACCOUNT}`)!.facts.grants.at(-1)!.fence;
    const report = { reportId: `c-${signalId}`, session: 'any', epoch: 1, fence, type: 'CLOSED', leg: 'STOP' } as const;
    await this.#report(signalId, { ...report, qty: 0.5, leavesQty: 0, avgPrice, fee });
  }

  async #report(signalId: string, report: ExecutionReport): Promise<void> {
    const reply = await this.house.ask({ kind: 'report', deliveryId: `${signalId}.${DEFAULT_ACCOUNT}`, report });
    if (!reply.ok) throw new Error(reply.refusal.message);
  }
}

function openStore(path: string): SqliteOutbox {
  const opened = openSqliteOutbox(path, { waitingMax: 1_000 });
  if (!opened.ok) throw new Error(opened.problem);
  return opened.value;
}
