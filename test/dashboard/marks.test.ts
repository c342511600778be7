import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium, WITHOUT_CHROMIUM } from './chromium.ts';
import { HandExecutor } from './executor.ts';
import { Stage } from './stage.ts';
import { Visitor } from './visitor.ts';

const options = { skip: WITHOUT_CHROMIUM };

const MINUTE_MS = 60_000;
const CROWD = 12;

let browser: Browser;
let stage: Stage;
if (WITHOUT_CHROMIUM === false) {
  before(async () => {
    [browser, stage] = await Promise.all([launchChromium(), Stage.open({ silent: true })]);
  });
  after(async () => {
    await browser?.close();
    await stage?.kill();
  });
}

type Json = ReturnType<typeof JSON.parse>;

interface Text {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly y: number;
}

/** Runs in the page before anything else: keeps what each canvas has written since it was last wiped. */
const LISTEN = `{
  const texts = new Map();
  const { fillText, fillRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillRect = function (...at) {
    if (this.globalCompositeOperation === 'copy') texts.set(this.canvas, []);
    return fillRect.apply(this, at);
  };
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    if (text !== '') {
      const { a, e, d, f } = this.getTransform();
      const width = this.measureText(text).width;
      const from = this.textAlign === 'center' ? x - width / 2 : x;
      const written = { text, left: a * from + e, right: a * (from + width) + e, y: d * y + f };
      texts.set(this.canvas, [...(texts.get(this.canvas) ?? []), written]);
    }
    return fillText.apply(this, arguments);
  };
  // Beside the candles: the scales are narrower, the panes below are lower.
  globalThis.writtenAtCandles = () =>
    [...texts].filter(([{ isConnected }]) => isConnected).sort(([a], [b]) => b.width * b.height - a.width * a.height)
      .flatMap(([canvas, written], _, [[largest]]) =>
        canvas.width === largest.width && canvas.height === largest.height ? written : []);
}`;

/** The same, once a minute back from now. */
const crowdOf = (one: Json, times: readonly string[]): Json[] =>
  Array.from({ length: CROWD }, (_, index) => ({
    ...one,
    ...(index > 0 && { id: `${one.id.slice(0, -2)}${10 + index}` }),
    ...(one.signal_strength !== undefined && { signal_strength: 70 + index, seq: one.seq - index }),
    ...Object.fromEntries(
      times.map((name) => [name, new Date(Date.parse(one[name]) - index * MINUTE_MS).toISOString()]),
    ),
  }));

it('writes nothing over anything else on the chart, also where there is a signal every minute', options, async () => {
  const signal = await stage.publish('BTCUSDT');
  await new HandExecutor(stage).fill(signal);
  const visitor = await Visitor.of(browser);
  const { page } = visitor;
  await page.addInitScript(LISTEN);
  for (const [path, list, time] of [
    ['**/api/v1/signals?**', 'signals', 'issued_at'],
    ['**/api/v1/positions?**', 'positions', 'opened_at'],
  ] as const) {
    await page.route(path, async (route) => {
      const response = await route.fetch();
      const page = await response.json();
      const crowd = page[list].flatMap((each: Json) => crowdOf(each, [time]));
      await route.fulfill({ response, json: { ...page, [list]: crowd } });
    });
  }
  await visitor.open(stage.link);
  await visitor.isLink('live');
  const rows = page.locator('[data-testid=on-chart] tbody tr');
  await rows.nth(CROWD - 1).waitFor();
  await page.waitForResponse((response) => response.url().includes('/api/v1/positions?'));
  // The second answer: the first is on the chart by then.
  await page.waitForResponse((response) => response.url().includes('/api/v1/positions?'));
  await visitor.shoot('marks');
  const written = (await page.evaluate('writtenAtCandles()')) as Text[];
  assert.ok(
    written.some(({ text }) => /\b(70|7\d|8\d)$/.test(text)),
    'the strength of a signal is there',
  );
  const over = written.flatMap((one, index) =>
    written
      .slice(index + 1)
      .filter(({ left, right, y }) => left < one.right && one.left < right && Math.abs(y - one.y) < 10)
      .map(({ text }) => `${text} over ${one.text}`),
  );
  assert.deepEqual(over, []);
  await visitor.close();
});
