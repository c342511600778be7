import { memo, type ReactElement, useMemo, useState } from 'react';
import { house } from '../api/house.ts';
import { useStore } from '../api/store.ts';
import type { Instrument, Signal, Tick, Timeframe } from '../api/wire.ts';
import { Chart } from '../chart/chart.tsx';
import { clockUtc, fullUtc, price } from '../format.ts';
import { Choices } from '../parts/choices.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { Why } from './why.tsx';

const TIMEFRAMES: readonly Timeframe[] = ['1m', '3m', '5m'];

export interface MarketProps {
  readonly symbol: string | undefined;
  readonly choose: (symbol: string) => void;
  readonly chosenSignal: string | undefined;
  readonly isDark: boolean;
  readonly showSignal: (id: string) => void;
}

/** What is traded, at which price, and why there is or is no signal. */
export function Market({ symbol, choose, chosenSignal, isDark, showSignal }: MarketProps): ReactElement {
  const instruments = useStore(house.instruments);
  const [timeframe, setTimeframe] = useState<Timeframe>('1m');
  const instrument = instruments.find((each) => each.symbol === symbol) ?? instruments[0];

  if (instrument === undefined) {
    return (
      <section className="empty">
        <h2>No instrument yet</h2>
        <p>
          Instruments appear when the market tells of them. In the demo there are none: its two signals are under
          Signals.
        </p>
      </section>
    );
  }
  return (
    <div className="market">
      <Instruments instruments={instruments} chosen={instrument.symbol} choose={choose} />
      <section className="stage" aria-labelledby="stage-title">
        <header>
          <h2 id="stage-title">{instrument.symbol}</h2>
          <LastPrice instrument={instrument} />
          <Choices label="Timeframe of the chart" options={TIMEFRAMES} chosen={timeframe} choose={setTimeframe} />
        </header>
        <Chart key={instrument.symbol} {...{ instrument, timeframe, isDark, showSignal }} chosen={chosenSignal} />
      </section>
      <Why symbol={instrument.symbol} />
    </div>
  );
}

function LastPrice({ instrument }: { readonly instrument: Instrument }): ReactElement {
  const tick = useStore(house.ticks).get(instrument.symbol);
  const decimals = instrument.price_decimals;
  return (
    <p className="last">
      <strong data-testid="last-price">{price(tick?.last ?? instrument.last_price, decimals)}</strong>
      <span>
        bid {price(tick?.bid ?? instrument.bid, decimals)} · ask {price(tick?.ask ?? instrument.ask, decimals)}
      </span>
    </p>
  );
}

function Instruments({
  instruments,
  chosen,
  choose,
}: {
  readonly instruments: readonly Instrument[];
  readonly chosen: string;
  readonly choose: (symbol: string) => void;
}): ReactElement {
  const ticks = useStore(house.ticks);
  const signals = useStore(house.signals);
  const [filter, setFilter] = useState('');
  const newest = useMemo(() => new Map(signals.map((signal) => [signal.symbol, signal])), [signals]);
  const shown = instruments.filter(({ symbol }) => symbol.includes(filter.trim().toUpperCase()));
  return (
    <section className="instruments" aria-labelledby="instruments-title">
      <h2 id="instruments-title">Instruments</h2>
      <label className="filter">
        <span>Filter</span>
        <input id="filter" type="search" value={filter} onChange={(event) => setFilter(event.target.value)} />
      </label>
      <Scroll label="All instruments">
        <table>
          <thead>
            <tr>
              <th scope="col">Symbol</th>
              <th scope="col" className="number">
                Price
              </th>
              <th scope="col">Signal (UTC)</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((instrument) => (
              <Row
                key={instrument.symbol}
                {...{ instrument, choose }}
                tick={ticks.get(instrument.symbol)}
                signal={newest.get(instrument.symbol)}
                isChosen={instrument.symbol === chosen}
              />
            ))}
          </tbody>
        </table>
        {shown.length === 0 && <p>Nothing with {filter} in its name is watched.</p>}
      </Scroll>
    </section>
  );
}

/** Drawn again only when something of its own changes: prices come for every row, many times a second. */
const Row = memo(function Row({
  instrument,
  tick,
  signal,
  isChosen,
  choose,
}: {
  readonly instrument: Instrument;
  readonly tick: Tick | undefined;
  readonly signal: Signal | undefined;
  readonly isChosen: boolean;
  readonly choose: (symbol: string) => void;
}): ReactElement {
  const { symbol, price_decimals: decimals, flowing, last_price } = instrument;
  return (
    <tr className={isChosen ? 'chosen' : undefined}>
      <th scope="row">
        <button type="button" className="link" aria-pressed={isChosen} onClick={() => choose(symbol)}>
          {symbol}
        </button>
        {!flowing && tick === undefined && <small> quiet</small>}
      </th>
      <td className="number">{price(tick?.last ?? last_price, decimals)}</td>
      <td>
        {signal !== undefined && (
          <span className={signal.direction === 'BUY' ? 'buy' : 'sell'}>
            {signal.direction} <time title={fullUtc(signal.issued_at)}>{clockUtc(signal.issued_at).slice(0, 5)}</time>
          </span>
        )}
      </td>
    </tr>
  );
});
