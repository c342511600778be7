import assert from 'node:assert/strict';

interface Shown {
  readonly timestamp: string;
  readonly metadata: { readonly signal_id: string; readonly expires_at: string; readonly outcome?: unknown };
}

interface Listing {
  readonly signals: readonly Shown[];
  readonly timestamp: string;
}

/**
 * A client that remembers everything it was told, over all lives of the server, and protests at the first answer that
 * contradicts an earlier one. Stamps have one format, so comparing them as text compares them as times.
 */
export class Witness {
  /** Every signal ever answered, as it was told, by stamp. */
  readonly told = new Map<string, string>();
  /** Stamps whose acknowledgement was answered with 200. */
  readonly acknowledged = new Set<string>();
  answers = 0;
  liveAnswers = 0;
  #marketTime = '';

  /** Reads the live signals. A connection that breaks is a kill, not an answer. */
  async lookAtLive(url: string): Promise<readonly Shown[]> {
    const acknowledged = new Set(this.acknowledged);
    const listing = await this.#read(`${url}/api/signals`);
    for (const signal of listing.signals) {
      this.liveAnswers += 1;
      this.#believeSignal(signal);
      const { expires_at: expires } = signal.metadata;
      assert.ok(expires > listing.timestamp, `${signal.timestamp} is live at ${listing.timestamp}, after ${expires}`);
      assert.ok(!acknowledged.has(signal.timestamp), `${signal.timestamp} is live after its acknowledgement`);
    }
    return listing.signals;
  }

  async lookAtHistory(url: string): Promise<readonly Shown[]> {
    const listing = await this.#read(`${url}/api/signals/history`);
    for (const { metadata, ...rest } of listing.signals) {
      const { outcome: _, ...kept } = metadata;
      this.#believeSignal({ ...rest, metadata: kept });
    }
    return listing.signals;
  }

  async acknowledge(url: string, stamp: string): Promise<void> {
    const response = await fetch(`${url}/api/signals/acknowledge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ timestamp: stamp }),
    });
    const body = await response.text();
    assert.equal(response.status, 200, `acknowledging ${stamp}: ${body}`);
    this.acknowledged.add(stamp);
  }

  /** What was known before the question must hold in the answer; other answers may be under way meanwhile. */
  async #read(url: string): Promise<Listing> {
    const marketTime = this.#marketTime;
    const response = await fetch(url);
    const body = await response.text();
    assert.equal(response.status, 200, `${url}: ${body}`);
    this.answers += 1;
    const listing = JSON.parse(body) as Listing;
    assert.ok(listing.timestamp >= marketTime, `market time went back from ${marketTime} to ${listing.timestamp}`);
    if (listing.timestamp > this.#marketTime) this.#marketTime = listing.timestamp;
    return listing;
  }

  #believeSignal(signal: Shown): void {
    const text = JSON.stringify(signal);
    const before = this.told.get(signal.timestamp);
    assert.ok(before === undefined || before === text, `${signal.timestamp} was told differently before: ${before}`);
    this.told.set(signal.timestamp, text);
  }
}
