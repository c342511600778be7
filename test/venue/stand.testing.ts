import { PlainClient } from './client.testing.ts';
import { startVenue, type Venue, type VenueOptions } from './venue.ts';

/** A venue whose time stands still, and the ways of a plain client to it. Everything is closed when the test is over. */
export class Stand {
  readonly venue: Venue;
  readonly #clients: PlainClient[] = [];

  private constructor(venue: Venue) {
    this.venue = venue;
  }

  /** Runs a test against a venue of its own. */
  static run(test: (stand: Stand) => Promise<void>, options: VenueOptions = {}): () => Promise<void> {
    return async () => {
      const stand = new Stand(await startVenue({ clock: 'virtual', instruments: 5, seed: 4, ...options }));
      try {
        await test(stand);
      } finally {
        for (const { socket } of stand.#clients) socket.terminate();
        await stand.venue.close();
      }
    };
  }

  /** @param address `/public/ws/btcusdt@depth` */
  async client(address: string): Promise<PlainClient> {
    const client = await PlainClient.open(this.venue.wsUrl + address);
    this.#clients.push(client);
    return client;
  }

  /** Venue time goes on, and everything sent until then has arrived. */
  async advance(forMs: number, ...clients: readonly PlainClient[]): Promise<void> {
    await this.venue.advance(forMs);
    for (const client of clients) await client.settle();
  }

  async get(path: string): Promise<Response> {
    return fetch(`${this.venue.url}/fapi/v1${path}`);
  }

  // biome-ignore lint/suspicious/noExplicitAny: a wrong answer fails the test that reads it
  async json(path: string): Promise<any> {
    return (await this.get(path)).json();
  }
}
