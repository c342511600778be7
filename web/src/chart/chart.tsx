import { type ReactElement, useEffect, useMemo, useRef, useState } from 'react';
import { get } from '../api/ask.ts';
import { useAsked } from '../api/asked.ts';
import { house } from '../api/house.ts';
import { useStore } from '../api/store.ts';
import type { Instrument, Position, Timeframe } from '../api/wire.ts';
import { colors, type Drawing, draw, markerFor } from './drawing.ts';
import { LiveCandles } from './live-candles.ts';
import { bracketsOf, marksOf, plotted } from './marks.ts';
import { OnChart } from './on-chart.tsx';

const POSITIONS_EVERY_MS = 2_000;
const NONE: readonly Position[] = [];

export interface ChartProps {
  readonly instrument: Instrument;
  readonly timeframe: Timeframe;
  /** The signal that stands out. */
  readonly chosen: string | undefined;
  readonly isDark: boolean;
  readonly showSignal: (id: string) => void;
}

/** Candles with what the bot did to them; below, cumulative delta and the imbalance of the best quotes. */
export function Chart({ instrument, timeframe, chosen, isDark, showSignal }: ChartProps): ReactElement {
  const { symbol, price_decimals: decimals, tick_size: tickSize } = instrument;
  const box = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing>(undefined);
  const candles = useRef<LiveCandles>(undefined);
  const [newestBar, setNewestBar] = useState<number>();
  const renewals = useStore(house.renewals);
  const signals = useStore(house.signals);
  const page = useAsked(
    () => get<{ positions: Position[] }>(`/api/v1/positions?state=ALL&limit=200&symbol=${encodeURIComponent(symbol)}`),
    POSITIONS_EVERY_MS,
    symbol,
  );
  const positions = page?.positions ?? NONE;
  const own = useMemo(() => signals.filter((signal) => signal.symbol === symbol), [signals, symbol]);

  useEffect(() => {
    const made = draw(box.current!, { decimals, tickSize });
    drawing.current = made;
    return () => {
      drawing.current = undefined;
      made.chart.remove();
    };
  }, [decimals, tickSize]);

  useEffect(() => {
    drawing.current?.chart.applyOptions(colors(isDark));
  }, [isDark]);

  useEffect(() => {
    const made = new LiveCandles(drawing.current!, { symbol, timeframe, onBar: setNewestBar });
    candles.current = made;
    return () => made.stop();
  }, [symbol, timeframe]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever there are other candles, and after every hole
  useEffect(() => void candles.current?.load(), [symbol, timeframe, renewals]);

  useEffect(() => {
    const made = drawing.current;
    if (made === undefined || newestBar === undefined) return;
    made.markers.setMarkers(plotted(marksOf(own, positions, timeframe), timeframe).map(markerFor));
    made.brackets.show(bracketsOf(own, positions, timeframe, chosen, newestBar));
  }, [own, positions, timeframe, chosen, newestBar]);

  return (
    <figure className="chart">
      <div ref={box} className="plot" />
      <figcaption>
        {symbol} {timeframe}, UTC. Arrows: signals and their strength; circles: fills; squares: exits. Shaded: from the
        entry to its target and to its stop. Below: cumulative delta (aggressive buying minus selling) and the imbalance
        of the best quotes.
      </figcaption>
      {newestBar !== undefined && <OnChart {...{ signals: own, positions, decimals, chosen, showSignal }} />}
    </figure>
  );
}
