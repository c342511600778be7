import { launchChromium } from './chromium.ts';
import { LoadMeter, type PageLoad } from './load.ts';
import { Stage } from './stage.ts';
import { VIEWS } from './views.ts';
import { Visitor } from './visitor.ts';

/** How long each reading takes, wall milliseconds, where nothing else takes time: every view is looked at once in it. */
const READING_MS = 10_000;

const HOUR_MS = 3_600_000;
/** A machine that has much else to do may be this many times behind. */
const SLOWER_MAX = 5;

export interface SoakOptions {
  /** Of market time. */
  readonly hours: number;
  /** Market seconds per second, as far as the machine keeps up. */
  readonly speed: number;
  readonly seed: number;
  readonly onReading?: (line: string) => void;
}

export interface SoakResult {
  readonly problems: readonly string[];
  readonly marketHours: number;
  readonly signals: number;
  readonly readings: number;
  /** Share of one core, 0 to 1. */
  readonly mainThreadMean: number;
  readonly mainThreadMax: number;
  readonly heapMbFirst: number;
  readonly heapMbLast: number;
  readonly nodesFirst: number;
  readonly nodesLast: number;
}

/** A browser before fifty instruments for a long market time, going from view to view. */
export async function runSoak({ hours, speed, seed, onReading }: SoakOptions): Promise<SoakResult> {
  const [stage, browser] = await Promise.all([Stage.open({ fifty: true, speed, seed }), launchChromium()]);
  try {
    const visitor = await Visitor.of(browser);
    await visitor.open(stage.link);
    await visitor.isLink('live');
    await visitor.page.locator('.instruments tbody tr').nth(49).waitFor();
    const marketMs = async () => Date.parse((await stage.ask('GET', '/api/v1/time')).market_time);
    const beganMs = await marketMs();
    const meter = await LoadMeter.of(visitor.page);
    const readings: PageLoad[] = [];
    const untilMs = (await marketMs()) + hours * HOUR_MS;
    const givenUpMs = performance.now() + SLOWER_MAX * ((hours * HOUR_MS) / speed);
    while ((await marketMs()) < untilMs && performance.now() < givenUpMs) {
      for (const key of Object.keys(VIEWS)) {
        await visitor.press(key, 'j');
        // The market is what anybody has open most of the time.
        await visitor.press('1');
        await visitor.page.waitForTimeout(READING_MS / 5);
      }
      const reading = await meter.read();
      readings.push(reading);
      onReading?.(`${readings.length}: ${wordsOf(reading)}`);
    }
    const passedHours = ((await marketMs()) - beganMs) / HOUR_MS;
    const { signals } = await stage.ask('GET', '/api/v1/signals?limit=500');
    return { ...sumOf(readings), problems: visitor.problems, marketHours: round(passedHours), signals: signals.length };
  } finally {
    await browser.close();
    await stage.kill();
  }
}

function sumOf(readings: readonly PageLoad[]) {
  const shares = readings.map(({ mainThread }) => mainThread);
  // The first readings fill what has a bound: bars, signals, the newest ticks.
  const [early, late] = [readings.slice(0, 3), readings.slice(-3)];
  const least = (some: readonly PageLoad[], of: 'heapBytes' | 'nodes') => Math.min(...some.map((each) => each[of]));
  return {
    readings: readings.length,
    mainThreadMean: round(shares.reduce((sum, share) => sum + share, 0) / shares.length),
    mainThreadMax: round(Math.max(...shares)),
    heapMbFirst: round(least(early, 'heapBytes') / 1e6),
    heapMbLast: round(least(late, 'heapBytes') / 1e6),
    nodesFirst: least(early, 'nodes'),
    nodesLast: least(late, 'nodes'),
  };
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000;

const wordsOf = ({ mainThread, heapBytes, nodes }: PageLoad): string =>
  `main thread ${(100 * mainThread).toFixed(1)} % of a core, heap ${(heapBytes / 1e6).toFixed(1)} MB, ${nodes} nodes`;
