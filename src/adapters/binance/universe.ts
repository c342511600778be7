import type { Instrument } from '../../core/market/instrument.ts';

export interface UniverseOptions {
  /** `all`, or the instruments to watch whatever their volume. */
  readonly symbols: 'all' | readonly string[];
  /** Of `all`: at most this many, by quote volume of 24 hours. */
  readonly top: number;
  /** Of `all`: at least this quote volume in 24 hours. */
  readonly minQuoteVolume: number;
  /** Always watched, whatever their volume, as long as they are traded. */
  readonly include: readonly string[];
  /** Never watched. */
  readonly exclude: readonly string[];
}

export interface Chosen {
  readonly instrument: Instrument;
  readonly quoteVolume: number;
}

/** One that is watched stays until it has fallen this far below the last that would come in: no coming and going. */
const STAY_FACTOR = 0.8;

/**
 * Which instruments are watched: most quote volume first, the same volume by name. Those that are watched already have a
 * head start, so that two of nearly the same volume do not take turns.
 */
export function chooseUniverse(
  instruments: readonly Instrument[],
  quoteVolumes: ReadonlyMap<string, number>,
  { symbols, top, minQuoteVolume, include, exclude }: UniverseOptions,
  watched: ReadonlySet<string>,
): Chosen[] {
  const named = new Set(symbols === 'all' ? include : [...symbols, ...include]);
  const excluded = new Set(exclude);
  const all = instruments
    .filter(({ symbol }) => !excluded.has(symbol))
    .map((instrument) => ({ instrument, quoteVolume: quoteVolumes.get(instrument.symbol) ?? 0 }));
  const weightOf = ({ instrument, quoteVolume }: Chosen): number =>
    watched.has(instrument.symbol) ? quoteVolume / STAY_FACTOR : quoteVolume;
  const byVolume = (a: Chosen, b: Chosen): number =>
    weightOf(b) - weightOf(a) || (a.instrument.symbol < b.instrument.symbol ? -1 : 1);
  const chosen = all.filter(({ instrument }) => named.has(instrument.symbol));
  if (symbols !== 'all') return chosen.sort(byVolume);
  const others = all
    .filter((each) => !named.has(each.instrument.symbol) && weightOf(each) >= minQuoteVolume)
    .sort(byVolume)
    .slice(0, Math.max(0, top - chosen.length));
  return [...chosen, ...others].sort(byVolume);
}
