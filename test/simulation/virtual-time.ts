/** How many callbacks wait in the event loop at a time: each is a turn of its own, so its promises are done before the next. */
const TURNS_AHEAD = 64;

/** More than any world needs by far: whatever goes on for longer goes round in circles, and its seed must be told. */
const CALLBACKS_MAX = 1_000_000;

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/**
 * Time that passes only from one callback to the next. Callbacks run in the order of their times, those of the same time
 * in the order in which they were asked for; whatever promises one of them settles has run before the next begins. So
 * the same callbacks give the same history, whatever the machine does meanwhile.
 */
export class VirtualTime {
  #nowMs = 0;
  #asked = 0;
  readonly #callbacksMax: number;
  /** A binary heap, the earliest first. */
  readonly #heap: Due[] = [];

  constructor(callbacksMax = CALLBACKS_MAX) {
    this.#callbacksMax = callbacksMax;
  }

  /** Milliseconds since the world began. */
  get nowMs(): number {
    return this.#nowMs;
  }

  after(ms: number, run: () => void): void {
    this.at(this.#nowMs + ms, run);
  }

  /** Exactly then; now when it is later by now. */
  at(atMs: number, run: () => void): void {
    this.#asked += 1;
    this.#push({ atMs: Math.max(this.#nowMs, atMs), order: this.#asked, run });
  }

  /** Resolves when it is that time, or rejects with what a callback has thrown. */
  runUntil(endMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let isOver = false;
      const turn = (): void => {
        if (isOver) return;
        const next = this.#heap[0];
        if (next === undefined || next.atMs > endMs) {
          isOver = true;
          this.#nowMs = endMs;
          resolve();
          return;
        }
        this.#pop();
        this.#nowMs = next.atMs;
        try {
          if (this.#asked > this.#callbacksMax) throw new Error(`it goes round in circles since ${next.atMs} ms`);
          next.run();
        } catch (error) {
          isOver = true;
          reject(error);
        }
      };
      const turns = (): void => {
        if (isOver) return;
        for (let ahead = 0; ahead < TURNS_AHEAD; ahead += 1) setImmediate(turn);
        setImmediate(turns);
      };
      turns();
    });
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let place = heap.length;
    heap.push(due);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(due, heap[parent]!)) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = due;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = last;
  }
}

const isBefore = (a: Due, b: Due): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
