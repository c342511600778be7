import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineSeries,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import { type ReactElement, useEffect, useRef } from 'react';
import { get } from '../api/ask.ts';
import { house } from '../api/house.ts';
import { useStore } from '../api/store.ts';
import type { Bar, Instrument, Timeframe } from '../api/wire.ts';
import { type Candle, candleFrom, cumulativeDelta, imbalanceOf, withTick } from './bars.ts';
import { Brackets } from './brackets.ts';
import { bracketsOf, type Mark, marksOf } from './marks.ts';

const BARS = 360;
/** A stretch of the market that was not watched leaves a hole; the newest bars are asked for again this often. */
const RENEW_EVERY_MS = 15_000;

interface Drawn {
  readonly chart: IChartApi;
  readonly candles: ISeriesApi<'Candlestick'>;
  readonly delta: ISeriesApi<'Line'>;
  readonly imbalance: ISeriesApi<'Histogram'>;
  readonly markers: ISeriesMarkersPluginApi<Time>;
  readonly brackets: Brackets;
}

export interface ChartProps {
  readonly instrument: Instrument;
  readonly timeframe: Timeframe;
  /** The signal that stands out. */
  readonly chosen: string | undefined;
  readonly isDark: boolean;
}

/** Candles with what the bot did to them; below, cumulative delta and the imbalance of the best quotes. */
export function Chart({ instrument, timeframe, chosen, isDark }: ChartProps): ReactElement {
  const { symbol, price_decimals: decimals, tick_size: tickSize } = instrument;
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn>(undefined);
  const last = useRef<Candle>(undefined);
  const signals = useStore(house.signals);

  useEffect(() => {
    const made = draw(box.current!, decimals, tickSize);
    drawn.current = made;
    return () => {
      drawn.current = undefined;
      made.chart.remove();
    };
  }, [decimals, tickSize]);

  useEffect(() => {
    drawn.current?.chart.applyOptions(colors(isDark));
  }, [isDark]);

  // Bars, and the candle that forms behind them.
  useEffect(() => {
    const made = drawn.current;
    if (made === undefined) return undefined;
    let isWanted = true;
    let closed: Candle[] = [];
    let sumBefore = 0;
    last.current = undefined;
    made.candles.setData([]);
    made.delta.setData([]);
    made.imbalance.setData([]);

    const load = async (isFirst: boolean): Promise<void> => {
      const query = `symbol=${encodeURIComponent(symbol)}&timeframe=${timeframe}&limit=${BARS}`;
      const page = await get<{ bars: Bar[] }>(`/api/v1/bars?${query}`).catch(() => undefined);
      if (!isWanted || page === undefined) return;
      closed = page.bars.map(candleFrom);
      const sums = cumulativeDelta(closed);
      sumBefore = sums.at(-1)?.value ?? 0;
      const newest = closed.at(-1);
      const forming = last.current;
      const isAhead = forming !== undefined && (newest === undefined || forming.time > newest.time);
      made.candles.setData([...closed, ...(isAhead ? [forming] : [])].map(forChart));
      made.delta.setData(sums.map(forChart));
      if (!isAhead) last.current = newest;
      if (isFirst) made.chart.timeScale().scrollToRealTime();
      showMarks();
    };

    const showMarks = (): void => tellMarks(made, symbol, timeframe, chosen, last.current);
    void load(true);
    const renewing = setInterval(() => void load(false), RENEW_EVERY_MS);
    const stop = house.onTick((tick) => {
      if (tick.symbol !== symbol) return;
      const before = last.current;
      const next = withTick(before, tick, timeframe);
      if (next === undefined) return;
      last.current = next;
      made.candles.update(forChart(next));
      const time = next.time as UTCTimestamp;
      if (next.delta !== undefined) made.delta.update({ time, value: sumBefore + next.delta });
      const imbalance = imbalanceOf(tick);
      if (imbalance !== undefined) {
        made.imbalance.update({ time, value: imbalance, color: imbalance > 0 ? '#2ea067' : '#d64550' });
      }
      if (before !== undefined && next.time > before.time) void load(false);
    });
    return () => {
      isWanted = false;
      clearInterval(renewing);
      stop();
    };
  }, [symbol, timeframe, chosen, decimals, tickSize]);

  useEffect(() => {
    const made = drawn.current;
    if (made === undefined || signals.length === 0) return;
    tellMarks(made, symbol, timeframe, chosen, last.current);
  }, [signals, symbol, timeframe, chosen]);

  return (
    <figure className="chart">
      <div ref={box} className="plot" />
      <figcaption>
        {symbol} {timeframe}, UTC. Shaded: from the entry to its target and to its stop. Below: cumulative delta
        (aggressive buying minus selling) and the imbalance of the best quotes.
      </figcaption>
    </figure>
  );
}

function tellMarks(
  made: Drawn,
  symbol: string,
  timeframe: Timeframe,
  chosen: string | undefined,
  last: Candle | undefined,
): void {
  const own = house.signals.value.filter((signal) => signal.symbol === symbol);
  made.markers.setMarkers(marksOf(own, timeframe).map(markerFor));
  if (last !== undefined) made.brackets.show(bracketsOf(own, timeframe, chosen, last.time));
}

const forChart = <T extends { readonly time: number }>(point: T) => ({ ...point, time: point.time as UTCTimestamp });

function markerFor({ time, kind, text }: Mark): SeriesMarker<Time> {
  const at = time as UTCTimestamp;
  switch (kind) {
    case 'buy':
      return { time: at, position: 'belowBar', shape: 'arrowUp', color: '#2ea067', text };
    case 'sell':
      return { time: at, position: 'aboveBar', shape: 'arrowDown', color: '#d64550', text };
    case 'fill':
      return { time: at, position: 'inBar', shape: 'circle', color: '#3d8bfd', text };
    case 'exit':
      return { time: at, position: 'inBar', shape: 'square', color: '#c58b1b', text };
  }
}

function draw(box: HTMLElement, decimals: number, tickSize: number): Drawn {
  const chart = createChart(box, {
    autoSize: true,
    timeScale: { timeVisible: true, secondsVisible: false, rightOffset: 4 },
    localization: { locale: 'en-GB' },
  });
  const candles = chart.addSeries(CandlestickSeries, {
    priceFormat: { type: 'price', precision: decimals, minMove: tickSize },
    ...{ upColor: '#2ea067', downColor: '#d64550', borderVisible: false },
    ...{ wickUpColor: '#2ea067', wickDownColor: '#d64550' },
  });
  const delta = chart.addSeries(
    LineSeries,
    { color: '#3d8bfd', lineWidth: 2, title: 'delta', priceLineVisible: false },
    1,
  );
  const imbalance = chart.addSeries(HistogramSeries, { title: 'imbalance', priceLineVisible: false }, 2);
  const [upper, middle, lower] = chart.panes();
  upper?.setStretchFactor(6);
  middle?.setStretchFactor(2);
  lower?.setStretchFactor(1.5);
  const brackets = new Brackets();
  candles.attachPrimitive(brackets);
  return { chart, candles, delta, imbalance, brackets, markers: createSeriesMarkers(candles, []) };
}

const colors = (isDark: boolean) => ({
  layout: {
    background: { color: 'transparent' },
    textColor: isDark ? '#c8d3de' : '#27323d',
    fontFamily: 'ui-sans-serif, system-ui, sans-serif',
    panes: { separatorColor: isDark ? '#27313c' : '#d5dde5' },
  },
  grid: {
    vertLines: { color: isDark ? '#1b232c' : '#edf1f5' },
    horzLines: { color: isDark ? '#1b232c' : '#edf1f5' },
  },
});
