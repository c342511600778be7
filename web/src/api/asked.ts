import { useEffect, useState } from 'react';
import { house } from './house.ts';
import { useStore } from './store.ts';

/**
 * Asks for something at once and every so often, for as long as it is looked at.
 *
 * @param key When it is another question; the answer to one is never shown for another.
 */
export function useAsked<T>(ask: () => Promise<T>, everyMs: number, key: string): T | undefined {
  const [answer, setAnswer] = useState<{ readonly key: string; readonly value: T }>();
  const renewals = useStore(house.renewals);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says when it is another question
  useEffect(() => {
    let isWanted = true;
    const look = async (): Promise<void> => {
      if (!house.isLive) return;
      // What is missed now is asked again in a moment, and a lost connection is told of on every view.
      const value = await ask().catch(() => undefined);
      if (isWanted && value !== undefined) setAnswer({ key, value });
    };
    void look();
    const timer = setInterval(() => void look(), everyMs);
    return () => {
      isWanted = false;
      clearInterval(timer);
    };
  }, [key, everyMs, renewals]);
  return answer?.key === key ? answer.value : undefined;
}
