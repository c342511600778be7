import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium, WITHOUT_CHROMIUM } from './chromium.ts';
import { HandExecutor } from './executor.ts';
import { Stage } from './stage.ts';
import { Visitor } from './visitor.ts';

const options = { skip: WITHOUT_CHROMIUM };

/** Long enough to be claimed on a machine that has much else to do; what is not heard of 10 s later is in doubt. */
const LOST_AFTER_MS = 30_000;

let browser: Browser;
let stage: Stage;
let visitor: Visitor;
let hand: HandExecutor;
/** Claimed at the beginning, and never heard of again. */
let lost: string;
if (WITHOUT_CHROMIUM === false) {
  before(async () => {
    [browser, stage] = await Promise.all([launchChromium(), Stage.open()]);
    visitor = await Visitor.of(browser);
    await visitor.open(stage.link);
    await visitor.isLink('live');
    hand = new HandExecutor(stage);
    lost = (await stage.publish('LTCUSDT', LOST_AFTER_MS)).id;
    await hand.claim(lost);
  });
  after(async () => {
    await browser?.close();
    await stage?.kill();
  });
}

type Json = ReturnType<typeof JSON.parse>;

/** The newest event of a type, as text. */
const newest = (type: string): Promise<string> =>
  stage.until('/api/v1/events?limit=500', ({ events }) => {
    const event = events.findLast((each: Json) => each.type === type);
    return event === undefined ? undefined : JSON.stringify(event);
  });

/** From the table of signals to one of them, with the keyboard alone. */
async function choose(signalId: string): Promise<void> {
  const { page } = visitor;
  await visitor.press('2');
  await page.locator(`[data-testid=signals] tr[data-id="${signalId}"]`).waitFor();
  for (let step = 0; step < 50; step += 1) {
    await visitor.press('j');
    await page.locator('.detail').waitFor();
    if ((await page.locator(`tr.chosen[data-id="${signalId}"]`).count()) > 0) return;
  }
  assert.fail('fifty steps down did not lead to it');
}

it('halts and resumes with the keyboard alone, in the name of this browser', options, async () => {
  const { page } = visitor;
  await visitor.press('h');
  await page.getByRole('dialog', { name: 'Halt default?' }).waitFor();
  // The reason has the focus: it can be typed at once.
  await visitor.press('Control+A');
  await page.keyboard.type('news at two');
  await visitor.press('Enter');
  await page.locator('.head .halted').waitFor();
  // The event may come before the answer that the question waits for; until then keys are its own.
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const isHalted = ({ accounts }: Json) => accounts.find((each: Json) => each.account === 'default' && each.halted);
  const account = await stage.until('/api/v1/accounts', isHalted);
  assert.equal(account.halted_reason, 'news at two');
  assert.match(account.halted_by, /^dashboard [0-9a-f]{6}$/);
  await visitor.press('h');
  await page.getByRole('dialog', { name: 'Resume default?' }).waitFor();
  await visitor.tabTo(/^Resume default$/);
  await visitor.press('Enter');
  await page.locator('.head .halted').waitFor({ state: 'detached' });
  assert.match(await newest('account.resumed'), /dashboard [0-9a-f]{6}/);
});

it('cancels a signal, with the keyboard alone', options, async () => {
  const { id } = await stage.publish('ETHUSDT');
  await choose(id);
  await visitor.tabTo(/^Cancel the signal$/);
  await visitor.press('Enter');
  await visitor.page.getByRole('dialog').waitFor();
  await visitor.press('Enter');
  const cancelled = await stage.until(`/api/v1/signals/${id}`, ({ signal }) =>
    signal.state === 'ACTIVE' ? undefined : signal,
  );
  assert.match(cancelled.outcome.reason, /^cancelled on the dashboard \(dashboard [0-9a-f]{6}\)$/);
  await visitor.page.locator(`[data-testid=signals] tr[data-id="${id}"]`, { hasText: 'cancelled' }).waitFor();
});

