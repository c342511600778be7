import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Nothing but the page: a browser looks for updates and much else by itself. */
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--no-first-run'];

export const CHROMIUM_PATH = process.env.CHROMIUM_PATH ?? USUAL_PLACES.find((path) => existsSync(path));

/** For `skip` of a test: why it is, and what would run it. */
export const WITHOUT_CHROMIUM =
  CHROMIUM_PATH === undefined ? 'needs Chromium: apt-get install chromium, or set CHROMIUM_PATH' : false;

export function launchChromium(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM_PATH!, args: [...ARGS, ...args], timeout: 120_000 });
}
