import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { BotApi } from '../telegram/bot-api.ts';
import { launchChromium, WITHOUT_CHROMIUM } from './chromium.ts';
import { Stage } from './stage.ts';
import { accessibilityProblems, brokenTexts, overflowPx } from './views.ts';
import { Visitor } from './visitor.ts';

/** What never comes fails, long before the whole run would. */
const options = { skip: WITHOUT_CHROMIUM, timeout: 240_000 };

type Json = ReturnType<typeof JSON.parse>;

let browser: Browser;
let api: BotApi;
/** The bot is silent there, so that what Telegram is told is what the tests do. */
let stage: Stage;
let visitor: Visitor;
if (WITHOUT_CHROMIUM === false) {
  before(async () => {
    api = new BotApi();
    await api.start();
    [browser, stage] = await Promise.all([launchChromium(), Stage.open({ silent: true, telegram: api.apiRoot })]);
    visitor = await Visitor.of(browser);
    await visitor.open(stage.link);
    await visitor.isLink('live');
    await showHealth(visitor);
    // What it read while the server was starting may not know of Telegram yet.
    await visitor.page.getByRole('button', { name: 'Mute Telegram…' }).waitFor();
  });
  after(async () => {
    await browser?.close();
    await stage?.kill();
    await api?.stop();
  });
}

const told = (pattern: RegExp): string[] => api.messages.map(({ text }) => text).filter((text) => pattern.test(text));

/** By its button: a page that has just been let in may not hear keys yet. */
const showHealth = ({ page }: Visitor): Promise<void> => page.locator('nav button', { hasText: 'Health' }).click();

/** Resolves with the first message that fits, now or later. */
async function message(pattern: RegExp): Promise<string> {
  await api.until(() => told(pattern).length > 0);
  return told(pattern)[0]!;
}

const newestMute = (isWanted: (data: Json) => boolean): Promise<Json> =>
  stage.until('/api/v1/events?limit=500', ({ events }) =>
    events.findLast(({ type, data }: Json) => type === 'notices.muted' && isWanted(data)),
  );

/** By its button and its question, with the keyboard. */
async function unmute(): Promise<void> {
  await visitor.tabTo(/^Unmute Telegram…$/);
  await visitor.press('Enter');
  await visitor.page.getByRole('dialog', { name: 'Unmute Telegram?' }).waitFor();
  await visitor.tabTo(/^Unmute Telegram$/);
  await visitor.press('Enter');
  await visitor.page.getByTestId('notices').getByText('muted: alarms only').waitFor({ state: 'detached' });
}

it('mutes and unmutes Telegram with the keyboard alone, in the name of this browser', options, async () => {
  const { page } = visitor;
  const notices = page.getByTestId('notices');
  await message(/Tapewire .* runs/);
  await stage.publish('ETHUSDT');
  await message(/BUY ETHUSDT/);

  await visitor.tabTo(/^Mute Telegram…$/);
  await visitor.press('Enter');
  const question = page.getByRole('dialog', { name: 'Mute Telegram?' });
  await question.waitFor();
  // Nothing is done by one key: whoever changes their mind has changed nothing.
  await visitor.press('Escape');
  await question.waitFor({ state: 'detached' });
  assert.equal((await stage.ask('GET', '/api/v1/notices')).muted, null);
  await visitor.press('Enter');
  await question.waitFor();
  // The choice has the focus.
  await visitor.press('ArrowDown');
  await visitor.tabTo(/^Mute Telegram$/);
  await visitor.press('Enter');
  await question.waitFor({ state: 'detached' });
  await notices.getByText('muted: alarms only').waitFor();

  const muted = await newestMute(({ until }) => until !== null);
  assert.match(muted.data.by, /^dashboard [0-9a-f]{6}$/);
  // The time is counted from when the request came, and it is journaled a moment later.
  const minutes = (Date.parse(muted.data.until) - Date.parse(muted.at)) / 60_000;
  assert.equal(Math.round(minutes), 120, 'the second choice');
  assert.ok(Math.abs(Date.parse(muted.at) - Date.now()) < 60_000);
  await notices.getByText(muted.data.by).waitFor();
  assert.match(await message(/Telegram is muted until/), new RegExp(muted.data.by), 'the chat hears who did it');

  await stage.publish('BTCUSDT');
  // An alarm comes through, and by then everything before it was heard.
  await stage.ask('POST', '/api/v1/accounts/default/halt', { reason: 'news at two' });
  await message(/HALTED: account default/);
  assert.deepEqual(told(/BTCUSDT/), []);

  await unmute();
  const unmuted = await newestMute(({ until }) => until === null);
  assert.equal(unmuted.data.by, muted.data.by);
  // At least the signal; what paper made of it came besides.
  assert.match(await message(/not told/), /[1-9]\d* messages? (was|were) not told/);
  await stage.ask('POST', '/api/v1/accounts/default/resume');
  await message(/Resumed: account default/);
  // Paper may have filled it since, and that is told.
  assert.deepEqual(told(/^BUY BTCUSDT/m), [], 'the signal is counted, and not told late');
});

it('follows whoever mutes from elsewhere, over a restart', options, async () => {
  const { page } = visitor;
  const notices = page.getByTestId('notices');
  // Nobody looks at it, so that only the event makes the page ask.
  await visitor.press('1');
  await page.locator('nav [aria-current=page]', { hasText: 'Market' }).waitFor();
  const asked = page.waitForRequest((request) => request.url().endsWith('/api/v1/notices'));
  await stage.ask('POST', '/api/v1/notices/mute', { minutes: 10_080 });
  await asked;
  await visitor.press('4');
  await notices.getByText(/^first, since/).waitFor();
  await stage.kill();
  await visitor.isLink('lost');
  await stage.restart();
  await visitor.isLink('live');
  await visitor.press('4');
  await notices.getByText(/^first, since/).waitFor();
  await unmute();
});

it('gives axe-core nothing to find, in both themes, and fits a telephone', options, async () => {
  await stage.ask('POST', '/api/v1/notices/mute', { minutes: 10_080 });
  for (const theme of ['dark', 'light'] as const) {
    const narrow = await Visitor.of(browser, { theme, width: 390, height: 844 });
    await narrow.open(`${stage.url}/dashboard`);
    await narrow.page.getByLabel('Key').fill(stage.key);
    await narrow.press('Enter');
    await narrow.isLink('live');
    await showHealth(narrow);
    await narrow.page.getByTestId('notices').getByText('muted: alarms only').waitFor();
    await narrow.page.getByTestId('notices').scrollIntoViewIfNeeded();
    await narrow.shoot(`muted-390-${theme}`);
    assert.deepEqual(await accessibilityProblems(narrow), []);
    assert.ok((await overflowPx(narrow)) <= 0);
    assert.deepEqual(await brokenTexts(narrow), []);
    await narrow.page.getByRole('button', { name: 'Mute Telegram…', exact: true }).click();
    await narrow.page.getByRole('dialog').waitFor();
    assert.deepEqual(await accessibilityProblems(narrow), [], 'the question');
    await narrow.close();
  }
});

it('has no button where nobody is told by Telegram, and says what sets it up', options, async (t) => {
  const untold = await Stage.open({ command: 'demo' });
  t.after(() => untold.kill());
  const other = await Visitor.of(browser);
  await other.open(untold.link);
  await other.isLink('live');
  await showHealth(other);
  const notices = other.page.getByTestId('notices');
  await notices.getByText('TELEGRAM_BOT_TOKEN').waitFor();
  assert.equal(await notices.getByRole('button').count(), 0);
  assert.deepEqual(other.problems, []);
  await other.close();
});
