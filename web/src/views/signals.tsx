import { memo, type ReactElement, useEffect } from 'react';
import { post } from '../api/ask.ts';
import { house } from '../api/house.ts';
import { useStore } from '../api/store.ts';
import type { Delivery, Instrument, Signal } from '../api/wire.ts';
import { milliseconds, price, quantity, words } from '../format.ts';
import type { Question } from '../parts/confirm.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { Moment } from '../parts/time.tsx';

export interface SignalsProps {
  readonly chosen: string | undefined;
  readonly choose: (id: string | undefined) => void;
  readonly ask: (question: Question) => void;
  readonly showOnChart: (signal: Signal) => void;
}

/** Every signal, newest first, with its life: offered, claimed, filled, closed, or how else it ended. */
export function Signals({ chosen, choose, ask, showOnChart }: SignalsProps): ReactElement {
  const signals = useStore(house.signals);
  const instruments = useStore(house.instruments);
  const signal = signals.find(({ id }) => id === chosen);
  const decimalsOf = (symbol: string): number => decimals(instruments, symbol);
  return (
    <div className="split">
      <section aria-labelledby="signals-title">
        <h2 id="signals-title">Signals</h2>
        {signals.length === 0 ? (
          <p className="empty">
            No signal yet. Why not stands under Market, instrument by instrument, and under Health for all of them.
          </p>
        ) : (
          <Scroll label="All signals">
            <table data-testid="signals">
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
                  <th scope="col">Life</th>
                </tr>
              </thead>
              <tbody>
                {signals.toReversed().map((each) => (
                  <Row
                    key={each.id}
                    signal={each}
                    decimals={decimalsOf(each.symbol)}
                    isChosen={each.id === chosen}
                    choose={choose}
                  />
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
      </section>
      {signal !== undefined && (
        <Detail signal={signal} decimals={decimalsOf(signal.symbol)} ask={ask} showOnChart={showOnChart} />
      )}
    </div>
  );
}

/** Drawn again only when its own signal changes: there are hundreds. */
const Row = memo(function Row({
  signal,
  decimals: digits,
  isChosen,
  choose,
}: {
  readonly signal: Signal;
  readonly decimals: number;
  readonly isChosen: boolean;
  readonly choose: SignalsProps['choose'];
}): ReactElement {
  const { id, symbol, intent, direction, timeframe } = signal;
  return (
    <tr className={isChosen ? 'chosen' : undefined} data-id={id}>
      <td>
        <Moment at={signal.issued_at} />
      </td>
      <th scope="row">
        <button
          type="button"
          className="link"
          aria-pressed={isChosen}
          onClick={() => choose(isChosen ? undefined : id)}
        >
          <span className={direction === 'BUY' ? 'buy' : 'sell'}>{intent === 'CLOSE' ? 'CLOSE' : direction}</span>{' '}
          {symbol} {timeframe}
        </button>
      </th>
      <td className="number">{price(signal.entry_price, digits)}</td>
      <td className="number">{price(signal.stop_loss, digits)}</td>
      <td className="number">{price(signal.take_profit, digits)}</td>
      <td className="story">{lifeOf(signal)}</td>
    </tr>
  );
});

const decimals = (instruments: readonly Instrument[], symbol: string): number =>
  instruments.find((each) => each.symbol === symbol)?.price_decimals ?? 2;

/** What came of it, account by account: `expired on default, filled on paper`. */
function lifeOf({ state, outcome, deliveries = [] }: Signal): string {
  const lives = deliveries.map(({ account, state: life }) => `${words(life)} on ${account}`);
  if (state === 'ACTIVE') return lives.length === 0 ? 'active' : `active, ${lives.join(', ')}`;
  return lives.length === 0 ? words(outcome?.state ?? state) : lives.join(', ');
}

function Detail({
  signal,
  decimals: digits,
  ask,
  showOnChart,
}: {
  readonly signal: Signal;
  readonly decimals: number;
  readonly ask: SignalsProps['ask'];
  readonly showOnChart: SignalsProps['showOnChart'];
}): ReactElement {
  const { id, symbol, direction, intent, deliveries = [] } = signal;
  // Events tell what happened, not the whole story: the server has that.
  useEffect(() => void house.refresh(id).catch(() => undefined), [id]);
  const isOpen = deliveries.some(({ state }) =>
    ['FILLED', 'PARTIAL', 'WORKING', 'CLAIMED', 'IN_DOUBT'].includes(state),
  );
  return (
    <section className="detail" aria-labelledby="detail-title">
      <h2 id="detail-title">
        {intent === 'CLOSE' ? 'CLOSE' : direction} {symbol} {signal.timeframe}
      </h2>
      <p className="buttons">
        <button type="button" onClick={() => showOnChart(signal)}>
          Show on the chart
        </button>
        {signal.state === 'ACTIVE' && intent === 'ENTRY' && (
          <button type="button" onClick={() => ask(cancelling(signal))}>
            Cancel the signal
          </button>
        )}
        {isOpen && intent === 'ENTRY' && (
          <button type="button" className="danger" onClick={() => ask(closing(signal))}>
            Close the position
          </button>
        )}
      </p>
      <dl>
        <Fact name="entry" value={price(signal.entry_price, digits)} />
        <Fact name="stop" value={price(signal.stop_loss, digits)} />
        <Fact
          name="targets"
          value={[signal.tp1, signal.tp2, signal.tp3].map((each) => price(each, digits)).join(' / ')}
        />
        <Fact name="leverage" value={`at most ${signal.leverage}×`} />
        <Fact
          name="strength"
          value={`${signal.signal_strength} (how loudly strategies agree, not a chance of winning)`}
        />
        <Fact name="consensus" value={`${signal.consensus_confidence} % of the weight`} />
        <Fact name="from" value={`${signal.producer}, ${signal.market}`} />
        <Fact name="outcome" value={signal.outcome === undefined ? 'active' : signal.outcome.reason} />
      </dl>
      <h3>Why</h3>
      <ul>
        {signal.reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      {deliveries.map((delivery) => (
        <DeliveryDetail key={delivery.id} delivery={delivery} digits={digits} />
      ))}
    </section>
  );
}

const Fact = ({ name, value }: { readonly name: string; readonly value: string }): ReactElement => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);

function DeliveryDetail({ delivery, digits }: { readonly delivery: Delivery; readonly digits: number }): ReactElement {
  const { account, state, reason, consumer, filled_qty, avg_price, exit_price, fees, slippage_bps } = delivery;
  return (
    <>
      <h3>
        On {account}: {words(state)}
      </h3>
      <p>
        {reason}
        {consumer !== undefined && `, executed by ${consumer}`}.
        {filled_qty !== undefined && ` Filled ${quantity(filled_qty)} at ${price(avg_price, digits)}.`}
        {exit_price !== undefined && ` Out at ${price(exit_price, digits)}.`}
        {fees !== undefined && ` Fees ${quantity(fees)}.`}
        {slippage_bps !== undefined && ` Slippage ${slippage_bps} bp (above 0 is worse).`}
      </p>
      <ol className="steps">
        {delivery.history.map(({ seq, at, state: step, by, reason: why }) => (
          <li key={seq}>
            <Moment at={at} /> <strong>{words(step)}</strong> by {by}: {why}
          </li>
        ))}
      </ol>
      <Waterfall account={account} stages={delivery.latency} />
    </>
  );
}

/** Where the time went, stage by stage: the bar shows when each began after the one before, and how long it took. */
function Waterfall({
  account,
  stages,
}: Pick<Delivery, 'account'> & { readonly stages: Delivery['latency'] }): ReactElement | null {
  const timed = stages.filter((stage) => stage.ms !== undefined);
  if (timed.length === 0) return null;
  const total = timed.reduce((sum, { ms = 0 }) => sum + ms, 0);
  let before = 0;
  return (
    <Scroll label={`Stages on ${account}`}>
      <table className="waterfall">
        <caption>How long it took, {milliseconds(total)} in all that was measured</caption>
        <thead>
          <tr>
            <th scope="col">Stage</th>
            <th scope="col" className="number">
              Took
            </th>
            <th scope="col">
              <span className="unseen">As a bar</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {timed.map(({ stage, ms = 0 }) => {
            const from = total === 0 ? 0 : (100 * before) / total;
            before += ms;
            return (
              <tr key={stage}>
                <th scope="row">{words(stage)}</th>
                <td className="number">{milliseconds(ms)}</td>
                <td>
                  <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                    <rect x={from} y="1" height="6" width={Math.max(0.8, total === 0 ? 0 : (100 * ms) / total)} />
                  </svg>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}

const cancelling = ({ id, symbol, direction }: Signal): Question => ({
  title: 'Cancel this signal?',
  text: (
    <p>
      {direction} {symbol}: nobody may enter on it any more; an order that rests is withdrawn by its executor. A
      position that is open already stays open.
    </p>
  ),
  act: 'Cancel the signal',
  reason: { label: 'Why (kept with the signal)', initial: 'cancelled on the dashboard' },
  carryOut: async ({ reason }) => {
    await post(`/api/v1/signals/${id}/cancel`, { reason });
    await house.refresh(id);
  },
});

const closing = ({ id, symbol }: Signal): Question => ({
  title: 'Close this position?',
  text: (
    <p>{symbol}: whoever executes it is asked to close it at the market, reduce-only. This cannot be taken back.</p>
  ),
  act: 'Close the position',
  isDangerous: true,
  reason: { label: 'Why (kept with the order to close)', initial: 'closed on the dashboard' },
  carryOut: async ({ reason }) => {
    await post(`/api/v1/signals/${id}/close`, { reason });
    await house.refresh(id);
  },
});
