import type { StreamKind } from '../../core/feed/watched-streams.ts';

/** The path that a stream is on. */
export type Category = 'public' | 'market';

export interface WantedStream {
  readonly name: string;
  readonly category: Category;
}

export type DepthSpeed = '100ms' | '250ms' | '500ms';

/** Every instrument's mark price every second, in one frame: also how we hear that a connection is alive. */
const ALL_MARKS = '!markPrice@arr@1s';
/** Liquidations of all instruments. */
const ALL_LIQUIDATIONS = '!forceOrder@arr';

/** Listings, delistings and changes of contracts, as they happen. */
const CONTRACT_INFO = '!contractInfo';

const KIND_OF: Readonly<Record<string, StreamKind>> = { aggTrade: 'trades', bookTicker: 'quotes', depth: 'depth' };

/** The streams for these instruments; those with `depth` have their book, too. */
export function wantedStreams(
  instruments: Iterable<{ readonly symbol: string; readonly depth: boolean }>,
  depthSpeed: DepthSpeed,
): WantedStream[] {
  const wanted: WantedStream[] = [
    { name: ALL_MARKS, category: 'market' },
    { name: ALL_LIQUIDATIONS, category: 'market' },
    { name: CONTRACT_INFO, category: 'market' },
  ];
  for (const { symbol, depth } of instruments) {
    const name = symbol.toLowerCase();
    wanted.push({ name: `${name}@aggTrade`, category: 'market' });
    wanted.push({ name: `${name}@bookTicker`, category: 'public' });
    if (depth)
      wanted.push({ name: `${name}@depth${depthSpeed === '250ms' ? '' : `@${depthSpeed}`}`, category: 'public' });
  }
  return wanted;
}

/** What a stream of one instrument carries; `undefined` for those of all instruments. */
export function carriedBy(name: string): { readonly kind: StreamKind; readonly symbol: string } | undefined {
  const [symbol = '', type = ''] = name.split('@');
  const kind = KIND_OF[type];
  return kind === undefined || symbol.startsWith('!') ? undefined : { kind, symbol: symbol.toUpperCase() };
}
