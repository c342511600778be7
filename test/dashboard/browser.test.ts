import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium, WITHOUT_CHROMIUM } from './chromium.ts';
import { HandExecutor } from './executor.ts';
import { Stage } from './stage.ts';
import { accessibilityProblems, brokenTexts, overflowPx, VIEWS } from './views.ts';
import { Visitor } from './visitor.ts';

const options = { skip: WITHOUT_CHROMIUM };

let browser: Browser;
let calm: Stage;
if (WITHOUT_CHROMIUM === false) {
  before(async () => {
    [browser, calm] = await Promise.all([launchChromium(), Stage.open()]);
    await calm.publish('ETHUSDT');
  });
  after(async () => {
    await browser?.close();
    await calm?.kill();
  });
}

/** Every further browser needs a key of its own: only the first has the code of the start. */
async function enterWithKey(visitor: Visitor, stage: Stage): Promise<void> {
  await visitor.open(`${stage.url}/dashboard`);
  await visitor.page.getByLabel('Key').fill(stage.key);
  await visitor.press('Enter');
  await visitor.isLink('live');
}

/** Of somebody who came without a cookie: that is said once, by the server and by the console. */
const ofTheFirstLook = (problem: string): boolean =>
  /^refused: \S+ 401$|^console: Failed to load resource: the server responded with a status of 401/.test(problem);

it('shows a signal of the engine in the table and on the chart', options, async () => {
  const visitor = await Visitor.of(browser);
  const { page } = visitor;
  await visitor.open(calm.link);
  await visitor.isLink('live');
  assert.equal(new URL(page.url()).hash, '', 'the code does not stay in the address');
  assert.match(await page.getByTestId('market').innerText(), /SIMULATED/);
  const signal = await calm.until('/api/v1/signals?limit=500', ({ signals }) =>
    signals.find((each: { producer: string; intent: string }) => each.producer === 'bot' && each.intent === 'ENTRY'),
  );
  await visitor.press('2');
  const row = page.locator(`[data-testid=signals] tr[data-id="${signal.id}"]`);
  await row.waitFor();
  assert.match(await row.innerText(), new RegExp(`${signal.direction} ${signal.symbol}`));
  await row.getByRole('button').click();
  await page.getByRole('button', { name: 'Show on the chart' }).click();
  await page.locator(`[data-testid=on-chart] tr[data-id="${signal.id}"].chosen`).waitFor();
  await page.locator('.plot canvas').first().waitFor();
  assert.deepEqual(visitor.problems, []);
  await visitor.close();
});

it('keeps up with fifty instruments at twenty times the speed', options, async (t) => {
  const busy = await Stage.open({ fifty: true, speed: 20 });
  t.after(() => busy.kill());
  const visitor = await Visitor.of(browser);
  const { page } = visitor;
  await visitor.open(busy.link);
  await visitor.isLink('live');
  await page.locator('.instruments tbody tr').nth(49).waitFor();
  const price = page.getByTestId('last-price');
  for (const before of [await price.innerText(), '–']) await price.filter({ hasNotText: before }).waitFor();
  for (const key of Object.keys(VIEWS)) {
    await visitor.press(key);
    await page.locator('main h2').first().waitFor();
  }
  await visitor.press('1');
  await visitor.shoot('fifty-instruments');
  assert.deepEqual(visitor.problems, []);
  await visitor.close();
});

