import type { EngineEvent } from '../core/engine/event.ts';

/** Somebody who watches market data pass, as the engine sees them. Must not throw, and must not keep event objects. */
export interface MarketTap {
  /** False while nobody listens: then `see` need not be called. */
  readonly listening: boolean;
  /** The event may be changed as soon as this has returned. */
  see(event: EngineEvent): void;
}
