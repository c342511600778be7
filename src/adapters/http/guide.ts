import type { IncomingMessage } from 'node:http';
import { normaliseSymbol } from '../../contract/symbol.ts';
import type { Signal } from '../../core/signals/signal.ts';
import type { Answer, Answers } from './answers.ts';
import type { ApiHouse } from './api-house.ts';
import { callerOf } from './caller.ts';
import { SEES_ALL, type Showing, type View } from './showing.ts';

/**
 * The guide's live routes, for whoever asks: with a key everything is seen and nothing marked; without one, what may be
 * shown is marked first, unless only the head of the answer is wanted, as monitors do. An answer is a promise only when
 * something has to be marked.
 */
export class Guide {
  readonly #house: ApiHouse;
  readonly #answers: Answers;
  readonly #showing: Showing;
  #latest: { readonly nowMs: number; readonly seq: number; readonly answer: Answer } = NOTHING_ASKED;

  constructor(house: ApiHouse, answers: Answers, showing: Showing) {
    this.#house = house;
    this.#answers = answers;
    this.#showing = showing;
  }

  signals(request: IncomingMessage): Answer | Promise<Answer> {
    return this.#shown(request, live, (view) => this.#answers.signals(view));
  }

  /** Within a millisecond, and as long as nothing happens, the answer stays: pollers ask more often than that. */
  latest(request: IncomingMessage): Answer | Promise<Answer> {
    const { book, clock } = this.#house;
    const [nowMs, seq] = [clock.nowMs(), book.lastSeq];
    const { answer: before, ...asked } = this.#latest;
    if (asked.nowMs === nowMs && asked.seq === seq && callerOf(request).via !== 'key') return before;
    const answer = this.#shown(request, newest, (view) => this.#answers.latest(view));
    const isForAll = callerOf(request).via !== 'key' && request.method !== 'HEAD';
    if (!(answer instanceof Promise) && isForAll) this.#latest = { nowMs, seq, answer };
    return answer;
  }

  ofSymbol(request: IncomingMessage, asked: string): Answer | Promise<Answer> {
    const symbol = normaliseSymbol(asked);
    const ofIt = (house: ApiHouse, nowMs: number) => live(house, nowMs).filter((signal) => signal.symbol === symbol);
    return this.#shown(request, ofIt, (view) => this.#answers.ofSymbol(asked, view));
  }

  #shown(
    request: IncomingMessage,
    wanted: (house: ApiHouse, nowMs: number) => readonly Signal[],
    answer: (view: View) => Answer,
  ): Answer | Promise<Answer> {
    if (callerOf(request).via === 'key') return answer(SEES_ALL);
    if (request.method === 'HEAD') return answer(this.#showing.ahead);
    const marked = this.#showing.mark(wanted(this.#house, this.#house.clock.nowMs()));
    return marked === undefined ? answer(this.#showing) : marked.then(() => answer(this.#showing));
  }
}

const NOTHING_ASKED = { nowMs: Number.NaN, seq: 0, answer: { status: 404, body: '' } };

const live = ({ book }: ApiHouse, nowMs: number): readonly Signal[] => book.live(nowMs);

function newest({ book }: ApiHouse, nowMs: number): readonly Signal[] {
  const signal = book.latest(nowMs);
  return signal === undefined ? [] : [signal];
}
