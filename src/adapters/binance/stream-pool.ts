import { Backoff } from './backoff.ts';
import type { Endpoints } from './endpoints.ts';
import { CONNECTION_LIFE_MS, STREAMS_PER_CONNECTION } from './limits.ts';
import { StreamSocket, type StreamSocketHandlers } from './stream-socket.ts';
import type { Category, WantedStream } from './streams.ts';

/** Two connections of the same streams run side by side for this long before the old one is closed. */
const OVERLAP_MS = 5_000;

export interface StreamPoolHandlers {
  frame(connection: number, text: string): void;
  confirmed(connection: number, method: 'SUBSCRIBE' | 'UNSUBSCRIBE', streams: readonly string[]): void;
  closed(connection: number, reason: string): void;
}

export interface StreamPoolOptions {
  readonly endpoints: Endpoints;
  readonly handlers: StreamPoolHandlers;
  readonly chance: () => number;
  /** Our clock. */
  readonly nowMs: () => number;
  /** How long a connection lives; the venue ends it after 24 hours. */
  readonly lifeMs?: number;
}

/** The streams of one connection, and the sockets that carry it one after the other. */
interface Slot {
  readonly category: Category;
  readonly streams: Set<string>;
  readonly backoff: Backoff;
  socket: StreamSocket | undefined;
  /** Takes over from `socket` when that grows old. */
  successor: StreamSocket | undefined;
  /** Since when the successor has all streams. */
  readyMs: number | undefined;
  retryAtMs: number;
  /** The venue has said that it will close the connection soon. */
  leaving: boolean;
}

/** Keeps the wanted streams open: packs them, reconnects, and replaces every connection before the venue ends it. */
export class StreamPool {
  readonly #options: StreamPoolOptions;
  readonly #slots: Slot[] = [];
  #connectionCount = 0;

  constructor(options: StreamPoolOptions) {
    this.#options = options;
  }

  get openCount(): number {
    return this.#slots.filter(({ socket }) => socket?.settled === true).length;
  }

  get slotCount(): number {
    return this.#slots.length;
  }

  want(streams: readonly WantedStream[]): void {
    const wanted = new Map(streams.map(({ name, category }) => [name, category]));
    for (const slot of this.#slots) {
      const gone = [...slot.streams].filter((name) => !wanted.has(name));
      for (const name of gone) slot.streams.delete(name);
      for (const name of slot.streams) wanted.delete(name);
      if (gone.length > 0) for (const socket of socketsOf(slot)) socket.unsubscribe(gone);
    }
    const added = new Map<Slot, string[]>();
    for (const [name, category] of wanted) {
      const slot = this.#slotFor(category);
      slot.streams.add(name);
      added.set(slot, [...(added.get(slot) ?? []), name]);
    }
    for (const [slot, names] of added) for (const socket of socketsOf(slot)) socket.subscribe(names);
  }

  /** To be called several times a second. */
  look(): void {
    const nowMs = this.#options.nowMs();
    const lifeMs = this.#options.lifeMs ?? CONNECTION_LIFE_MS;
    for (const slot of this.#slots) {
      for (const socket of socketsOf(slot)) socket.look();
      if (slot.socket === undefined) {
        if (slot.streams.size > 0 && nowMs >= slot.retryAtMs) slot.socket = this.#connect(slot);
        continue;
      }
      if (slot.streams.size === 0) {
        slot.socket.close('nothing is wanted of it any more');
        continue;
      }
      if (slot.successor === undefined) {
        // Not all at once: each has its own moment in the last tenth of its life.
        const ageMs = nowMs - slot.socket.openedMs;
        const old = ageMs > lifeMs * (1 - 0.1 * spread(this.#slots.indexOf(slot)));
        if ((old || slot.leaving) && nowMs >= slot.retryAtMs) {
          slot.successor = this.#connect(slot);
          slot.readyMs = undefined;
        }
        continue;
      }
      if (slot.successor.settled) slot.readyMs ??= nowMs;
      if (slot.readyMs !== undefined && nowMs - slot.readyMs >= OVERLAP_MS) {
        const old = slot.socket;
        slot.socket = slot.successor;
        slot.successor = undefined;
        old.close('replaced before its end');
      }
    }
  }

  close(): void {
    for (const slot of this.#slots) {
      slot.streams.clear();
      for (const socket of socketsOf(slot)) socket.close('the program stops');
    }
  }

  #slotFor(category: Category): Slot {
    const known = this.#slots.find((slot) => slot.category === category && slot.streams.size < STREAMS_PER_CONNECTION);
    if (known !== undefined) return known;
    const slot: Slot = {
      category,
      streams: new Set(),
      backoff: new Backoff(this.#options.chance),
      socket: undefined,
      successor: undefined,
      readyMs: undefined,
      retryAtMs: 0,
      leaving: false,
    };
    this.#slots.push(slot);
    return slot;
  }

  #connect(slot: Slot): StreamSocket {
    const { endpoints, handlers } = this.#options;
    const connection = this.#connectionCount;
    this.#connectionCount += 1;
    const url = slot.category === 'public' ? endpoints.publicStreams : endpoints.marketStreams;
    slot.leaving = false;
    const socketHandlers: StreamSocketHandlers = {
      leaving: () => {
        slot.leaving = slot.socket === socket;
      },
      frame: (text) => handlers.frame(connection, text),
      confirmed: (method, streams) => {
        slot.backoff.succeeded();
        handlers.confirmed(connection, method, streams);
      },
      closed: (reason) => {
        slot.retryAtMs = this.#options.nowMs() + slot.backoff.nextMs();
        if (slot.successor === socket) slot.successor = undefined;
        else if (slot.socket === socket) {
          slot.socket = slot.successor;
          slot.successor = undefined;
        }
        handlers.closed(connection, reason);
      },
    };
    const socket = new StreamSocket(url, socketHandlers, this.#options.nowMs);
    socket.subscribe([...slot.streams]);
    return socket;
  }
}

const socketsOf = ({ socket, successor }: Slot): StreamSocket[] =>
  [socket, successor].filter((each) => each !== undefined);

/** In [0, 1), different for neighbours: the golden ratio's multiples. */
const spread = (index: number): number => (index * 0.618034) % 1;
