import type { ReactElement } from 'react';
import { post } from '../api/ask.ts';
import { useAsked } from '../api/asked.ts';
import { house } from '../api/house.ts';
import { useStore } from '../api/store.ts';
import type { Account, Delivery, Signal } from '../api/wire.ts';
import { ago } from '../format.ts';
import type { Question } from '../parts/confirm.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { Moment } from '../parts/time.tsx';
import { PerformanceCards } from './performance.tsx';
import { OpenPositions, RoundTrips } from './positions.tsx';
import { RiskView } from './risk.tsx';

const HEARTBEATS_EVERY_MS = 2_000;

export interface AccountsProps {
  readonly ask: (question: Question) => void;
  readonly showSignal: (id: string) => void;
}

/** Its venue is part of the bot: it has no heart to beat. */
const PAPER = 'paper';

interface Held {
  readonly signal: Signal;
  readonly delivery: Delivery;
}

/** Who executes for whom, what is in doubt, what is open, what was closed, and what all of it brought. */
export function Accounts({ ask, showSignal }: AccountsProps): ReactElement {
  const accounts = useStore(house.accounts);
  // A heartbeat is no event.
  useAsked(() => house.refreshAccounts(), HEARTBEATS_EVERY_MS, 'accounts');
  const signals = useStore(house.signals);
  const doubts = signals.flatMap((signal) =>
    (signal.deliveries ?? [])
      .filter(({ state }) => state === 'IN_DOUBT')
      .map((delivery): Held => ({ signal, delivery })),
  );
  return (
    <>
      <section aria-labelledby="executors-title">
        <h2 id="executors-title">Executors</h2>
        <Scroll label="Accounts and who executes for them">
          <table>
            <thead>
              <tr>
                <th scope="col">Account</th>
                <th scope="col">Held by</th>
                <th scope="col">Since (UTC)</th>
                <th scope="col">Last heartbeat</th>
                <th scope="col" className="number">
                  In doubt
                </th>
                <th scope="col">Entries</th>
              </tr>
            </thead>
            <tbody>
              {accounts.map((account) => (
                <Executor key={account.account} {...{ account, ask }} />
              ))}
            </tbody>
          </table>
        </Scroll>
      </section>
      <Doubts doubts={doubts} ask={ask} showSignal={showSignal} />
      <OpenPositions ask={ask} showSignal={showSignal} />
      <PerformanceCards />
      <RiskView ask={ask} />
      <RoundTrips showSignal={showSignal} />
    </>
  );
}

function Executor({ account, ask }: { readonly account: Account; readonly ask: AccountsProps['ask'] }): ReactElement {
  const { account: name, holder, halted, halted_reason, halted_by, halted_at, in_doubt } = account;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{holder?.consumer ?? 'nobody'}</td>
      <td>{holder !== undefined && <Moment at={holder.since} />}</td>
      <td>{holder !== undefined && (name === PAPER ? 'in the bot itself' : `${ago(holder.silent_ms)} ago`)}</td>
      <td className="number">{in_doubt}</td>
      <td>
        {halted && (
          <p className="halted">
            HALTED by {halted_by} {halted_at !== undefined && <Moment at={halted_at} />}: {halted_reason}
          </p>
        )}
        <button
          type="button"
          className={halted ? undefined : 'danger'}
          onClick={() => ask(halted ? resuming(name) : halting(name))}
        >
          {halted ? `Resume ${name}` : `Halt ${name}`}
        </button>
      </td>
    </tr>
  );
}

export const halting = (account: string): Question => ({
  title: `Halt ${account}?`,
  text: (
    <p>
      No signal is issued, offered or granted on {account} until somebody resumes it, over restarts too. What is open
      stays open and can still be closed.
    </p>
  ),
  act: `Halt ${account}`,
  isDangerous: true,
  reason: { label: 'Why (shown to everybody)', initial: 'halted on the dashboard' },
  carryOut: async ({ reason }) => {
    await post(`/api/v1/accounts/${account}/halt`, { reason });
    await house.refreshAccounts();
  },
});

export const resuming = (account: string): Question => ({
  title: `Resume ${account}?`,
  text: <p>Signals are issued and offered on {account} again. What was halted does not come back.</p>,
  act: `Resume ${account}`,
  carryOut: async () => {
    await post(`/api/v1/accounts/${account}/resume`);
    await house.refreshAccounts();
  },
});

function Doubts({
  doubts,
  ask,
  showSignal,
}: {
  readonly doubts: readonly Held[];
  readonly ask: AccountsProps['ask'];
  readonly showSignal: AccountsProps['showSignal'];
}): ReactElement {
  return (
    <section aria-labelledby="doubt-title" className={doubts.length > 0 ? 'alarm' : undefined}>
      <h2 id="doubt-title">In doubt</h2>
      {doubts.length === 0 ? (
        <p>Nothing: of every order that was sent it is known what became of it.</p>
      ) : (
        <ul>
          {doubts.map(({ signal, delivery }) => (
            <li key={delivery.id}>
              <button type="button" className="link" onClick={() => showSignal(signal.id)}>
                {signal.direction} {signal.symbol}
              </button>{' '}
              on {delivery.account}: {delivery.reason}. Look at the venue for an order with the id{' '}
              <code>{delivery.client_order_id}</code>.{' '}
              <button type="button" onClick={() => ask(resolving(delivery))}>
                Resolve
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const resolving = ({ id, signal_id, client_order_id }: Delivery): Question => ({
  title: 'What became of it?',
  text: (
    <p>
      Say what you found at the venue, among orders and fills, for <code>{client_order_id}</code>. A report that comes
      later still counts more.
    </p>
  ),
  act: 'That is what I found',
  choice: { label: 'It was', options: ['NOT_SENT', 'REJECTED', 'FILLED'] },
  amounts: { of: 'FILLED', fields: { qty: 'All that was filled', avg_price: 'At which price, on average' } },
  reason: { label: 'How you know', initial: 'looked at orders and fills at the venue' },
  carryOut: async ({ reason, choice, amounts }) => {
    await post(`/api/v1/deliveries/${id}/resolve`, { state: choice, reason, ...amounts });
    await house.refresh(signal_id);
    await house.refreshAccounts();
  },
});
