import type { Json } from '../../../contract/json-text.ts';
import type { Instruction } from '../../../core/delivery/instruction.ts';
import type { EventLog } from '../event-log.ts';
import { type DeliveryAnswer, malformed, refused } from './handler.ts';

/** Where a list or the events after a cursor begin; the answer to whoever sent one that leads nowhere. */
export function startOf(log: EventLog, after: string | undefined): number | DeliveryAnswer {
  if (after === undefined) return 0;
  const place = log.placeOf(after);
  if (place.ok) return place.seq;
  return place.malformed ? malformed(`after: ${place.reason}`) : cursorGone(log, place.reason);
}

export function cursorGone(log: EventLog, reason: string): DeliveryAnswer {
  const sentence = `${reason.charAt(0).toUpperCase()}${reason.slice(1)}`;
  const message = `${sentence}. Take a snapshot of what you need, and go on from \`oldest\` or from GET /api/v1/time.`;
  return refused('cursor_gone', message, { oldest: log.oldestCursor, reset: true });
}

/**
 * A page of a list, oldest first. An instruction's items stay together, so that a cursor, which names an instruction,
 * can stand behind them.
 */
export function pageOf(
  log: EventLog,
  wanted: (instruction: Instruction) => boolean,
  limit: number,
  itemsOf: (instruction: Instruction) => readonly Json[],
): { readonly items: readonly Json[]; readonly next: string | null } {
  const items: Json[] = [];
  let lastSeq = 0;
  for (const instruction of log.book.instructions) {
    if (!wanted(instruction)) continue;
    const more = itemsOf(instruction);
    if (more.length === 0) continue;
    if (items.length > 0 && items.length + more.length > limit) return { items, next: log.cursorOf(lastSeq) };
    items.push(...more);
    lastSeq = instruction.seq;
  }
  return { items, next: null };
}
