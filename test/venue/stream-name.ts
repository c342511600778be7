/** The entry points of the stream host. A connection without one is served what `public` has. */
export type StreamPath = 'public' | 'market' | 'legacy';

const PUBLIC = /@(bookTicker|trade|depth(5|10|20)?(@(0|100|250|500)ms)?)$|^!bookTicker$/;

/** Which entry point carries a stream. A name nobody knows is carried by none, and is acknowledged all the same. */
export function carries(path: StreamPath, stream: string): boolean {
  return (path !== 'market') === PUBLIC.test(stream);
}

/** Milliseconds between two frames of a depth stream, 0 for every change; `undefined` when it is none. */
export function depthSpeedMs(stream: string): number | undefined {
  const found = /^[^@]+@depth(?:@(0|100|500)ms)?$/.exec(stream);
  if (found === null) return undefined;
  // `@250ms` is acknowledged and never delivered: 250 ms is what the bare name has.
  return found[1] === undefined ? 250 : Number(found[1]);
}

/** What a stream carries: `aggTrade`, `depth`, `markPrice`, of one contract or of all. */
export function channelOf(stream: string): string {
  const [first = '', second = ''] = stream.split('@');
  return first.startsWith('!') ? first.slice(1) : second;
}

export interface StreamAddress {
  readonly path: StreamPath;
  /** `{"stream":…,"data":…}` around each payload. */
  readonly combined: boolean;
  readonly streams: readonly string[];
}

/** Reads `/public/stream?streams=a/b`, `/market/ws/a/b`, `/ws`; `undefined` for any other address. */
export function readAddress(url: string): StreamAddress | undefined {
  const { pathname, searchParams } = new URL(url, 'http://venue');
  const found = /^(?:\/(public|market))?\/(ws|stream)(?:\/(.+))?\/?$/.exec(pathname);
  if (found === null) return undefined;
  const path = (found[1] ?? 'legacy') as StreamPath;
  const combined = found[2] === 'stream';
  const list = combined ? (searchParams.get('streams') ?? '') : decodeURIComponent(found[3] ?? '');
  return { path, combined, streams: list.split('/').filter((name) => name !== '') };
}
