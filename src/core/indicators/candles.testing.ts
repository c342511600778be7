/** One minute of a made-up market. */
export interface Candle {
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly buyVolume: number;
  readonly sellVolume: number;
  readonly timeMs: number;
}

/**
 * `walk` moves by about 10 bp a minute; `quiet` is a walk that stands perfectly still half of the time; `wild` jumps
 * over fifteen powers of ten; `flat`, `rising` and `falling` are what they say.
 */
export const MOODS = ['walk', 'quiet', 'wild', 'flat', 'rising', 'falling'] as const;

export type Mood = (typeof MOODS)[number];

const START_MS = Date.UTC(2026, 0, 1, 22);

/** The same seed gives the same candles. */
export function walk(seed: number, count: number, mood: Mood): readonly Candle[] {
  const random = chance(seed);
  let price = 100 * (1 + random());
  let still = false;
  return Array.from({ length: count }, (_, i) => {
    if (i % 25 === 0) still = mood === 'quiet' && random() < 0.5;
    price = nextPrice(price, mood, still, random);
    const spread = still || mood === 'flat' ? 0 : price * 0.0005;
    const volume = 0.001 + 10 * random();
    const buyVolume = volume * random();
    return {
      high: price + spread * random(),
      low: price - spread * random(),
      close: price,
      volume,
      buyVolume,
      sellVolume: volume - buyVolume,
      timeMs: START_MS + i * 60_000,
    };
  });
}

function nextPrice(price: number, mood: Mood, still: boolean, random: () => number): number {
  if (still || mood === 'flat') return price;
  if (mood === 'rising') return price * (1 + 0.001 * random());
  if (mood === 'falling') return price * (1 - 0.001 * random());
  if (mood === 'wild') return 10 ** (15 * random() - 6);
  return price * (1 + 0.002 * (random() - 0.5));
}

/** Uniform numbers in [0, 1) from a seed: Weyl sequence and a 32-bit mixer. */
export function chance(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
