import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium, WITHOUT_CHROMIUM } from './chromium.ts';
import { Stage } from './stage.ts';
import { Visitor } from './visitor.ts';

const options = { skip: WITHOUT_CHROMIUM };

let browser: Browser;
let stage: Stage;
if (WITHOUT_CHROMIUM === false) {
  before(async () => {
    [browser, stage] = await Promise.all([launchChromium(), Stage.open({ command: 'demo' })]);
  });
  after(async () => {
    await browser?.close();
    await stage?.kill();
  });
}

it('takes a fresh link in a tab that stands before the closed door already', options, async () => {
  const visitor = await Visitor.of(browser);
  const { page } = visitor;
  const old = page.getByRole('alert').filter({ hasText: 'This link was used or is too old.' });
  await visitor.open(`${stage.url}/dashboard#code=of-an-earlier-start`);
  await old.waitFor();
  // Only what stands behind the # changes: the browser loads nothing anew.
  await visitor.open(`${stage.url}/dashboard#code=of-another-start`);
  await page.waitForURL(({ hash }) => hash === '');
  await old.waitFor();
  await visitor.open(stage.link);
  await visitor.isLink('live');
  assert.equal(new URL(page.url()).hash, '', 'the code does not stay in the address');
  await visitor.open(stage.link);
  await page.waitForURL(({ hash }) => hash === '');
  await visitor.isLink('live');
  await visitor.close();
});

it('says of what can be no key that it is none, not that nobody answers', options, async () => {
  const visitor = await Visitor.of(browser);
  const { page } = visitor;
  await visitor.open(`${stage.url}/dashboard`);
  const field = page.getByLabel('Key');
  for (const [typed, said] of [
    ['ключ', 'This is no key: it holds characters that no key has.'],
    ['tw_unknown', 'This key is not known, or it was revoked'],
    ['clé', 'This is no key: it holds characters that no key has.'],
  ] as const) {
    await field.fill(typed);
    await visitor.press('Enter');
    await page.getByRole('alert').filter({ hasText: said }).waitFor();
    await page.getByRole('alert').filter({ hasText: 'does not answer' }).waitFor({ state: 'detached' });
  }
  await field.fill(` ${stage.key}\t`);
  await visitor.press('Enter');
  await visitor.isLink('live');
  await visitor.close();
});
