import type { ReactElement } from 'react';
import type { Position, Signal } from '../api/wire.ts';
import { price, words } from '../format.ts';
import { Scroll } from '../parts/scroll.tsx';
import { Moment } from '../parts/time.tsx';
import { marksOf } from './marks.ts';

const SHOWN_MAX = 20;

/** What is drawn on the chart, in words: for whoever cannot see it, and for a closer look. */
export function OnChart({
  signals,
  positions,
  decimals,
  chosen,
  showSignal,
}: {
  readonly signals: readonly Signal[];
  readonly positions: readonly Position[];
  readonly decimals: number;
  readonly chosen: string | undefined;
  readonly showSignal: (id: string) => void;
}): ReactElement {
  const drawn = signals.filter(({ intent }) => intent === 'ENTRY').toReversed();
  if (drawn.length === 0) return <p className="quiet">No signal is drawn on this chart.</p>;
  const of = (id: string): Position[] => positions.filter(({ signal_id }) => signal_id === id);
  return (
    <Scroll label="Signals on this chart">
      <table data-testid="on-chart">
        <caption>On this chart{drawn.length > SHOWN_MAX && `, the newest ${SHOWN_MAX} of ${drawn.length}`}</caption>
        <thead>
          <tr>
            <th scope="col">Issued (UTC)</th>
            <th scope="col">Signal</th>
            <th scope="col" className="number">
              Entry
            </th>
            <th scope="col" className="number">
              Stop
            </th>
            <th scope="col" className="number">
              Target
            </th>
            <th scope="col">Marks</th>
          </tr>
        </thead>
        <tbody>
          {drawn.slice(0, SHOWN_MAX).map((signal) => (
            <tr key={signal.id} data-id={signal.id} className={signal.id === chosen ? 'chosen' : undefined}>
              <td>
                <Moment at={signal.issued_at} />
              </td>
              <th scope="row">
                <button type="button" className="link" onClick={() => showSignal(signal.id)}>
                  <span className={signal.direction === 'BUY' ? 'buy' : 'sell'}>{signal.direction}</span>{' '}
                  {signal.timeframe}
                </button>
              </th>
              <td className="number">{price(signal.entry_price, decimals)}</td>
              <td className="number">{price(signal.stop_loss, decimals)}</td>
              <td className="number">{price(signal.take_profit, decimals)}</td>
              <td className="story">
                {marksOf([signal], of(signal.id), '1m')
                  .map(({ text }) => text)
                  .join(', ')}
                <span className="quiet"> {words(signal.state)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
