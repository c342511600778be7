import type { ReactElement } from 'react';
import { get, post } from '../api/ask.ts';
import { useAsked } from '../api/asked.ts';
import { house } from '../api/house.ts';
import { useStore } from '../api/store.ts';
import type { Position } from '../api/wire.ts';
import { money, price, quantity, signed, words } from '../format.ts';
import type { Question } from '../parts/confirm.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { Moment } from '../parts/time.tsx';

const OPEN_EVERY_MS = 1_000;
const CLOSED_EVERY_MS = 5_000;
const CLOSED_MAX = 100;

interface PositionsProps {
  readonly ask: (question: Question) => void;
  readonly showSignal: (id: string) => void;
}

/** What is open now, with what it would bring, and can be closed. */
export function OpenPositions({ ask, showSignal }: PositionsProps): ReactElement {
  const page = useAsked(
    () => get<{ positions: Position[] }>('/api/v1/positions?state=OPEN&limit=500'),
    OPEN_EVERY_MS,
    'open',
  );
  const decimalsOf = useDecimals();
  const positions = page?.positions ?? [];
  return (
    <section aria-labelledby="open-title">
      <h2 id="open-title">Open positions</h2>
      {positions.length === 0 ? (
        <p className="empty">Nothing is open.</p>
      ) : (
        <Scroll label="Positions that are open">
          <table className="named-rows" data-testid="open-positions">
            <thead>
              <tr>
                <th scope="col">Position</th>
                <th scope="col">Account</th>
                <Numbers names={['Quantity', 'In at', 'Now', 'Stop', 'Target', 'Unrealised', 'Fees', 'Funding']} />
                <th scope="col">Since (UTC)</th>
                <th scope="col">
                  <span className="unseen">Action</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {positions.toReversed().map((each) => {
                const digits = decimalsOf(each.symbol);
                return (
                  <tr key={each.id} data-id={each.id}>
                    <Name position={each} showSignal={showSignal} />
                    <td>{each.account}</td>
                    <td className="number">{quantity(each.open_qty)}</td>
                    <td className="number">{price(each.entry_price, digits)}</td>
                    <td className="number">{price(each.price, digits)}</td>
                    <td className="number">{price(each.stop_loss, digits)}</td>
                    <td className="number">{price(each.take_profit, digits)}</td>
                    <Amount value={each.unrealised} />
                    <td className="number">{money(each.fees)}</td>
                    <td className="number">{money(each.funding)}</td>
                    <td>
                      <Moment at={each.opened_at} />
                    </td>
                    <td>
                      <button type="button" className="danger" onClick={() => ask(closingPosition(each))}>
                        Close <span className="unseen">{`${each.symbol} on ${each.account}`}</span>
                      </button>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}

/** What was opened and closed again, the newest first. */
export function RoundTrips({ showSignal }: Pick<PositionsProps, 'showSignal'>): ReactElement {
  const page = useAsked(
    () => get<{ positions: Position[] }>(`/api/v1/positions?state=CLOSED&limit=${CLOSED_MAX}`),
    CLOSED_EVERY_MS,
    'closed',
  );
  const decimalsOf = useDecimals();
  const positions = (page?.positions ?? []).toSorted((a, b) => ((a.closed_at ?? '') < (b.closed_at ?? '') ? 1 : -1));
  return (
    <section aria-labelledby="closed-title">
      <h2 id="closed-title">Closed round trips</h2>
      {positions.length === 0 ? (
        <p className="empty">Nothing was closed yet.</p>
      ) : (
        <Scroll label="The newest round trips">
          <table className="named-rows" data-testid="round-trips">
            <thead>
              <tr>
                <th scope="col">Position</th>
                <th scope="col">Account</th>
                <Numbers names={['Quantity', 'In at', 'Out at', 'Gross', 'Fees', 'Funding', 'Net', 'R']} />
                <th scope="col">Closed (UTC)</th>
                <th scope="col">Why</th>
              </tr>
            </thead>
            <tbody>
              {positions.map((each) => {
                const digits = decimalsOf(each.symbol);
                return (
                  <tr key={each.id} data-id={each.id}>
                    <Name position={each} showSignal={showSignal} />
                    <td>{each.account}</td>
                    <td className="number">{quantity(each.entry_qty)}</td>
                    <td className="number">{price(each.entry_price, digits)}</td>
                    <td className="number">{price(each.exit_price, digits)}</td>
                    <td className="number">{money(each.gross)}</td>
                    <td className="number">{money(each.fees)}</td>
                    <td className="number">{money(each.funding)}</td>
                    <Amount value={each.net} />
                    <td className="number">{each.r === null ? '–' : signed(each.r)}</td>
                    <td>{each.closed_at !== null && <Moment at={each.closed_at} />}</td>
                    <td>{words(each.reason)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}

function useDecimals(): (symbol: string) => number {
  const instruments = useStore(house.instruments);
  return (symbol) => instruments.find((each) => each.symbol === symbol)?.price_decimals ?? 2;
}

const Numbers = ({ names }: { readonly names: readonly string[] }): ReactElement[] =>
  names.map((name) => (
    <th key={name} scope="col" className="number">
      {name}
    </th>
  ));

function Name({
  position: { symbol, direction, signal_id },
  showSignal,
}: {
  readonly position: Position;
  readonly showSignal: PositionsProps['showSignal'];
}): ReactElement {
  return (
    <th scope="row">
      <button type="button" className="link" onClick={() => showSignal(signal_id)}>
        <span className={direction === 'BUY' ? 'buy' : 'sell'}>{direction === 'BUY' ? 'LONG' : 'SHORT'}</span> {symbol}
      </button>
    </th>
  );
}

/** Money with its sign, which the colour only repeats. */
function Amount({ value }: { readonly value: number | null }): ReactElement {
  if (value === null) return <td className="number">–</td>;
  return <td className={`number ${value < 0 ? 'sell' : 'buy'}`}>{signed(value)}</td>;
}

const closingPosition = ({ id, symbol, account, direction }: Position): Question => ({
  title: `Close ${symbol} on ${account}?`,
  text: (
    <p>
      The {direction === 'BUY' ? 'long' : 'short'} position is closed at the market, reduce-only, by whoever executes on{' '}
      {account}. This cannot be taken back.
    </p>
  ),
  act: 'Close the position',
  isDangerous: true,
  reason: { label: 'Why (kept with the order to close)', initial: 'closed on the dashboard' },
  carryOut: ({ reason }) => post(`/api/v1/positions/${encodeURIComponent(id)}/close`, { reason }),
});
