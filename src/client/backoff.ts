import type { Answer } from './api-client.ts';
import type { Clock } from './ports.ts';

const FIRST_MS = 100;
const MOST_MS = 5_000;

/** How long to wait before the next try, after so many failed ones: 100 ms, doubled each time, 5 s at most. */
export function backoffMs(failures: number): number {
  return Math.min(FIRST_MS * 2 ** Math.max(failures - 1, 0), MOST_MS);
}

/** Asks until somebody answers, yes or no. @returns nothing when stopped before */
export async function untilAnswered<T>(
  ask: () => Promise<Answer<T>>,
  { clock, stop }: { readonly clock: Clock; readonly stop: AbortSignal },
): Promise<Exclude<Answer<T>, { kind: 'unanswered' }> | undefined> {
  for (let failures = 1; !stop.aborted; failures += 1) {
    const answer = await ask();
    if (answer.kind !== 'unanswered') return answer;
    await clock.sleep(backoffMs(failures), stop);
  }
  return undefined;
}
