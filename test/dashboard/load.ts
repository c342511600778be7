import type { CDPSession, Page } from 'playwright-core';

/** What a page costs its browser, as the browser itself measures it. */
export interface PageLoad {
  /** Of one core: processor time of the main thread, 0 to 1. */
  readonly mainThread: number;
  /** JavaScript heap after a collection, bytes. */
  readonly heapBytes: number;
  /** Elements of the page, those held by scripts included. */
  readonly nodes: number;
}

/** Measures a page over stretches of time, through the debugging protocol of the browser. */
export class LoadMeter {
  readonly #session: CDPSession;
  #busySeconds = 0;
  #atSeconds = 0;

  private constructor(session: CDPSession) {
    this.#session = session;
  }

  static async of(page: Page): Promise<LoadMeter> {
    const session = await page.context().newCDPSession(page);
    // Processor time of the thread: what others take from it meanwhile is not the page's.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await session.send('HeapProfiler.enable');
    const meter = new LoadMeter(session);
    await meter.read();
    return meter;
  }

  /** Since the last reading. */
  async read(): Promise<PageLoad> {
    const [busyBefore, before] = [this.#busySeconds, this.#atSeconds];
    const { TaskDuration: busy = 0, Timestamp: at = 0 } = await this.#metrics();
    // Only now: collecting is work that the page did not ask for.
    await this.#session.send('HeapProfiler.collectGarbage');
    const after = await this.#metrics();
    this.#busySeconds = after.TaskDuration ?? 0;
    this.#atSeconds = after.Timestamp ?? 0;
    return {
      mainThread: before === 0 ? 0 : (busy - busyBefore) / (at - before),
      heapBytes: after.JSHeapUsedSize ?? 0,
      nodes: after.Nodes ?? 0,
    };
  }

  async #metrics(): Promise<Readonly<Record<string, number>>> {
    const { metrics } = await this.#session.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  }
}
