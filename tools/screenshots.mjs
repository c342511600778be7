// Makes docs/images/*.png anew, from the running product: the embedded market with a fixed seed, a quarter of an hour of it.
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build, root } from './build.mjs';

const BYTES_MAX = 300_000;
const SPEED = 20;
const WATCHED_MS = 45_000;

process.exitCode = build() === 0 ? await shoot() : 1;

/** @returns {Promise<number>} the exit code */
async function shoot() {
  const { launchChromium, WITHOUT_CHROMIUM } = await import('../dist/test/dashboard/chromium.js');
  if (WITHOUT_CHROMIUM !== false) {
    process.stderr.write(`screenshots: ${WITHOUT_CHROMIUM}\n`);
    return 1;
  }
  const { Stage } = await import('../dist/test/dashboard/stage.js');
  const { Visitor } = await import('../dist/test/dashboard/visitor.js');
  const folder = join(root, 'docs', 'images');
  mkdirSync(folder, { recursive: true });
  const [stage, browser] = await Promise.all([Stage.open({ speed: SPEED, seed: 7 }), launchChromium()]);
  try {
    const visitor = await Visitor.of(browser, { width: 1440, height: 900 });
    const { page } = visitor;
    await visitor.open(stage.link);
    await visitor.isLink('live');
    await page.waitForTimeout(WATCHED_MS);
    // Of an instrument with a signal that is drawn: the newest that the bot issued.
    const { signals } = await stage.ask('GET', '/api/v1/signals?limit=500');
    const { id } = signals.findLast(({ producer, intent }) => producer === 'bot' && intent === 'ENTRY');
    await visitor.press('2');
    await page.locator(`[data-testid=signals] tr[data-id="${id}"] button`).click();
    await page.getByRole('button', { name: 'Show on the chart' }).click();
    await page.locator(`[data-testid=on-chart] tr[data-id="${id}"]`).waitFor();
    await page.locator('.votes tbody tr').first().waitFor();
    await page.waitForTimeout(5_000);
    await page.screenshot({ path: join(folder, 'market.png') });
    await visitor.press('3');
    await page.locator('[data-testid=performance] tbody tr').first().waitFor();
    await page.locator('[data-testid=open-positions] tbody tr').first().waitFor();
    await page.waitForTimeout(3_000);
    await page.screenshot({ path: join(folder, 'positions.png') });
  } finally {
    await browser.close();
    await stage.kill();
  }
  for (const name of ['market.png', 'positions.png']) {
    const { size } = statSync(join(folder, name));
    process.stdout.write(`docs/images/${name}: ${Math.ceil(size / 1_000)} kB\n`);
    if (size > BYTES_MAX) return 1;
  }
  return 0;
}
