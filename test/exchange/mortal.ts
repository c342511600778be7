import type { Answer, Call, Params, VenueApi } from '../../src/adapters/exchange/venue-api.ts';
import type { Clock, HttpReply, HttpRequest, ServerEvent, Transport } from '../../src/client/ports.ts';
import { systemClock } from '../../src/client/system-clock.ts';

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/** What ends a process: from that moment on nothing leaves it and nothing reaches it. */
export class Death {
  readonly #end = new AbortController();
  #callsLeft = Infinity;
  #isBefore = false;
  #died: () => void = () => undefined;
  readonly died = new Promise<void>((resolve) => {
    this.#died = resolve;
  });

  get isDead(): boolean {
    return this.#end.signal.aborted;
  }

  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** @param before whether it dies before the request leaves, or before the answer is heard of */
  afterCalls(calls: number, before: boolean): void {
    this.#callsLeft = calls;
    this.#isBefore = before;
  }

  die(): void {
    this.#end.abort();
    this.#died();
  }

  async around<T>(work: () => Promise<T>): Promise<T> {
    if (this.isDead) return never();
    this.#callsLeft -= 1;
    const isLast = this.#callsLeft === 0;
    if (isLast && this.#isBefore) {
      this.die();
      return never();
    }
    const done = await work();
    if (isLast) this.die();
    return this.isDead ? never() : done;
  }
}

/** The venue, as long as the process lives. */
export class MortalApi implements VenueApi {
  readonly #api: VenueApi;
  readonly #death: Death;

  constructor(api: VenueApi, death: Death) {
    this.#api = api;
    this.#death = death;
  }

  call(name: Call, params?: Params): Promise<Answer> {
    return this.#death.around(() => this.#api.call(name, params));
  }

  nowMs(): number {
    return this.#api.nowMs();
  }

  syncTime(): Promise<void> {
    return this.#api.syncTime();
  }
}

/** The server, as long as the process lives. */
export class MortalTransport implements Transport {
  readonly #transport: Transport;
  readonly #death: Death;

  constructor(transport: Transport, death: Death) {
    this.#transport = transport;
    this.#death = death;
  }

  request(request: HttpRequest): Promise<HttpReply> {
    return this.#death.isDead
      ? never()
      : this.#transport.request(request).then((reply) => (this.#death.isDead ? never() : reply));
  }

  async *events(after: string | undefined, stop: AbortSignal): AsyncIterable<ServerEvent> {
    for await (const event of this.#transport.events(after, stop)) {
      if (this.#death.isDead) await never();
      yield event;
    }
  }
}

/** The clocks of the machine, as long as the process lives: it leaves no timer behind. */
export const mortalClock = (death: Death): Clock => ({
  ...systemClock,
  async sleep(ms, stop) {
    await systemClock.sleep(ms, stop === undefined ? death.signal : AbortSignal.any([stop, death.signal]));
    if (death.isDead) await never();
  },
});
