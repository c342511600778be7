/** What a stream carries. */
export type StreamKind = 'trades' | 'quotes' | 'depth';

interface Watched {
  readonly connections: Set<number>;
  sinceMs: number;
}

/** Which streams are delivered by which connections, and since when without a break. Exchange time. */
export class WatchedStreams {
  readonly #streams = new Map<string, Watched>();

  open(kind: StreamKind, symbol: string, connection: number, nowMs: number): void {
    const key = `${kind} ${symbol}`;
    const watched = this.#streams.get(key);
    if (watched === undefined) this.#streams.set(key, { connections: new Set([connection]), sinceMs: nowMs });
    else watched.connections.add(connection);
  }

  /** @returns whether nobody delivers it any more because of this */
  close(kind: StreamKind, symbol: string, connection: number): boolean {
    const key = `${kind} ${symbol}`;
    const watched = this.#streams.get(key);
    if (watched?.connections.delete(connection) !== true || watched.connections.size > 0) return false;
    this.#streams.delete(key);
    return true;
  }

  /** @returns what nobody delivers any more because of this */
  closeAll(connection: number): { readonly kind: StreamKind; readonly symbol: string }[] {
    const lost: { kind: StreamKind; symbol: string }[] = [];
    for (const key of [...this.#streams.keys()]) {
      const [kind, symbol] = key.split(' ') as [StreamKind, string];
      if (this.close(kind, symbol, connection)) lost.push({ kind, symbol });
    }
    return lost;
  }

  /** Since when it has been watched without a break; `undefined` while it is not. */
  sinceMs(kind: StreamKind, symbol: string): number | undefined {
    return this.#streams.get(`${kind} ${symbol}`)?.sinceMs;
  }
}
