import { type ReactElement, useState } from 'react';
import { get } from '../api/ask.ts';
import { useAsked } from '../api/asked.ts';
import type { InstrumentView, Look } from '../api/wire.ts';
import { ago, breakable, percent, words } from '../format.ts';
import { Choices } from '../parts/choices.tsx';
import { Scroll } from '../parts/scroll.tsx';

const EVERY_MS = 1_000;

/** Why there is no signal at this moment, or what it would be made of. */
export function Why({ symbol }: { readonly symbol: string }): ReactElement {
  const view = useAsked(
    () => get<InstrumentView>(`/api/v1/instruments/${encodeURIComponent(symbol)}`),
    EVERY_MS,
    symbol,
  );
  const [timeframe, setTimeframe] = useState<Look['timeframe']>('1m');
  const look = view?.looks.find((each) => each.timeframe === timeframe) ?? view?.looks[0];
  return (
    <section className="why" aria-labelledby="why-title">
      <header>
        <h2 id="why-title">Why</h2>
        {view !== undefined && (
          <Choices
            label="Timeframe of the votes"
            options={view.looks.map((each) => each.timeframe)}
            chosen={look?.timeframe}
            choose={setTimeframe}
          />
        )}
      </header>
      {view === undefined || look === undefined ? (
        <p>Nothing was voted on yet.</p>
      ) : (
        <>
          <Outcome look={look} view={view} />
          <Votes look={look} />
          <Sum look={look} />
        </>
      )}
    </section>
  );
}

function Outcome({ look, view }: { readonly look: Look; readonly view: InstrumentView }): ReactElement {
  const isDecision = look.outcome === 'decision' || look.outcome === 'same_condition';
  return (
    <div className="outcome">
      <p>
        <strong className={isDecision ? (look.side === 'BUY' ? 'buy' : 'sell') : undefined}>
          {isDecision ? `${look.side} decided` : words(look.outcome)}
        </strong>
        : {look.explanation}.
      </p>
      {look.nearest !== null && (
        <p>
          Nearest missing: {look.nearest.name} {unit(look.nearest.name, look.nearest.have)} of{' '}
          {unit(look.nearest.name, look.nearest.need)}.
        </p>
      )}
      {view.obstacles.length > 0 && (
        <ul>
          {view.obstacles.map(({ name, meaning }) => (
            <li key={name}>
              <strong>{words(name)}</strong>: {meaning}
              {name === 'cool_down' && ` (${ago(view.cool_down_left_ms)} of market time left)`}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Votes({ look }: { readonly look: Look }): ReactElement {
  return (
    <Scroll label="Votes">
      <table className="votes">
        <caption>What each strategy says now, {look.timeframe}</caption>
        <thead>
          <tr>
            <th scope="col">Strategy</th>
            <th scope="col" className="number">
              Weight
            </th>
            <th scope="col">Says</th>
          </tr>
        </thead>
        <tbody>
          {look.opinions.map(({ strategy, weight, side, strength, reason }) => (
            <tr key={strategy}>
              <th scope="row">{strategy}</th>
              <td className="number">{percent((100 * weight) / look.total_weight, 0)}</td>
              <td>
                {side === null ? (
                  <span className="abstains">abstains: {breakable(reason)}</span>
                ) : (
                  <span className={side === 'BUY' ? 'buy' : 'sell'}>
                    {side} {strength?.toFixed(0)}: {breakable(reason)}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** The arithmetic, so that anybody can do it again. */
function Sum({ look }: { readonly look: Look }): ReactElement {
  const { buy_weight: buy, sell_weight: sell, total_weight: total, demands } = look;
  return (
    <Scroll label="What a decision needs">
      <table className="sum">
        <caption>
          For buying {share(buy, total)}, for selling {share(sell, total)} of all weight; the heavier side must have
        </caption>
        <thead>
          <tr>
            <th scope="col">Asked for</th>
            <th scope="col" className="number">
              Is
            </th>
            <th scope="col" className="number">
              Needs
            </th>
          </tr>
        </thead>
        <tbody>
          {demands.map(({ name, have, need }) => (
            <tr key={name} className={have >= need ? 'met' : 'unmet'}>
              <th scope="row">
                {have >= need ? '✓' : '✗'} {name}
              </th>
              <td className="number">{unit(name, have)}</td>
              <td className="number">{unit(name, need)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

const share = (weight: number, total: number): string => percent(total === 0 ? 0 : (100 * weight) / total);
const unit = (name: string, value: number): string =>
  name === 'consensus' ? percent(value) : name === 'strength' ? value.toFixed(1) : value.toFixed(0);
