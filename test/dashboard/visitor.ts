import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';

/** Long enough for a machine that has much else to do: nothing here is a measurement. */
export const PATIENCE_MS = 120_000;

const SHOTS = fileURLToPath(new URL('../../../test-artifacts/dashboard/', import.meta.url));

const NAME_OF_FOCUSED =
  "((at) => at?.getAttribute('aria-label') ?? at?.labels?.[0]?.firstChild?.textContent ?? at?.textContent ?? '')(document.activeElement)";

export interface VisitorOptions {
  readonly theme?: 'dark' | 'light';
  readonly width?: number;
  readonly height?: number;
}

/** Somebody before the dashboard: a browser profile of its own, and a list of everything that went wrong in it. */
export class Visitor {
  readonly page: Page;
  /** What the console complained of, what was thrown, and what was refused or failed. */
  readonly problems: string[] = [];
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.problems.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.problems.push(`thrown: ${error.stack ?? error.message}`));
    page.on('request', (request) => this.asked.push(new URL(request.url()).pathname));
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? '';
      // A stream that the page itself closed, or an answer it no longer waits for, is no failure.
      if (why !== 'net::ERR_ABORTED') this.problems.push(`failed: ${new URL(request.url()).pathname} ${why}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400) {
        this.problems.push(`refused: ${new URL(response.url()).pathname} ${response.status()}`);
      }
    });
  }

  static async of(browser: Browser, { theme = 'dark', width = 1_500, height = 950 }: VisitorOptions = {}) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme });
    return new Visitor(context, await context.newPage());
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url, { waitUntil: 'domcontentloaded', timeout: PATIENCE_MS });
  }

  /** The state of the connection, as the head of every view tells it. */
  async isLink(state: 'live' | 'lost'): Promise<void> {
    await this.page.locator(`[data-testid=link].${state}`).waitFor();
  }

  /** Single keys, as a person presses them. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Goes from one thing to the next with Tab until the one that is meant has the focus. */
  async tabTo(name: RegExp, stepsMax = 200): Promise<void> {
    for (let step = 0; step < stepsMax; step += 1) {
      await this.page.keyboard.press('Tab');
      const focused = String(await this.page.evaluate(NAME_OF_FOCUSED));
      if (name.test(focused.trim())) return;
    }
    throw new Error(`${stepsMax} steps with Tab did not lead to ${name}`);
  }

  async shoot(name: string): Promise<void> {
    mkdirSync(SHOTS, { recursive: true });
    await this.page.screenshot({ path: `${SHOTS}${name}.png` });
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}
