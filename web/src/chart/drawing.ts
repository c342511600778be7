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
import { Brackets } from './brackets.ts';
import type { PlottedMark } from './marks.ts';

export const BUY_COLOR = '#2ea067';
export const SELL_COLOR = '#d64550';
const FILL_COLOR = '#3d8bfd';
const EXIT_COLOR = '#c58b1b';

/** The chart of the library, with what is drawn on it. */
export interface Drawing {
  readonly chart: IChartApi;
  readonly candles: ISeriesApi<'Candlestick'>;
  readonly delta: ISeriesApi<'Line'>;
  readonly imbalance: ISeriesApi<'Histogram'>;
  readonly markers: ISeriesMarkersPluginApi<Time>;
  readonly brackets: Brackets;
}

export interface Grid {
  readonly decimals: number;
  readonly tickSize: number;
}

export function draw(box: HTMLElement, { decimals, tickSize }: Grid): Drawing {
  const chart = createChart(box, {
    autoSize: true,
    // Bars that are closer together leave no room for what is written at them.
    timeScale: { timeVisible: true, secondsVisible: false, rightOffset: 4, minBarSpacing: 2.5 },
    localization: { locale: 'en-GB' },
  });
  const candles = chart.addSeries(CandlestickSeries, {
    priceFormat: { type: 'price', precision: decimals, minMove: tickSize },
    ...{ upColor: BUY_COLOR, downColor: SELL_COLOR, borderVisible: false },
    ...{ wickUpColor: BUY_COLOR, wickDownColor: SELL_COLOR },
  });
  const delta = chart.addSeries(
    LineSeries,
    { color: FILL_COLOR, lineWidth: 2, title: 'delta', priceLineVisible: false, priceFormat: { type: 'volume' } },
    1,
  );
  const imbalance = chart.addSeries(HistogramSeries, { title: 'imbalance', priceLineVisible: false }, 2);
  for (const [index, share] of [6, 2, 1.5].entries()) chart.panes()[index]?.setStretchFactor(share);
  const brackets = new Brackets();
  candles.attachPrimitive(brackets);
  return { chart, candles, delta, imbalance, brackets, markers: createSeriesMarkers(candles, []) };
}

export const forChart = <T extends { readonly time: number }>(point: T) => ({
  ...point,
  time: point.time as UTCTimestamp,
});

const SHAPES = {
  buy: { position: 'belowBar', shape: 'arrowUp', color: BUY_COLOR },
  sell: { position: 'aboveBar', shape: 'arrowDown', color: SELL_COLOR },
  fill: { position: 'inBar', shape: 'circle', color: FILL_COLOR },
  exit: { position: 'inBar', shape: 'square', color: EXIT_COLOR },
} as const;

export function markerFor({ time, kind, label, price }: PlottedMark): SeriesMarker<Time> {
  const marker = { ...SHAPES[kind], time: time as UTCTimestamp, text: label };
  return price === undefined ? marker : { ...marker, position: 'atPriceMiddle', price };
}

export const colors = (isDark: boolean) => ({
  layout: {
    background: { color: 'transparent' },
    textColor: isDark ? '#b9c6d3' : '#27323d',
    fontFamily: 'ui-sans-serif, system-ui, sans-serif',
    panes: { separatorColor: isDark ? '#27313c' : '#d5dde5' },
  },
  grid: {
    vertLines: { color: isDark ? '#1b232c' : '#edf1f5' },
    horzLines: { color: isDark ? '#1b232c' : '#edf1f5' },
  },
});
