import type { z } from 'zod';
import type * as guide from '../../../src/contract/schemas.ts';
import type * as deliveries from '../../../src/contract/v1/delivery.ts';
import type * as execution from '../../../src/contract/v1/execution.ts';
import type * as positions from '../../../src/contract/v1/position.ts';
import type * as signals from '../../../src/contract/v1/signal.ts';
import type * as views from '../../../src/contract/v1/view.ts';

/** The shapes of the API, as the server's own schemas have them. */
export type Signal = z.infer<typeof signals.signal>;
export type Delivery = z.infer<typeof deliveries.delivery>;
export type Account = z.infer<typeof execution.account>;
export type Instrument = z.infer<typeof views.instrument>;
export type InstrumentView = z.infer<typeof views.instrumentView>;
export type Position = z.infer<typeof positions.position>;
export type Performance = z.infer<typeof positions.performance>;
export type Interval = z.infer<typeof positions.interval>;
export type Risk = z.infer<typeof positions.risk>;
export type Ledger = z.infer<typeof positions.ledger>;
export type Look = z.infer<typeof views.look>;
export type Bar = z.infer<typeof views.bar>;
export type SilencePage = z.infer<typeof views.silencePage>;
export type ConfigAnswer = z.infer<typeof views.configAnswer>;
export type Tick = z.infer<typeof views.marketTick>;
export type Time = z.infer<typeof execution.timeAnswer>;
export type Timeframe = Look['timeframe'];
export type Health = z.infer<typeof guide.health>;
export type Statistics = z.infer<typeof guide.stats>['statistics'];