for (const theme of ['dark', 'light'] as const) {
  it(`gives axe-core nothing to find on any view, ${theme}`, options, async () => {
    const visitor = await Visitor.of(browser, { theme });
    await visitor.open(`${calm.url}/dashboard`);
    await visitor.page.getByLabel('Key').waitFor();
    assert.deepEqual(await accessibilityProblems(visitor), [], 'locked');
    await enterWithKey(visitor, calm);
    for (const [key, name] of Object.entries(VIEWS)) {
      await visitor.press(key);
      await visitor.page.locator('nav [aria-current=page]', { hasText: name }).waitFor();
      await visitor.page.locator('main table').first().waitFor();
      if (name === 'Signals') {
        await visitor.press('j');
        await visitor.page.locator('.detail').waitFor();
      }
      await visitor.shoot(`${name.toLowerCase()}-${theme}`);
      assert.deepEqual(await accessibilityProblems(visitor), [], name);
    }
    for (const key of ['h', '?']) {
      await visitor.press(key);
      await visitor.page.getByRole('dialog').waitFor();
      assert.deepEqual(await accessibilityProblems(visitor), [], `the dialog of ${key}`);
      await visitor.press('Escape');
      await visitor.page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    assert.deepEqual(
      visitor.problems.filter((each) => !ofTheFirstLook(each)),
      [],
    );
    await visitor.close();
  });
}

it('fits a telephone: no view is wider than 390 pixels, and no number or word is broken for it', options, async () => {
  const hand = new HandExecutor(calm);
  const open = await hand.fill(await calm.publish('NOTUSDT'));
  const closed = await hand.fill(await calm.publish('BTCUSDT'));
  await hand.report(closed, { type: 'CLOSED', leg: 'STOP', leaves_qty: 0, avg_price: 90_000.1, reason: 'sl' });
  const visitor = await Visitor.of(browser, { width: 390, height: 844 });
  const { page } = visitor;
  await enterWithKey(visitor, calm);
  for (const [key, name] of Object.entries(VIEWS)) {
    await visitor.press(key);
    await page.locator('main table').first().waitFor();
    if (name === 'Market') await page.locator('.votes tbody tr').first().waitFor();
    if (name === 'Signals') {
      await visitor.press('j');
      await page.locator('.detail').waitFor();
    }
    if (name === 'Positions') {
      await page.locator(`[data-testid=open-positions] [data-id="${open.id}"]`).waitFor();
      await page.locator(`[data-testid=round-trips] [data-id="${closed.id}"]`).waitFor();
      await page.locator('[data-testid=performance] tbody tr').first().waitFor();
    }
    await visitor.shoot(`${name.toLowerCase()}-390`);
    assert.ok((await overflowPx(visitor)) <= 0, name);
    assert.deepEqual(await brokenTexts(visitor), [], name);
    assert.deepEqual(await accessibilityProblems(visitor), [], name);
  }
  // Whose row it is stays in sight while its numbers scroll by.
  await visitor.press('3');
  const row = page.locator(`[data-testid=open-positions] [data-id="${open.id}"]`);
  await row.waitFor();
  await visitor.tabTo(/^Close NOTUSDT on default$/);
  await visitor.shoot('positions-390-scrolled');
  const [title, close] = await Promise.all([row.locator('th').boundingBox(), row.getByText('Close').boundingBox()]);
  assert.ok(title !== null && close !== null);
  assert.ok(title.x >= 0 && title.x + title.width <= close.x && close.x + close.width <= 390);
  await visitor.close();
});

for (const [command, name] of [
  ['start', 'an empty database'],
  ['demo', 'no market at all'],
] as const) {
  it(`has something sensible to say of ${name}, on every view`, options, async (t) => {
    const stage = await Stage.open({ command, silent: command === 'start' });
    t.after(() => stage.kill());
    const visitor = await Visitor.of(browser);
    await visitor.open(stage.link);
    await visitor.isLink('live');
    for (const key of Object.keys(VIEWS)) {
      await visitor.press(key);
      await visitor.page.locator('main h2').first().waitFor();
      await visitor.shoot(`${command}-${key}`);
    }
    if (command === 'start') {
      await visitor.press('2');
      await visitor.page.getByText('No signal yet').waitFor();
    } else {
      await visitor.press('1');
      await visitor.page.getByText('No instrument yet').waitFor();
      await visitor.press('2');
      await visitor.page.locator('[data-testid=signals] tbody tr').nth(1).waitFor();
    }
    assert.deepEqual(visitor.problems, []);
    await visitor.close();
  });
}
