import { createRoot } from 'react-dom/client';
import { house } from './api/house.ts';
import { App } from './app.tsx';
import './style.css';

/** The code of the link stands behind the #, which no server and no log ever sees. */
function codeInAddress(): string | undefined {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (location.hash !== '') history.replaceState(null, '', location.pathname);
  return code ?? undefined;
}

async function enterByLink(): Promise<void> {
  const code = codeInAddress();
  if (code !== undefined) await house.enter({ code });
}

// A link that is opened where the dashboard is open already loads nothing anew: only what stands behind the # changes.
addEventListener('hashchange', () => void enterByLink());
await enterByLink();
// Also when the code was refused: a browser that has its cookie already does not need it.
house.start();
createRoot(document.getElementById('root')!).render(<App />);
