import type {
  IChartApi,
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesApi,
  ISeriesPrimitive,
  SeriesAttachedParameter,
  SeriesType,
  Time,
  UTCTimestamp,
} from 'lightweight-charts';

/** A bracket where it stood: from its entry until it was over. Times in UTC seconds, of bars that are on the chart. */
export interface Bracket {
  readonly from: number;
  readonly until: number;
  readonly entry: number;
  readonly stop: number;
  readonly target: number;
  readonly isChosen: boolean;
}

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0];

/** Draws the space between entry and target, and between entry and stop, behind the candles. */
export class Brackets implements ISeriesPrimitive<Time> {
  #chart: IChartApi | undefined;
  #series: ISeriesApi<SeriesType> | undefined;
  #askForDrawing: (() => void) | undefined;
  #brackets: readonly Bracket[] = [];
  readonly #view: IPrimitivePaneView = {
    zOrder: () => 'bottom',
    renderer: () => ({ draw: (target) => this.#draw(target) }),
  };

  attached({ chart, series, requestUpdate }: SeriesAttachedParameter<Time>): void {
    this.#chart = chart as IChartApi;
    this.#series = series;
    this.#askForDrawing = requestUpdate;
  }

  detached(): void {
    this.#chart = undefined;
    this.#series = undefined;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return [this.#view];
  }

  show(brackets: readonly Bracket[]): void {
    this.#brackets = brackets;
    this.#askForDrawing?.();
  }

  #draw(target: Target): void {
    // biome-ignore lint/correctness/useHookAtTopLevel: a method of the library's, no hook
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      const [chart, series] = [this.#chart, this.#series];
      if (chart === undefined || series === undefined) return;
      const scale = chart.timeScale();
      for (const { from, until, entry, stop, target: take, isChosen } of this.#brackets) {
        const left = scale.timeToCoordinate(from as UTCTimestamp);
        if (left === null) continue;
        const right = Math.max(left + 4, scale.timeToCoordinate(until as UTCTimestamp) ?? mediaSize.width);
        const [y, yStop, yTake] = [entry, stop, take].map((price) => series.priceToCoordinate(price));
        if (y == null || yStop == null || yTake == null) continue;
        const fill = (to: number, color: string): void => {
          context.fillStyle = color;
          context.fillRect(left, Math.min(y, to), right - left, Math.abs(to - y));
        };
        const strength = isChosen ? 0.28 : 0.13;
        fill(yTake, `rgba(46, 160, 103, ${strength})`);
        fill(yStop, `rgba(214, 69, 80, ${strength})`);
        context.strokeStyle = isChosen ? 'rgba(120, 140, 160, 1)' : 'rgba(120, 140, 160, 0.6)';
        context.beginPath();
        context.moveTo(left, y);
        context.lineTo(right, y);
        context.stroke();
      }
    });
  }
}
