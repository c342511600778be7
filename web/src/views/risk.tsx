import type { ReactElement } from 'react';
import { get, post } from '../api/ask.ts';
import { useAsked } from '../api/asked.ts';
import type { Ledger, Risk } from '../api/wire.ts';
import { money, quantity, signed, whole, words } from '../format.ts';
import type { Question } from '../parts/confirm.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { Moment } from '../parts/time.tsx';

const EVERY_MS = 2_000;

/** Whether the bot may open positions, how near its limits are, and whether everybody says the same is open. */
export function RiskView({ ask }: { readonly ask: (question: Question) => void }): ReactElement | null {
  const answer = useAsked(() => get<{ risk: Risk }>('/api/v1/risk'), EVERY_MS, 'risk');
  const ledgers = useAsked(() => get<{ ledgers: Ledger[]; equal: boolean }>('/api/v1/ledgers'), EVERY_MS, 'ledgers');
  if (answer === undefined) return null;
  const { mode, reason, by, since, until, equity, unrealised, exposure, limits, refused } = answer.risk;
  return (
    <div className="cards">
      <section aria-labelledby="risk-title" className={mode === 'ACTIVE' ? undefined : 'alarm'}>
        <h2 id="risk-title">
          Risk: {mode} <span className="quiet">{words(answer.risk.account)}</span>
        </h2>
        <p>
          {reason} ({by}
          {since !== null && (
            <>
              , since <Moment at={since} />
            </>
          )}
          {until !== null && (
            <>
              , until <Moment at={until} />
            </>
          )}
          ).
        </p>
        {equity !== null && (
          <p>
            Equity {money(equity)}, of it unrealised {signed(unrealised ?? 0)}; {money(exposure ?? 0)} at risk of the
            market.
          </p>
        )}
        <p className="buttons">
          {mode === 'ACTIVE' ? (
            <button type="button" className="danger" onClick={() => ask(haltingAll)}>
              Halt all
            </button>
          ) : (
            <button type="button" onClick={() => ask(resumingAll)}>
              Resume all
            </button>
          )}
          <button type="button" className="danger" onClick={() => ask(flattening)}>
            Flatten
          </button>
        </p>
      </section>
      <section aria-label="Limits">
        <Scroll label="Limits of risk and how near they are">
          <table>
            <caption>Limits; 0 is none</caption>
            <thead>
              <tr>
                <th scope="col">Limit</th>
                <th scope="col" className="number">
                  Is
                </th>
                <th scope="col" className="number">
                  At most
                </th>
              </tr>
            </thead>
            <tbody>
              {limits.map(({ rule, value, limit }) => (
                <tr key={rule}>
                  <th scope="row">
                    <code>{rule}</code>
                  </th>
                  <td className="number">{value === null ? '–' : quantity(value)}</td>
                  <td className="number">{quantity(limit)}</td>
                </tr>
              ))}
              {Object.entries(refused).map(([rule, count]) => (
                <tr key={rule}>
                  <th scope="row">refused: {words(rule)}</th>
                  <td className="number">{whole(count)}</td>
                  <td />
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </section>
      {ledgers !== undefined && <Ledgers {...ledgers} />}
    </div>
  );
}

function Ledgers({ ledgers, equal }: { readonly ledgers: readonly Ledger[]; readonly equal: boolean }): ReactElement {
  return (
    <section aria-labelledby="ledgers-title" className={equal ? undefined : 'alarm'}>
      <h2 id="ledgers-title">Ledgers: {equal ? 'all agree' : 'they differ'}</h2>
      {ledgers.length === 0 ? (
        <p className="empty">Nothing is open anywhere.</p>
      ) : (
        <Scroll label="Ledgers">
          <table>
            <thead>
              <tr>
                <th scope="col">Open</th>
                <th scope="col" className="number">
                  Bot
                </th>
                <th scope="col" className="number">
                  Executor
                </th>
                <th scope="col" className="number">
                  Venue
                </th>
              </tr>
            </thead>
            <tbody>
              {ledgers.map((row) => (
                <tr key={`${row.account} ${row.symbol}`}>
                  <th scope="row">
                    {row.symbol} on {row.account}
                    {!row.equal && (
                      <p className="halted">
                        {row.explanation}: {row.remedy}
                      </p>
                    )}
                  </th>
                  <td className="number">{quantity(row.bot)}</td>
                  <td className="number">{quantity(row.executor)}</td>
                  <td className="number">{quantity(row.venue)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}

const haltingAll: Question = {
  title: 'Halt everything?',
  text: <p>No entries on any account, over restarts, until somebody resumes. What is open stays open.</p>,
  act: 'Halt all',
  isDangerous: true,
  reason: { label: 'Why (shown to everybody)', initial: 'halted on the dashboard' },
  carryOut: ({ reason }) => post('/api/v1/risk/halt', { reason }),
};

const resumingAll: Question = {
  title: 'Resume everything?',
  text: <p>The bot may open positions again, and losses are measured anew from now on.</p>,
  act: 'Resume all',
  reason: { label: 'Why (shown to everybody)', initial: 'resumed on the dashboard' },
  carryOut: ({ reason }) => post('/api/v1/risk/resume', { reason }),
};

const flattening: Question = {
  title: 'Close everything that is open?',
  text: (
    <p>
      Halts all accounts and asks whoever executes to close every position at the market. This cannot be taken back.
    </p>
  ),
  act: 'Flatten',
  isDangerous: true,
  reason: { label: 'Why (shown to everybody)', initial: 'flattened on the dashboard' },
  carryOut: ({ reason }) => post('/api/v1/risk/flatten', { reason }),
};
