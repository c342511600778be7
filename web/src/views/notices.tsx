import type { ReactElement } from 'react';
import { post } from '../api/ask.ts';
import { useAsked } from '../api/asked.ts';
import { house } from '../api/house.ts';
import { useStore } from '../api/store.ts';
import type { Notices } from '../api/wire.ts';
import { dateUtc, whole } from '../format.ts';
import type { Question } from '../parts/confirm.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { Moment } from '../parts/time.tsx';

const EVERY_MS = 5_000;

const MINUTES: Readonly<Record<string, number>> = {
  '30 minutes': 30,
  '2 hours': 120,
  '8 hours': 480,
  '1 day': 1_440,
};

/** Who is told by messages, how much of it arrived, and quiet for a while. */
export function NoticesView({ ask }: { readonly ask: (question: Question) => void }): ReactElement | null {
  const notices = useStore(house.notices);
  // Counts are no events, and neither is the end of a mute by its time.
  useAsked(() => house.refreshNotices(), EVERY_MS, 'notices');
  if (notices === undefined) return null;
  const { channels, muted } = notices;
  const hasTelegram = channels.some(({ name }) => name === 'telegram');
  return (
    <section aria-labelledby="notices-title" data-testid="notices">
      <h2 id="notices-title">Who is told</h2>
      {channels.length > 0 && <Channels channels={channels} />}
      {muted !== null && <Muted {...muted} />}
      {hasTelegram ? (
        <p className="buttons">
          <button type="button" onClick={() => ask(muting)}>
            Mute Telegram…
          </button>
          {muted !== null && (
            <button type="button" onClick={() => ask(unmuting)}>
              Unmute Telegram…
            </button>
          )}
        </p>
      ) : (
        <p>
          Nobody is told by Telegram, so there is nothing to mute. <code>TELEGRAM_BOT_TOKEN</code> and{' '}
          <code>TELEGRAM_CHAT_ID</code> set it up.
        </p>
      )}
    </section>
  );
}

function Channels({ channels }: Pick<Notices, 'channels'>): ReactElement {
  return (
    <Scroll label="Channels and what became of their messages">
      <table>
        <thead>
          <tr>
            <th scope="col">Channel</th>
            <th scope="col" className="number">
              Told
            </th>
            <th scope="col" className="number">
              Waiting
            </th>
            <th scope="col" className="number">
              In doubt
            </th>
            <th scope="col" className="number">
              Lost
            </th>
            <th scope="col" className="number">
              Refused
            </th>
            <th scope="col">Trouble</th>
          </tr>
        </thead>
        <tbody>
          {channels.map(({ name, told, waiting, in_doubt, lost, refused, trouble }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="number">{whole(told)}</td>
              <td className="number">{whole(waiting)}</td>
              <td className="number">{whole(in_doubt)}</td>
              <td className="number">{whole(lost)}</td>
              <td className="number">{whole(refused)}</td>
              <td className="story">{trouble === null ? 'none' : <p className="halted">{trouble}</p>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Muted({ until, since, by }: NonNullable<Notices['muted']>): ReactElement {
  return (
    <dl>
      <div>
        <dt>Telegram</dt>
        <dd>muted: alarms only</dd>
      </div>
      <div>
        <dt>until</dt>
        <dd>
          {dateUtc(until)} <Moment at={until} />
        </dd>
      </div>
      <div>
        <dt>by</dt>
        <dd>
          {by}, since {dateUtc(since)} <Moment at={since} />
        </dd>
      </div>
    </dl>
  );
}

const muting: Question = {
  title: 'Mute Telegram?',
  text: (
    <p>
      It tells alarms only until the time is over or somebody unmutes, over restarts too, and then how much it did not
      tell. Webhooks go on. A mute that runs is replaced.
    </p>
  ),
  act: 'Mute Telegram',
  choice: { label: 'For', options: Object.keys(MINUTES) },
  carryOut: async ({ choice }) => {
    house.notices.set(await post<Notices>('/api/v1/notices/mute', { minutes: MINUTES[choice] }));
  },
};

const unmuting: Question = {
  title: 'Unmute Telegram?',
  text: <p>It tells everything again, and first how much it did not tell.</p>,
  act: 'Unmute Telegram',
  carryOut: async () => {
    house.notices.set(await post<Notices>('/api/v1/notices/unmute'));
  },
};
