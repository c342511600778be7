import { type ReactElement, useState } from 'react';
import { house } from '../api/house.ts';
import { useStore } from '../api/store.ts';

/** Nobody is shown anything without a key: how to get in. */
export function Locked(): ReactElement {
  const [key, setKey] = useState('');
  const problem = useStore(house.keptOut);
  return (
    <main className="locked">
      <h1>Tapewire</h1>
      {problem !== undefined && <p role="alert">{problem}</p>}
      <p>
        On the machine that runs Tapewire, open the link that its start printed: it lets one browser in. Anywhere else,
        and later, a key does: the first one is in the file <code>api-key</code> of the data directory, and{' '}
        <code>tapewire keys add</code> makes others.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void house.enter({ key: key.trim() });
        }}
      >
        <label>
          Key
          <input
            type="password"
            autoComplete="off"
            spellCheck={false}
            value={key}
            required
            onChange={(event) => setKey(event.target.value)}
          />
        </label>
        <button type="submit" className="primary">
          Enter
        </button>
      </form>
    </main>
  );
}
