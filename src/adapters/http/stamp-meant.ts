import type { ReceivedStamp } from '../../contract/stamp.ts';
import type { Decoded } from '../../core/decoded.ts';
import { HISTORY_SHOWN, type SignalBook } from '../../core/signals/signal-book.ts';

const SECOND_US = 1_000_000;

/**
 * The stamp that a client means. With a fraction it says so. A whole second may be a stamp at .000000 with its zeros
 * trimmed, or any stamp of that second with its fraction lost, and is never a guess:
 *
 *   a signal at .000000   that one, unless it and another one of the second are live. Once it has ended, the second
 *                         goes on meaning it: the text may be a repetition, and must not end another signal.
 *   none at .000000       the only signal ever issued in the second, while it is live, or once it was acknowledged:
 *                         then it is the repetition of what was understood the first time.
 *   anything else         nobody can know.
 */
export function stampMeant(
  { stampUs, precision }: ReceivedStamp,
  book: Pick<SignalBook, 'open' | 'history' | 'knows'>,
  nowMs: number,
): Decoded<number> {
  if (precision === 'microsecond') return { ok: true, value: stampUs };

  const inThatSecond = (signal: { readonly stampUs: number }) =>
    signal.stampUs >= stampUs && signal.stampUs < stampUs + SECOND_US;
  // All that are live, also those that are too many to be shown.
  const live = book.open.filter((signal) => signal.expiresAtMs > nowMs && inThatSecond(signal));
  const [first] = live;
  if (book.knows(stampUs) && (first?.stampUs !== stampUs || live.length === 1)) return { ok: true, value: stampUs };

  const history = book.history(nowMs);
  const ended = history.filter(({ signal }) => inThatSecond(signal));
  const reachesBack = history.length < HISTORY_SHOWN || history[0]!.signal.stampUs < stampUs;
  if (live.length + ended.length === 1 && reachesBack) {
    if (first !== undefined) return { ok: true, value: first.stampUs };
    const [only] = ended;
    if (only?.end.state === 'ACKED_LEGACY') return { ok: true, value: only.signal.stampUs };
  }
  return { ok: false, problem: live.length === 0 ? 'no live signal was' : 'more than one signal may have been' };
}
