// Forked by delivery.ts: reads along on many streams, and says in the end what came over each.
import { setTimeout as sleep } from 'node:timers/promises';
import { EventReader } from './event-reader.testing.ts';

/** What is asked of this process: to open its streams, and to tell when all of them have come to `untilSeq`. */
export type WatchersAsked =
  | { readonly url: string; readonly key: string; readonly count: number }
  | { readonly untilSeq: number };

/** Of all streams of this process together. */
export interface Watched {
  readonly events: number;
  readonly bytes: number;
  /** Events that did not come, on any stream. */
  readonly missing: number;
  readonly resets: number;
  /** Streams that broke. */
  readonly ended: number;
}

const PATIENCE_MS = 30_000;
const readers: EventReader[] = [];

process.on('message', (asked: WatchersAsked) => {
  void ('count' in asked ? open(asked) : tell(asked.untilSeq)).then((answer) => process.send?.(answer));
});
process.once('disconnect', () => process.exit());

async function open({ url, key, count }: { url: string; key: string; count: number }): Promise<{ opened: number }> {
  for (let index = 0; index < count; index += 1) {
    await new Promise<void>((opened) => readers.push(new EventReader({ url, key, opened })));
  }
  return { opened: readers.length };
}

async function tell(untilSeq: number): Promise<Watched> {
  const beganMs = performance.now();
  while (readers.some(({ lastSeq, ended }) => !ended && lastSeq < untilSeq)) {
    if (performance.now() - beganMs > PATIENCE_MS) break;
    await sleep(20);
  }
  const sum = (of: (reader: EventReader) => number) => readers.reduce((total, reader) => total + of(reader), 0);
  return {
    events: sum(({ events }) => events),
    bytes: sum(({ bytes }) => bytes),
    missing: sum(({ missing, lastSeq }) => missing + Math.max(0, untilSeq - lastSeq)),
    resets: sum(({ resets }) => resets),
    ended: sum(({ ended }) => Number(ended)),
  };
}
