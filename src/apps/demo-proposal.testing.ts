import { DEMO_SIGNALS } from '../adapters/demo-market/demo-feed.ts';
import type { SignalProposed } from '../core/engine/event.ts';

/** A signal without a market: what a test needs when it is not about strategies. */
export const DEMO_PROPOSAL: SignalProposed = {
  kind: 'propose',
  eventTimeMs: Date.UTC(2026, 0, 1),
  ttlMs: 60_000,
  draft: DEMO_SIGNALS[0]!,
};