it('shows a position while it is open and closes it, with the keyboard alone', options, async () => {
  const { page } = visitor;
  const { id, entry_price: entryPrice } = await stage.publish('SOLUSDT');
  const delivery = await hand.claim(id);
  await hand.report(delivery, { type: 'SUBMITTED', order_id: '1', qty: 2 });
  const fill = { type: 'FILLED', order_id: '1', qty: 2, cum_qty: 2, leaves_qty: 0, fee: 0.2, avg_price: entryPrice };
  await hand.report(delivery, fill);
  await visitor.press('3');
  const row = page.locator(`[data-testid=open-positions] tr[data-id="${delivery.id}"]`);
  await row.waitFor();
  await visitor.shoot('open-position');
  await visitor.tabTo(/^Close SOLUSDT on default$/);
  await visitor.press('Enter');
  await page.getByRole('dialog', { name: 'Close SOLUSDT on default?' }).waitFor();
  await visitor.press('Enter');
  const closing = await stage.until('/api/v1/signals?limit=500', ({ signals }) =>
    signals.find((each: Json) => each.intent === 'CLOSE' && each.closes === id),
  );
  const order = await hand.claim(closing.id);
  await hand.report(order, { type: 'FILLED', leg: 'CLOSE', qty: 2, cum_qty: 2, leaves_qty: 0, avg_price: entryPrice });
  await hand.report(delivery, { type: 'CLOSED', leg: 'CLOSE', leaves_qty: 0, avg_price: entryPrice, reason: 'manual' });
  await page.locator(`[data-testid=round-trips] tr[data-id="${delivery.id}"]`).waitFor();
  await row.waitFor({ state: 'detached' });
  await page.getByTestId('performance').getByText('no demonstrated edge').first().waitFor();
});

it('resolves a doubt, with the keyboard alone', options, async () => {
  const { page } = visitor;
  await visitor.press('3');
  await page.locator('section.alarm', { hasText: 'In doubt' }).waitFor();
  await visitor.shoot('in-doubt');
  await visitor.tabTo(/^Resolve$/);
  await visitor.press('Enter');
  await page.getByRole('dialog', { name: 'What became of it?' }).waitFor();
  await visitor.tabTo(/^It was$/);
  await visitor.press('F');
  for (const [label, amount] of [
    [/^All that was filled$/, '1.5'],
    [/^At which price, on average$/, '20.25'],
  ] as const) {
    await visitor.tabTo(label);
    await page.keyboard.type(amount);
  }
  await visitor.tabTo(/^That is what I found$/);
  await visitor.press('Enter');
  const resolved = await stage.until(`/api/v1/signals/${lost}`, ({ signal }) =>
    signal.deliveries.find((each: Json) => each.account === 'default' && each.state === 'FILLED'),
  );
  assert.match(resolved.reason, /looked at orders and fills at the venue/);
  await page.locator('section.alarm', { hasText: 'In doubt' }).waitFor({ state: 'detached' });
  const open = await stage.until('/api/v1/positions?account=default', ({ positions }) =>
    positions.find((each: Json) => each.id === resolved.id),
  );
  assert.deepEqual([open.open_qty, open.entry_price], [1.5, 20.25]);
  await stage.ask('POST', `/api/v1/positions/${resolved.id}/settle`, { exit_price: 20.25, reason: 'closed by hand' });
});

it('halts everything, closes everything and resumes, each after a question', options, async () => {
  const { page } = visitor;
  await visitor.press('3');
  for (const [act, mode] of [
    ['Halt all', 'HALTED'],
    ['Resume all', 'ACTIVE'],
    ['Flatten', 'HALTED'],
    ['Resume all', 'ACTIVE'],
  ] as const) {
    await visitor.tabTo(new RegExp(`^${act}$`));
    await visitor.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await visitor.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: `Risk: ${mode}` }).waitFor();
  }
  assert.match(await newest('risk.changed'), /dashboard [0-9a-f]{6}/);
});

it('has done all that without a complaint in the console and without a request that failed', options, () => {
  assert.deepEqual(visitor.problems, []);
});
