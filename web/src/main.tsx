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

const code = codeInAddress();
let problem: string | undefined;
if (code !== undefined) {
  try {
    await house.enter({ code });
  } catch (error) {
    // A browser that has its cookie already does not need the code.
    problem = error instanceof Error ? error.message : String(error);
  }
}
house.start();
createRoot(document.getElementById('root')!).render(<App problem={problem} />);
