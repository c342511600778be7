import type { Effect } from '../core/engine/effect.ts';
import type { Journal } from './journal.ts';

/** All kept effects after `afterSeq`. */
export async function readAll(journal: Pick<Journal, 'read'>, afterSeq = 0): Promise<Effect[]> {
  const effects: Effect[] = [];
  for await (const effect of journal.read(afterSeq)) effects.push(effect);
  return effects;
}
