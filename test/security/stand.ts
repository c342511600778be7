import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DashboardDoor } from '../../src/adapters/http/dashboard/door.ts';
import { EventLog } from '../../src/adapters/http/event-log.ts';
import { NOTHING_TRADED } from '../../src/adapters/http/fake-house.testing.ts';
import { MarketStreams } from '../../src/adapters/http/market-stream.ts';
import { type ApiOptions, startApi } from '../../src/adapters/http/server.ts';
import { LatencyLedger } from '../../src/adapters/http/v1/latency-ledger.ts';
import { EXAMPLE_HOUSE_VIEW } from '../../src/adapters/http/v1/view.testing.ts';
import { FileKeyRing } from '../../src/adapters/keys/file-key-ring.ts';
import { must, oneAtATime } from '../../src/adapters/keys/key-store.testing.ts';
import { KeyStore } from '../../src/adapters/keys/key-store.ts';
import { openLog } from '../../src/adapters/log/log.ts';
import { openSqliteJournal } from '../../src/adapters/sqlite/journal.ts';
import { House } from '../../src/apps/house.ts';
import { EXAMPLE_CHANNELS } from '../../src/contract/v1/example-view.testing.ts';
import { Books } from '../../src/core/delivery/books.ts';
import type { Effect } from '../../src/core/engine/effect.ts';
import type { MarketClock } from '../../src/ports/clock.ts';
import { SCOPES, type Scope } from '../../src/ports/key-ring.ts';
import { temporaryFolder } from '../journal/temporary-folder.testing.ts';
import { WITHOUT_MARKET } from '../simulation/settings.ts';

export const HERE = '127.0.0.1';
/** In no network that is allowed, and in one. */
export const OTHER = '192.168.1.20';
export const NEIGHBOUR = '10.9.8.7';
const UNLIMITED = { perSecond: 1e9, burst: 1e9 };
const START_MS = Date.UTC(2026, 0, 1);

/** Time that only tests move: nothing lapses or expires behind their back. */
class Hands implements MarketClock {
  readonly speed = 1;
  #nowMs = START_MS;

  nowMs(): number {
    return this.#nowMs;
  }

  pass(ms: number): void {
    this.#nowMs += ms;
  }
}

export type Stand = Awaited<ReturnType<typeof openStand>>;

/**
 * The product as it runs, on a socket and on disk: house, SQLite journal, file of keys, log. Only the time is moved by
 * hand, and the address that a request comes from is what `from` says.
 */
export async function openStand(options: Partial<ApiOptions> = {}) {
  const folder = temporaryFolder();
  const journal = must(
    openSqliteJournal({ path: join(folder, 'stand.sqlite'), nowMs: START_MS, keepDays: 30, keepSignals: 1e6 }),
  );
  const hands = new Hands();
  const books = new Books();
  const events = await EventLog.open({ journal, lastSeq: journal.base.seq });
  const publish = (effects: readonly Effect[]): void => {
    for (const effect of effects) books.apply(effect);
  };
  const house = new House({
    settings: WITHOUT_MARKET,
    journal,
    past: books.copy(),
    clock: hands,
    houseClock: hands,
    outlets: [{ publish }, events],
  });

  const shown: string[] = [];
  const logFile = join(folder, 'log', 'tapewire.log');
  mkdirSync(join(folder, 'log'), { recursive: true });
  const terminal = { write: (text: string) => void shown.push(text) };
  const log = await openLog({ level: 'trace', file: logFile, maxSizeMb: 10, keepFiles: 2 }, terminal);

  const keyring = new FileKeyRing({ dataDir: folder, onProblem: (problem) => log.logger.error(problem) });
  const store = new KeyStore({ dataDir: folder, exclusively: oneAtATime(), nowMs: () => hands.nowMs() });
  const door = new DashboardDoor(store, () => 0);
  const script = { type: 'text/javascript; charset=utf-8', bytes: Buffer.from('// nothing'), lasting: true };
  const secrets: string[] = [];
  const stand = {
    from: HERE,
    /** Of the gate's own clock: it decides how often somebody may come. */
    gateMs: 0,
    hands,
    house,
    books,
    secrets,
    door,
    port: 0,
    /** A new key, as `tapewire keys add` makes it. */
    makeKey: async (name: string, ...scopes: readonly Scope[]) => {
      const { secret } = must(await store.add({ name, scopes }));
      secrets.push(secret);
      return secret;
    },
    revoke: async (name: string) => void must(await store.revoke(name)),
    /** Everything that is on disk, as text. */
    onDisk: async () => {
      const lines: string[] = [];
      for await (const effect of journal.read(0)) lines.push(JSON.stringify(effect));
      return lines.join('\n');
    },
    /** What the log shows on the terminal and what is in its file. */
    logged: () => shown.join('') + readFileSync(logFile, 'utf8'),
    close: async () => {
      await api.close();
      await log.close();
      await journal.close();
    },
  };
  const api = must(
    await startApi({
      host: '::',
      port: 0,
      version: '0.1.0',
      networks: ['10.9.8.0/24'],
      rates: { local: UNLIMITED, remote: UNLIMITED },
      keys: keyring,
      dashboard: { door, files: new Map([['assets/index.js', script]]) },
      remoteAddressOf: () => stand.from,
      monotonicMs: () => stand.gateMs,
      onError: (error, what) => log.logger.error({ err: error }, what),
      delivery: {
        log: events,
        ledger: new LatencyLedger(() => hands.nowMs() * 1_000),
        market: new MarketStreams({ label: 'SIMULATED', symbols: ['ETHUSDT'] }),
        view: EXAMPLE_HOUSE_VIEW,
      },
      house: {
        clock: hands,
        houseClock: hands,
        book: books.signals,
        deliveries: books.deliveries,
        journalId: journal.id,
        trading: NOTHING_TRADED,
        market: { kind: 'SIMULATED', label: 'SIMULATED' },
        submit: (events) => house.submit(events),
        ask: (command) => house.ask(command),
        health: () => ({
          feed: { state: 'flowing', reason: undefined, sinceMs: START_MS, problems: {} },
          dataAgeMs: 1,
          upMs: 1,
          journalFault: house.journalFault,
        }),
        statistics: () => house.census,
        channels: () => EXAMPLE_CHANNELS,
      },
      ...options,
    }),
  );
  stand.port = api.address.port;
  // The first key, with every scope, is made with the first other one.
  await stand.makeKey('everything', ...SCOPES);
  secrets.push(readFileSync(join(folder, 'api-key'), 'utf8').trim());
  return stand;
}
