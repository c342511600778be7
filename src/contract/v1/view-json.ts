import type { EngineView } from '../../core/engine/engine.ts';
import type { StrategySeat } from '../../core/engine/settings.ts';
import type { Explanation } from '../../core/fusion/explanation.ts';
import { SILENCES, type Silence } from '../../core/fusion/silence.ts';
import type { Bar } from '../../core/market/bar.ts';
import { decimalsOf } from '../../core/market/instrument.ts';
import type { Opinion } from '../../core/strategies/strategy.ts';
import { formatInstant } from '../instant.ts';
import { decimal, type Json, rounded } from '../json-text.ts';

/** Who sits where: what an opinion is told with. */
export type Seat = Pick<StrategySeat, 'weight'> & { readonly definition: { readonly name: string } };

export function instrumentJson({ instrument, isAwake, lastPrice, bidPrice, askPrice, lastSignalMs }: EngineView): Json {
  const { symbol, tickSize, stepSize } = instrument;
  return {
    symbol,
    tick_size: decimal(tickSize),
    step_size: decimal(stepSize),
    price_decimals: decimalsOf(tickSize),
    flowing: isAwake,
    last_price: lastPrice === undefined ? null : decimal(lastPrice),
    bid: bidPrice === 0 ? null : decimal(bidPrice),
    ask: askPrice === 0 ? null : decimal(askPrice),
    last_signal_at: lastSignalMs === undefined ? null : formatInstant(lastSignalMs),
  };
}

export function instrumentViewJson(view: EngineView, seats: readonly Seat[], nowMs: number): Json {
  return {
    instrument: instrumentJson(view),
    at: formatInstant(nowMs),
    looks: view.timeframes.map(({ timeframe, opinions, standing }, index) => ({
      timeframe,
      opinions: opinions.map((opinion, seat) => opinionJson(opinion, seats[seat]!)),
      ...explanationJson(view.explanations[index]!, standing),
    })),
    obstacles: view.obstacles.map((name) => ({ name, meaning: SILENCES[name] })),
    cool_down_left_ms: Math.ceil(view.coolDownLeftMs),
  };
}

function opinionJson(opinion: Opinion, { weight, definition }: Seat): Json {
  const said = { strategy: definition.name, weight: decimal(weight) };
  if (opinion.side === undefined) return { ...said, side: null, strength: null, reason: opinion.reason };
  const strength = rounded(opinion.strength, 1);
  return { ...said, side: sideJson(opinion.side), strength, reason: String(opinion.reason) };
}

function explanationJson(explanation: Explanation, standing: string | undefined): { readonly [key: string]: Json } {
  const { outcome, side, buyWeight, sellWeight, totalWeight, demands, nearest } = explanation;
  const stands = typeof outcome !== 'string' && standing === outcome.side;
  const silence: Silence | undefined = typeof outcome === 'string' ? outcome : stands ? 'same_condition' : undefined;
  return {
    outcome: silence ?? 'decision',
    explanation: silence === undefined ? 'enough strategies agree, loudly enough' : SILENCES[silence],
    side: side === undefined ? null : sideJson(side),
    buy_weight: rounded(buyWeight, 6),
    sell_weight: rounded(sellWeight, 6),
    total_weight: rounded(totalWeight, 6),
    demands: demands.map(demandJson),
    nearest: nearest === undefined ? null : demandJson(nearest),
    standing: stands,
  };
}

const demandJson = ({ name, have, need }: Explanation['demands'][number]): Json => ({
  name,
  have: decimal(have),
  need: decimal(need),
});

const sideJson = (side: 'buy' | 'sell'): string => (side === 'buy' ? 'BUY' : 'SELL');

export const barJson = ({ openTimeMs, open, high, low, close, volume, buyVolume }: Bar): Json => ({
  open_time: formatInstant(openTimeMs),
  open: decimal(open),
  high: decimal(high),
  low: decimal(low),
  close: decimal(close),
  volume: decimal(volume),
  buy_volume: buyVolume === undefined ? null : decimal(buyVolume),
});

/** What was counted in one market minute. */
export interface CountedMinute {
  readonly fromMs: number;
  readonly signals: number;
  readonly silences: Readonly<Partial<Record<string, number>>>;
}

export function silencesJson(minutes: readonly CountedMinute[]): Json {
  const counted = new Set(minutes.flatMap(({ silences }) => Object.keys(silences)));
  return {
    minutes: minutes.map(({ fromMs, signals, silences }) => ({ from: formatInstant(fromMs), signals, silences })),
    meanings: Object.fromEntries(Object.entries(SILENCES).filter(([name]) => counted.has(name))),
  };
}
