const KEPT = 5;

interface Sample {
  readonly offsetMs: number;
  readonly roundTripMs: number;
}

/**
 * How far the venue's clock is ahead of ours, from requests for its time. Of the last few answers the fastest knows it
 * best: the error is at most half of its round trip. (Cristian's algorithm, 1989.)
 */
export class ClockOffset {
  readonly #samples: Sample[] = [];

  /** Milliseconds; 0 while nothing is known. */
  get offsetMs(): number {
    return this.#best()?.offsetMs ?? 0;
  }

  get known(): boolean {
    return this.#samples.length > 0;
  }

  /** How much of the offset is certain, milliseconds: what the round trip cannot explain. */
  get certainSkewMs(): number {
    const best = this.#best();
    return best === undefined ? 0 : Math.max(0, Math.abs(best.offsetMs) - best.roundTripMs / 2);
  }

  /** How wrong the offset may be, milliseconds; infinite while nothing is known. */
  get uncertaintyMs(): number {
    const best = this.#best();
    return best === undefined ? Number.POSITIVE_INFINITY : best.roundTripMs / 2;
  }

  /** @param sentMs when we asked, @param receivedMs when we heard, both by our clock */
  add(sentMs: number, receivedMs: number, venueMs: number): void {
    const roundTripMs = Math.max(0, receivedMs - sentMs);
    this.#samples.push({ offsetMs: Math.round(venueMs - (sentMs + receivedMs) / 2), roundTripMs });
    const last = this.#samples.at(-1)!;
    // A clock that was set: what was measured before says nothing of the one that runs now.
    const jumped = this.#samples.some(
      (sample) => Math.abs(sample.offsetMs - last.offsetMs) > (sample.roundTripMs + last.roundTripMs) / 2 + 250,
    );
    if (jumped) this.#samples.splice(0, this.#samples.length - 1);
    if (this.#samples.length > KEPT) this.#samples.shift();
  }

  #best(): Sample | undefined {
    let best: Sample | undefined;
    for (const sample of this.#samples) if (best === undefined || sample.roundTripMs <= best.roundTripMs) best = sample;
    return best;
  }
}
