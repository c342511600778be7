import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium, WITHOUT_CHROMIUM } from './chromium.ts';
import { Stage } from './stage.ts';
import { Visitor } from './visitor.ts';

const options = { skip: WITHOUT_CHROMIUM };
/** Longer than the page ever waits before it asks for anything again. */
const LONGEST_PAUSE_MS = 20_000;

let browser: Browser;
let stage: Stage;
let visitor: Visitor;
if (WITHOUT_CHROMIUM === false) {
  before(async () => {
    [browser, stage] = await Promise.all([launchChromium(), Stage.open()]);
    visitor = await Visitor.of(browser);
    await visitor.open(stage.link);
    await visitor.isLink('live');
  });
  after(async () => {
    await browser?.close();
    await stage?.kill();
  });
}

it(
  'says that the server is gone, keeps what it knew, and heals when it is back, without being loaded anew',
  options,
  async () => {
    const { page } = visitor;
    const { id } = await stage.publish('ETHUSDT');
    await visitor.press('2');
    const row = page.locator(`[data-testid=signals] tr[data-id="${id}"]`);
    await row.waitFor();
    await page.evaluate('window.neverReloaded = true');
    await stage.kill();
    await visitor.isLink('lost');
    await page.getByRole('alert').getByText('connection lost since').waitFor();
    await visitor.shoot('lost');
    await row.waitFor();
    await stage.restart();
    await visitor.isLink('live');
    const after = await stage.publish('SOLUSDT');
    await page.locator(`[data-testid=signals] tr[data-id="${after.id}"]`).waitFor();
    assert.equal(await page.evaluate('window.neverReloaded'), true);
    const ofTheOutage =
      /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_SOCKET/;
    assert.deepEqual(
      visitor.problems.filter((each) => !ofTheOutage.test(each)),
      [],
    );
  },
);

it(
  'reads nothing and asks nothing while nobody can see it, and knows everything when somebody does',
  options,
  async () => {
    const { page, asked } = visitor;
    await page.evaluate(`
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => window.isHiddenNow });
    window.setHidden = (isHidden) => {
      window.isHiddenNow = isHidden;
      document.dispatchEvent(new Event('visibilitychange'));
    };
    window.setHidden(true);
  `);
    const before = asked.length;
    const { id } = await stage.publish('BNBUSDT');
    await page.waitForTimeout(LONGEST_PAUSE_MS);
    assert.deepEqual(asked.slice(before), []);
    await page.evaluate('window.setHidden(false)');
    await page.locator(`[data-testid=signals] tr[data-id="${id}"]`).waitFor();
  },
);

it('shows nothing more once its key is revoked, and lets in whoever brings another', options, async () => {
  const { page } = visitor;
  const before = visitor.problems.length;
  const [cookie] = await page.context().cookies();
  assert.deepEqual([cookie?.httpOnly, cookie?.sameSite], [true, 'Strict']);
  await page.evaluate(
    "fetch('/dashboard/leave', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' })",
  );
  await page.getByLabel('Key').waitFor();
  assert.equal(await page.getByTestId('signals').count(), 0);
  await visitor.shoot('locked');
  await page.getByLabel('Key').fill('tw_nothing_like_it');
  await visitor.press('Enter');
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Key').fill(stage.key);
  await visitor.press('Enter');
  await visitor.isLink('live');
  await page.getByTestId('signals').waitFor();
  const others = visitor.problems.slice(before).filter((problem) => !/40[13]/.test(problem));
  assert.deepEqual(others, []);
});

it('tells somebody with a used link so, and shows nothing', options, async () => {
  const other = await Visitor.of(browser);
  await other.open(`${stage.url}/dashboard#code=used`);
  await other.page.getByRole('alert').getByText('This link was used or is too old').waitFor();
  assert.equal(await other.page.locator('table').count(), 0);
  assert.ok(
    other.problems.every((problem) => problem.includes('401')),
    other.problems.join('\n'),
  );
  await other.close();
});
