// How soon the dashboard shows something useful, how soon what the engine decides, and how soon that the server is gone.
//   node dist/bench/dashboard.js [--opens 15] [--signals 200]
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { launchChromium, WITHOUT_CHROMIUM } from '../test/dashboard/chromium.ts';
import { Stage } from '../test/dashboard/stage.ts';
import { Visitor } from '../test/dashboard/visitor.ts';
import { machine, percentile, spread } from './measure.testing.ts';

const { values } = parseArgs({
  options: { opens: { type: 'string', default: '15' }, signals: { type: 'string', default: '200' } },
});

/** In the page: when the row of each signal appeared, by the clock that the server shares. */
const WATCH_ROWS = `
  window.seenAtMs = {};
  new MutationObserver(() => {
    for (const row of document.querySelectorAll('[data-testid=signals] tr[data-id]')) {
      window.seenAtMs[row.dataset.id] ??= Date.now();
    }
  }).observe(document.body, { childList: true, subtree: true });
`;

/** In the page, from the start of its loading: when a price of an instrument was there to be read, after it was painted. */
const WATCH_FIRST_PRICE = `
  const look = () => {
    const shown = document.querySelector('[data-testid=last-price]')?.textContent ?? '';
    if (/\\d/.test(shown)) requestAnimationFrame(() => { window.usefulMs = performance.now(); });
    else requestAnimationFrame(look);
  };
  look();
`;

if (WITHOUT_CHROMIUM !== false) {
  console.log(`skipped: ${WITHOUT_CHROMIUM}`);
} else {
  const [stage, browser] = await Promise.all([Stage.open(), launchChromium()]);
  const visitor = await Visitor.of(browser);
  await visitor.open(stage.link);
  await visitor.isLink('live');
  try {
    console.log(machine());
    await firstPaint(stage, visitor, Number(values.opens));
    await engineToVisible(stage, visitor, Number(values.signals));
    await lossToVisible(stage, visitor);
  } finally {
    await browser.close();
    await stage.kill();
  }
}

async function firstPaint({ url }: Stage, { page }: Visitor, opens: number): Promise<void> {
  const usefulMs: number[] = [];
  await page.context().addInitScript(WATCH_FIRST_PRICE);
  for (let open = 0; open < opens; open += 1) {
    await page.goto(`${url}/dashboard`);
    usefulMs.push(await numberIn(page, 'window.usefulMs'));
  }
  console.log(`first useful paint  ${spread(usefulMs, 0)} ms (target < 1500)`);
}

/** From the decision, which is the stamp of the signal, to its row in the table. */
async function engineToVisible(stage: Stage, visitor: Visitor, signals: number): Promise<void> {
  const { page } = visitor;
  await visitor.isLink('live');
  await visitor.press('2');
  await page.evaluate(WATCH_ROWS);
  const delaysMs: number[] = [];
  for (let index = 0; index < signals; index += 1) {
    const symbol = ['ETHUSDT', 'BTCUSDT', 'SOLUSDT', 'XRPUSDT'][index % 4]!;
    const sentMs = Date.now();
    const { id } = await stage.publish(symbol, 5_000);
    const seenMs = await numberIn(page, `window.seenAtMs['${id}']`);
    const { issued_at: issuedAt } = (await stage.ask('GET', `/api/v1/signals/${id}`)).signal;
    const issuedMs = Math.max(sentMs, Date.parse(issuedAt));
    delaysMs.push(seenMs - issuedMs);
  }
  const [p50, p99] = [percentile(delaysMs, 0.5), percentile(delaysMs, 0.99)];
  console.log(
    `engine -> visible   median ${p50.toFixed(0)}, p99 ${p99.toFixed(0)} ms of ${signals} (target p99 < 500)`,
  );
}

/** What the page has under a name, as soon as it has. Its policy lets nobody wait for that inside it. */
async function numberIn(page: Page, name: string): Promise<number> {
  for (;;) {
    const value = await page.evaluate(name);
    if (typeof value === 'number') return value;
    await sleep(20);
  }
}

async function lossToVisible(stage: Stage, { page }: Visitor): Promise<void> {
  const shown = page.locator('[data-testid=link].lost').waitFor();
  const killed = stage.kill();
  const beganMs = performance.now();
  await Promise.all([shown, killed]);
  console.log(`server killed -> visible  ${(performance.now() - beganMs).toFixed(0)} ms (target < 2000)`);
}
