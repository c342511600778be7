import { createHash } from 'node:crypto';
import { errorJson } from '../../contract/refusal.ts';
import type { Answers } from './answers.ts';
import type { ApiHouse } from './api-house.ts';
import { PAGE_STYLE } from './docs-style.ts';
import type { View } from './showing.ts';

const STYLE_HASH = createHash('sha256').update(PAGE_STYLE).digest('base64');

/** Nothing but this page's own style: no script, no frame, nothing from elsewhere. */
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export interface DocsPage {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

/**
 * The page at `/`: what this server is, on which market, and every route with a command to try it. Its examples are
 * the server's own answers at this moment. Works without scripts.
 *
 * @param view What of the live signals may be on the page: looking at it marks none as shown.
 * @param port The port the server listens on.
 */
export function docsPage(house: ApiHouse, answers: Answers, view: View, version: string, port: number): DocsPage {
  const base = `http://127.0.0.1:${port}`;
  const health = JSON.parse(answers.health().body) as { status: string; active_signals: number; timestamp: string };
  const stats = JSON.parse(answers.stats().body) as { statistics: { explanation: string } };
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Tapewire API - ${escapeHtml(house.market.label)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
<h1>Tapewire <small>${escapeHtml(version)}</small></h1>
<p class="market ${house.market.kind === 'LIVE' ? 'live' : 'unreal'}"><strong>${escapeHtml(house.market.label)}</strong> ${MARKET_NOTES[house.market.kind]}</p>
<p>${escapeHtml(stats.statistics.explanation)}</p>
<dl>
<div><dt>Condition</dt><dd>${escapeHtml(health.status)}</dd></div>
<div><dt>Live signals</dt><dd>${health.active_signals}</dd></div>
<div><dt>Market time (UTC)</dt><dd>${escapeHtml(health.timestamp.slice(0, 19).replace('T', ' '))}</dd></div>
<div><dt>Speed</dt><dd>${house.clock.speed} x</dd></div>
</dl>
<p><a href="/dashboard">Look at it live</a>: market, votes, signals and accounts on one page; the link that the start of
Tapewire printed lets your browser in.</p>
<p><a href="/docs">Try the API in the browser</a> or read its <a href="/api/openapi.json">OpenAPI document</a>.</p>

<h2>Routes</h2>
<div class="wide"><table>
<thead><tr><th>Request</th><th>Answer</th></tr></thead>
<tbody>
${ROUTES.map(([request, answer]) => `<tr><td><code>${request}</code></td><td>${answer}</td></tr>`).join('\n')}
</tbody>
</table></div>
<p>A <code>timestamp</code> is UTC market time with six digits and no zone, <code>2024-11-21T10:30:45.123456</code>. That
of a signal is unique and never changes: it is the key to acknowledge it by. A request that is refused is answered with
<code>${escapeHtml(errorJson('why'))}</code>.</p>

<h2>For executors</h2>
<p>Programs that trade by themselves use <code>/api/v1</code>: a session holds the account, a claim gives a signal to exactly
one of them with a deadline, reports say what became of it, and <code>/api/v1/stream</code> (or
<code>/api/v1/events</code>) tells everything in order and resumes. <code>/api/v1/market/stream</code> has the trades and
quotes that the signals were made from, <code>/api/v1/metrics</code> is for Prometheus. Every call needs a key, from this
machine as well: <code>Authorization: Bearer</code> and what stands in the file <code>api-key</code> of the data directory. The
<a href="/docs">page to try it</a> lists all calls.</p>

<h2>Try it</h2>
<p>The newest signal. In a Windows prompt, in PowerShell 7 and in any other shell:</p>
<pre><code>curl ${base}/api/signals/latest</code></pre>
<p>The answer at this moment (looking at this page takes no signal: one that no client has read yet is not on it):</p>
<pre><code>${escapeHtml(indented(answers.latest(view).body))}</code></pre>
<p>To say that you have processed it, in a POSIX shell:</p>
<pre><code>curl -X POST ${base}/api/signals/acknowledge \\
  -H 'Content-Type: application/json' \\
  -d '{"timestamp":"2024-11-21T10:30:45.123456"}'</code></pre>
<p>in a Windows prompt:</p>
<pre><code>curl -X POST ${base}/api/signals/acknowledge ^
  -H "Content-Type: application/json" ^
  -d "{\\"timestamp\\":\\"2024-11-21T10:30:45.123456\\"}"</code></pre>
<p>and in PowerShell:</p>
<pre><code>Invoke-RestMethod ${base}/api/signals/acknowledge -Method Post \`
  -ContentType application/json -Body '{"timestamp":"2024-11-21T10:30:45.123456"}'</code></pre>

<h2>Good to know</h2>
<ul>
<li>Signals expire: <code>metadata.expires_at</code>. What can no longer be traded is not shown, whoever asks. Acknowledged
and expired signals are in <code>/api/signals/history</code> with their end.</li>
<li><code>/api/signals/latest</code> never goes back: once the newest signal has ended, an older one does not take its
place.</li>
<li>The market's name is in every answer's header <code>X-Tapewire-Market</code> and in every signal's
<code>metadata.market</code>.</li>
<li>Other machines are answered <code>GET /api/health</code>, and more only with a key: <code>tapewire keys add --guide</code>
prints the base URL for a client there. Clients here use <code>127.0.0.1</code>: this machine's network address counts as
another machine, and <code>localhost</code> can cost them two seconds.</li>
<li><code>metadata.seq</code> is the number of the journal entry that issued the signal. Ends of signals are entries, too, so
the numbers of signals that follow each other have gaps.</li>
<li>Web pages may use this server only when it served them, under the very host and port they call: to a page from
<code>127.0.0.1</code>, <code>localhost</code> is foreign. A request body is JSON, whatever the method.</li>
<li>Signals are not advice, and no profit has been shown for them. Try them without money first.</li>
</ul>
</main>
</body>
</html>
`;
  return { html, contentSecurityPolicy: POLICY };
}

const MARKET_NOTES = {
  SIMULATED: 'Every price and every signal here is made up by a simulator. Nothing of it comes from a real market.',
  REPLAY: 'These are recorded prices of the past. Nothing of it is happening now.',
  DEMO: 'These are test signals with fixed prices. No market is watched.',
  LIVE: 'Live market data.',
} as const;

const ROUTES: readonly (readonly [request: string, answer: string])[] = [
  ['GET /api/signals', 'The live signals, oldest first, at most the newest 50.'],
  ['GET /api/signals/latest', 'The newest signal of all while it is live; otherwise 404 with <code>no_signals</code>.'],
  [
    'GET /api/signals/{symbol}',
    'Live signals of one symbol, and the newest of them as <code>signal</code>. <code>ETHUSDT</code>, <code>eth-usdt</code> and <code>ETH/USDT:USDT</code> are the same.',
  ],
  [
    'POST /api/signals/acknowledge',
    'Marks a signal as processed; it is in the journal when the answer comes. Doing it twice changes nothing.',
  ],
  ['GET /api/signals/history', 'The last 500 signals that are no longer live, each with how it ended.'],
  [
    'GET /api/health',
    'The measured condition: <code>healthy</code>, <code>degraded</code> or, with 503, <code>failed</code>.',
  ],
  ['GET /api/stats', 'Why there are signals or none: every reason counted, strategy by strategy.'],
];

/**
 * JSON text with line breaks, its number tokens untouched: parsing and printing it would turn 3500.0 into 3500.
 */
export function indented(json: string): string {
  let depth = 0;
  const line = () => `\n${'  '.repeat(depth)}`;
  return json.replace(/"(?:[^"\\]|\\.)*"|\{\}|\[\]|[{}[\],:]/g, (token) => {
    if (token === '{' || token === '[') {
      depth += 1;
      return token + line();
    }
    if (token === '}' || token === ']') {
      depth -= 1;
      return line() + token;
    }
    if (token === ',') return token + line();
    return token === ':' ? ': ' : token;
  });
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
