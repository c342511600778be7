import type { ReactElement } from 'react';
import { get } from '../api/ask.ts';
import { useAsked } from '../api/asked.ts';
import { house } from '../api/house.ts';
import type { ConfigAnswer } from '../api/wire.ts';
import { Scroll } from '../parts/scroll.tsx';

/** The configuration that runs, and the browser's own key. */
export function Settings(): ReactElement {
  const answer = useAsked(() => get<ConfigAnswer>('/api/v1/config'), 60_000, 'config');
  return (
    <>
      <section aria-labelledby="config-title">
        <h2 id="config-title">Configuration</h2>
        {answer === undefined ? (
          <p>It is shown to keys of scope admin.</p>
        ) : (
          <>
            <p>
              {answer.file === null ? 'There is no configuration file.' : `From ${answer.file}.`} It is changed there,
              or by flags and environment, and holds from the next start on. Secrets are not shown.
            </p>
            <Scroll label="All settings">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Key</th>
                    <th scope="col">Value</th>
                    <th scope="col">From</th>
                  </tr>
                </thead>
                <tbody>
                  {leavesOf(answer.config).map(([key, value]) => (
                    <tr key={key}>
                      <th scope="row">
                        <code>{key}</code>
                      </th>
                      <td>{value}</td>
                      <td>{answer.origins[key] ?? 'default'}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          </>
        )}
      </section>
      <section aria-labelledby="browser-title">
        <h2 id="browser-title">This browser</h2>
        <p>It has a key of its own, in a cookie. Leaving revokes it; tapewire keys revoke does so from elsewhere.</p>
        <button type="button" onClick={() => void house.leave().catch(() => undefined)}>
          Leave
        </button>
      </section>
    </>
  );
}

function leavesOf(value: unknown, path = ''): [key: string, value: string][] {
  const isBranch = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isBranch) return [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, below]) => leavesOf(below, path === '' ? key : `${path}.${key}`));
}
