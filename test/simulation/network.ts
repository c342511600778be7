import type { HttpReply, HttpRequest, ServerEvent, Transport } from '../../src/client/ports.ts';
import type { Chance } from './chance.ts';
import type { Process } from './machine.ts';
import type { Profile } from './profiles.ts';

/** What of a server can be reached from outside, as long as it lives. */
export interface Reachable {
  readonly process: Process;
  answer(request: HttpRequest): Promise<HttpReply>;
  /** Events after that cursor, from now on. @returns how to stop hearing */
  subscribe(after: string | undefined, heard: (event: ServerEvent) => void): () => void;
}

/** A sender that hears nothing gives up after this. */
const TIMEOUT_MS = 5_000;
/** The server sends heartbeats; a stream that is silent for so long is given up. */
const SILENCE_MS = 15_000;
/** Events that a reader may be behind before the server drops it. */
const UNSENT_MAX = 24;

/** Messages get lost, come twice, late, or one after the other that was sent before; until it is healed. */
export class Network {
  readonly #profile: Profile;
  readonly #chance: Chance;
  readonly #server: () => Reachable | undefined;
  #isHealed = false;
  messages = 0;

  constructor(profile: Profile, chance: Chance, server: () => Reachable | undefined) {
    this.#profile = profile;
    this.#chance = chance;
    this.#server = server;
  }

  heal(): void {
    this.#isHealed = true;
  }

  /** The way from one process to the server. */
  transportOf(from: Process): Transport {
    return {
      request: (request) => this.#request(from, request),
      events: (after, stop) => this.#events(from, after, stop),
    };
  }

  #request(from: Process, request: HttpRequest): Promise<HttpReply> {
    return new Promise((resolve, reject) => {
      const { repeated, reset, lost } = this.#profile.message;
      let isOpen = true;
      const give = (words: string): void => {
        if (isOpen) reject(new Error(words));
        isOpen = false;
      };
      from.after(request.timeoutMs ?? TIMEOUT_MS, () => give('timed out'));
      request.stop?.addEventListener('abort', () => give('stopped'), { once: true });
      if (!this.#isHealed && this.#chance.happens(reset)) {
        // The way there may be done all the same.
        if (this.#chance.happens(0.5)) this.#deliver(from, request, () => undefined);
        from.after(this.#delayMs(), () => give('the connection broke'));
        return;
      }
      const answered = (reply: HttpReply | undefined): void => {
        if (!this.#isHealed && this.#chance.happens(lost)) return;
        from.after(this.#delayMs(), () => {
          if (reply === undefined) return give('the connection broke');
          isOpen = false;
          resolve(reply);
        });
      };
      this.#deliver(from, request, answered);
      if (!this.#isHealed && this.#chance.happens(repeated)) this.#deliver(from, request, () => undefined);
    });
  }

  #deliver(from: Process, request: HttpRequest, answered: (reply: HttpReply | undefined) => void): void {
    this.messages += 1;
    if (!this.#isHealed && this.#chance.happens(this.#profile.message.lost)) return;
    from.machine.time.after(this.#delayMs(), () => {
      const server = this.#server();
      if (server === undefined) return answered(undefined);
      server.process.after(0, () => {
        void server.answer(request).then((reply) => {
          this.messages += 1;
          if (server.process.isAlive) answered(reply);
        });
      });
    });
  }

  #delayMs(): number {
    const { usualMs, late, lateMs } = this.#profile.message;
    const delayMs = this.#chance.between(0.5, 1.5) * usualMs;
    return !this.#isHealed && this.#chance.happens(late) ? delayMs + this.#chance.about(lateMs) : delayMs;
  }

  async *#events(from: Process, after: string | undefined, stop: AbortSignal): AsyncGenerator<ServerEvent> {
    const server = this.#server();
    if (server === undefined) throw new Error('the connection was refused');
    const pipe = new Pipe();
    const stopped = (): void => pipe.end();
    stop.addEventListener('abort', stopped);
    const close = this.#connect(from, server, after, pipe);
    try {
      for (;;) {
        const event = await pipe.next();
        if (event === undefined) return;
        yield event;
      }
    } finally {
      stop.removeEventListener('abort', stopped);
      close();
    }
  }

  #connect(from: Process, server: Reachable, after: string | undefined, pipe: Pipe): () => void {
    const { stream } = this.#profile;
    const chance = this.#chance;
    const isSlow = !this.#isHealed && chance.happens(stream.slow);
    let isOpen = true;
    let unsent = 0;
    let lastAtMs = 0;
    let unsubscribe = (): void => undefined;
    const close = (): void => {
      isOpen = false;
      unsubscribe();
    };
    const broken = (): void => {
      if (!isOpen) return;
      close();
      const afterMs = chance.happens(stream.halfOpen) ? SILENCE_MS : this.#delayMs();
      from.after(afterMs, () => pipe.break('the stream broke'));
    };
    const heard = (event: ServerEvent): void => {
      if (!isOpen) return;
      this.messages += 1;
      unsent += 1;
      if (unsent > UNSENT_MAX) {
        broken();
        return;
      }
      // One connection keeps the order.
      const { nowMs } = from.machine.time;
      lastAtMs = Math.max(lastAtMs, nowMs + this.#delayMs()) + (isSlow ? 150 : 0);
      from.at(lastAtMs, () => {
        unsent -= 1;
        if (isOpen) pipe.put(event);
      });
    };
    server.process.after(this.#delayMs(), () => {
      if (isOpen) unsubscribe = server.subscribe(after, heard);
    });
    // Dies with the server, or by itself.
    const watch = (): void => {
      if (!isOpen) return;
      if (server.process.isAlive) from.machine.time.after(1_000, watch);
      else broken();
    };
    watch();
    from.machine.time.after(chance.about(stream.livesMs), () => {
      if (!this.#isHealed) broken();
    });
    return close;
  }
}

/** Events on their way to whoever waits for them. */
class Pipe {
  readonly #events: ServerEvent[] = [];
  #end: Error | 'ended' | undefined;
  #wake: (() => void) | undefined;

  put(event: ServerEvent): void {
    this.#events.push(event);
    this.#wake?.();
  }

  end(): void {
    this.#end ??= 'ended';
    this.#wake?.();
  }

  break(words: string): void {
    this.#end ??= new Error(words);
    this.#wake?.();
  }

  /** @returns `undefined` at its end. @throws when it broke */
  async next(): Promise<ServerEvent | undefined> {
    while (this.#events.length === 0) {
      if (this.#end instanceof Error) throw this.#end;
      if (this.#end === 'ended') return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#events.shift();
  }
}
