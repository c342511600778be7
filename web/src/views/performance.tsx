import type { ReactElement } from 'react';
import { get } from '../api/ask.ts';
import { useAsked } from '../api/asked.ts';
import type { Interval, Performance } from '../api/wire.ts';
import { money, percent, signed, whole } from '../format.ts';
import { Scroll } from '../parts/scroll.tsx';

const EVERY_MS = 5_000;

/** What the closed trades brought, and how little that says. The verdict is the server's own. */
export function PerformanceCards(): ReactElement | null {
  const page = useAsked(() => get<{ performance: Performance[] }>('/api/v1/performance'), EVERY_MS, 'performance');
  if (page === undefined) return null;
  return (
    <div className="cards" data-testid="performance">
      {page.performance.map((record) => (
        <Card key={record.account} record={record} />
      ))}
    </div>
  );
}

function Card({ record }: { readonly record: Performance }): ReactElement {
  const { account, verdict, missing, market, trades, unpriced, sample } = record;
  return (
    <section aria-label={`Performance of ${account}`}>
      <h2>
        Performance of {account}: <em>{verdict}</em>
      </h2>
      <p className="quiet">On {market}. What is lacking before anything else can be said:</p>
      <ul>
        {missing.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
      <Scroll label={`Figures of ${account}`}>
        <table>
          <caption>
            {whole(trades)} closed trades{unpriced > 0 && `, ${whole(unpriced)} more without a price`}; means over the
            newest {whole(sample)}
          </caption>
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col" className="number">
                Measured
              </th>
              <th scope="col" className="number">
                95 % between
              </th>
            </tr>
          </thead>
          <tbody>
            <Line name="net of all" value={signed(record.net)} />
            <Line
              name="gross − fees − funding"
              value={`${money(record.gross)} − ${money(record.fees)} − ${money(record.funding)}`}
            />
            <Line name="mean net per trade" value={maybe(record.mean_net)} range={record.mean_net_95} />
            <Line name="mean R (net over risk)" value={maybe(record.mean_r)} range={record.mean_r_95} />
            <Line name="mean net, bp of the entry" value={maybe(record.mean_net_bps)} range={record.mean_net_bps_95} />
            <Line name="won" value={record.win_rate === null ? '–' : percent(100 * record.win_rate)} />
            <Line name="profit factor" value={record.profit_factor?.toFixed(2) ?? '–'} />
            <Line name="deepest drawdown of closed profit" value={money(record.max_drawdown)} />
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

const maybe = (value: number | null): string => (value === null ? '–' : signed(value));

function Line({
  name,
  value,
  range,
}: {
  readonly name: string;
  readonly value: string;
  readonly range?: Interval | null;
}): ReactElement {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="number">{value}</td>
      <td className="number">{range && `${signed(range.low)} and ${signed(range.high)}`}</td>
    </tr>
  );
}
