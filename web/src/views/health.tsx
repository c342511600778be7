import type { ReactElement } from 'react';
import { get } from '../api/ask.ts';
import { useAsked } from '../api/asked.ts';
import { house } from '../api/house.ts';
import { useStore } from '../api/store.ts';
import type { SilencePage } from '../api/wire.ts';
import { ago, marketTime, milliseconds, whole, words } from '../format.ts';
import type { Question } from '../parts/confirm.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { Moment } from '../parts/time.tsx';
import { NoticesView } from './notices.tsx';

const COLORS = ['#3d8bfd', '#c58b1b', '#7a63d8', '#2ea067', '#d64550', '#2b9fb3', '#8a97a5'];

/** A minute each. */
const SLOTS = 60;

/** The measured condition, since when, who is told, and why there are no signals. */
export function HealthView({ ask }: { readonly ask: (question: Question) => void }): ReactElement {
  const health = useStore(house.health);
  const statistics = useStore(house.statistics);
  const silences = useAsked(() => get<SilencePage>('/api/v1/silences'), 5_000, 'silences');
  if (health === undefined) return <p className="empty">Nothing is known of the condition yet.</p>;
  const { feed, journal } = health;
  return (
    <>
      <section aria-labelledby="condition-title" className={health.status === 'healthy' ? undefined : 'alarm'}>
        <h2 id="condition-title">Condition: {health.status}</h2>
        <dl>
          <div>
            <dt>market data</dt>
            <dd>
              {feed.state}
              {feed.reason !== undefined && `: ${feed.reason}`}
            </dd>
          </div>
          <div>
            <dt>journal</dt>
            <dd>
              {journal.state}, {journal.id}
            </dd>
          </div>
          <div>
            <dt>newest data</dt>
            <dd>{health.data_age_ms === null ? 'none yet' : `${milliseconds(health.data_age_ms)} ago`}</dd>
          </div>
          <div>
            <dt>market time</dt>
            <dd>
              <Moment at={marketTime(health.timestamp)} /> at {health.speed}×
            </dd>
          </div>
          <div>
            <dt>up</dt>
            <dd>{ago(health.uptime * 1_000)}</dd>
          </div>
        </dl>
        {health.reasons.length > 0 && (
          <ul>
            {health.reasons.map(({ reason, since }) => (
              <li key={reason}>
                {reason}, since <Moment at={marketTime(since)} />
              </li>
            ))}
          </ul>
        )}
      </section>
      <NoticesView ask={ask} />
      <section aria-labelledby="silence-title">
        <h2 id="silence-title">Why there were no signals</h2>
        {statistics !== undefined && <p>{statistics.explanation}</p>}
        {silences !== undefined && <Silences page={silences} />}
      </section>
      {statistics !== undefined && (
        <div className="cards">
          <Counts title="Looks at the votes, by what came of them, since the start" counts={statistics.silences} />
          <StrategyCounts strategies={statistics.strategies} />
          <Counts title="Market data that could not be used" counts={statistics.market_data_problems} />
          <Counts title="Requests that were refused" counts={statistics.refused_requests} />
        </div>
      )}
    </>
  );
}

/** An hour of minutes, each a bar of reasons. The table below says the same in words. */
function Silences({ page: { minutes, meanings } }: { readonly page: SilencePage }): ReactElement {
  if (minutes.length === 0) return <p>No minute is over yet.</p>;
  const totals = new Map<string, number>();
  for (const { silences } of minutes) {
    for (const [name, count] of Object.entries(silences)) totals.set(name, (totals.get(name) ?? 0) + count);
  }
  const names = [...totals].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  const color = (name: string): string => COLORS[Math.min(names.indexOf(name), COLORS.length - 1)]!;
  const most = Math.max(1, ...minutes.map(({ silences }) => Object.values(silences).reduce((a, b) => a + b, 0)));
  return (
    <>
      <svg viewBox={`0 0 ${SLOTS * 10} 100`} preserveAspectRatio="none" className="silences" aria-hidden="true">
        {minutes.map(({ from, silences, signals }, index) => {
          const x = (SLOTS - minutes.length + index) * 10;
          let top = 100;
          const parts = names.map((name) => {
            const height = (92 * (silences[name] ?? 0)) / most;
            top -= height;
            return <rect key={name} x={x} y={top} width="8" height={height} fill={color(name)} />;
          });
          return (
            <g key={from}>
              {parts}
              {signals > 0 && <rect x={x} y="0" width="8" height="4" fill="currentColor" />}
            </g>
          );
        })}
      </svg>
      <Scroll label="Reasons for silence">
        <table>
          <caption>
            The last {minutes.length} market minutes, from <Moment at={minutes[0]!.from} />; a stroke above marks a
            minute with a signal ({minutes.reduce((sum, { signals }) => sum + signals, 0)} signals)
          </caption>
          <thead>
            <tr>
              <th scope="col">Reason</th>
              <th scope="col" className="number">
                Looks
              </th>
              <th scope="col">Meaning</th>
            </tr>
          </thead>
          <tbody>
            {names.map((name) => (
              <tr key={name}>
                <th scope="row">
                  <svg viewBox="0 0 10 10" className="key" aria-hidden="true">
                    <rect width="10" height="10" fill={color(name)} />
                  </svg>{' '}
                  {words(name)}
                </th>
                <td className="number">{whole(totals.get(name))}</td>
                <td>{meanings[name]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

function Counts({
  title,
  counts,
}: {
  readonly title: string;
  readonly counts: Readonly<Record<string, number>>;
}): ReactElement | null {
  const rows = Object.entries(counts).sort((a, b) => b[1] - a[1]);
  if (rows.length === 0) return null;
  return (
    <section>
      <Scroll label={title}>
        <table>
          <caption>{title}</caption>
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col" className="number">
                How often
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, count]) => (
              <tr key={name}>
                <th scope="row">{words(name)}</th>
                <td className="number">{whole(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function StrategyCounts({
  strategies,
}: {
  readonly strategies: NonNullable<typeof house.statistics.value>['strategies'];
}): ReactElement {
  return (
    <section>
      <Scroll label="What each strategy said">
        <table>
          <caption>What each strategy said since the start</caption>
          <thead>
            <tr>
              <th scope="col">Strategy</th>
              <th scope="col" className="number">
                Buy
              </th>
              <th scope="col" className="number">
                Sell
              </th>
              <th scope="col">Abstained, mostly because of</th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(strategies).map(([name, { buy_votes, sell_votes, abstentions }]) => {
              const most = Object.entries(abstentions).sort((a, b) => b[1] - a[1])[0];
              return (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td className="number">{whole(buy_votes)}</td>
                  <td className="number">{whole(sell_votes)}</td>
                  <td>{most !== undefined && `${most[0]} (${whole(most[1])})`}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}
