import { type TapeEvent, timeOf } from './decode-row.ts';
import type { TapeKind } from './tape-source.ts';

export type IsRepetition = (event: TapeEvent) => boolean;

/** Ids remembered within one millisecond. A busier millisecond than this has not been seen. */
const IDS_MAX = 4_096;

/**
 * Tells repetitions among events whose times do not go back: the same bar, or the same trade id in the same millisecond.
 * Quotes and books may repeat.
 */
export function repetition(kind: TapeKind): IsRepetition {
  if (kind === 'bookTicker' || kind === 'book_snapshot') return () => false;
  let lastMs = Number.NaN;
  let highestId = -1;
  const ids = new Float64Array(IDS_MAX);
  let idCount = 0;
  return (event) => {
    const timeMs = timeOf(event);
    const isSameTime = timeMs === lastMs;
    lastMs = timeMs;
    if (event.kind !== 'trade') return isSameTime;
    const id = event.tradeId;
    if (!isSameTime) idCount = 0;
    // Ids nearly always rise: only one that does not is looked for.
    else if (id <= highestId && ids.subarray(0, idCount).includes(id)) return true;
    highestId = isSameTime && highestId > id ? highestId : id;
    if (idCount < IDS_MAX) ids[idCount] = id;
    idCount = Math.min(idCount + 1, IDS_MAX);
    return false;
  };
}
