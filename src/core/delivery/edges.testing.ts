import type { DeliveryState } from './delivery.ts';

/** What executors say of an order, in whatever order it arrives. */
const REPORTED: readonly DeliveryState[] = [
  ...['WORKING', 'PARTIAL', 'FILLED', 'CLOSED', 'REJECTED', 'CANCELLED', 'DECLINED', 'NOT_SENT'],
] as DeliveryState[];

/**
 * From which state a delivery may come into which, written down apart from the code that decides it. Reports may come
 * late and in any order, so a fact moves a delivery over states that it seems to have skipped; a fill is never taken back.
 */
const EDGES: Readonly<Record<DeliveryState, readonly DeliveryState[]>> = {
  // Reports of a claim that the journal does not know, or that was given back: it is not offered any more.
  OFFERED: ['SHOWN', 'ACKED_LEGACY', 'CLAIMED', 'EXPIRED', 'CANCELLED', 'HALTED', ...REPORTED],
  SHOWN: ['ACKED_LEGACY', 'EXPIRED', 'CANCELLED', ...REPORTED],
  // Given back: offered again, or over where the offer had ended meanwhile.
  CLAIMED: ['IN_DOUBT', 'OFFERED', 'EXPIRED', 'CANCELLED', 'HALTED', ...REPORTED],
  WORKING: ['IN_DOUBT', 'PARTIAL', 'FILLED', 'CLOSED', 'REJECTED', 'CANCELLED'],
  PARTIAL: ['IN_DOUBT', 'FILLED', 'CLOSED'],
  FILLED: ['CLOSED'],
  CLOSED: [],
  // Of a partial fill nothing can be said to have come to nothing: what is resolved then is the rest.
  IN_DOUBT: ['FILLED', 'CLOSED', 'REJECTED', 'CANCELLED', 'DECLINED', 'NOT_SENT'],
  // A late fact beats what was said before it, and a doubt from before it holds for what is open again.
  REJECTED: ['FILLED', 'CLOSED', 'CANCELLED'],
  CANCELLED: ['REJECTED', ...REPORTED.filter((state) => state !== 'CANCELLED')],
  DECLINED: ['IN_DOUBT', 'WORKING', 'PARTIAL', 'FILLED', 'CLOSED', 'REJECTED', 'CANCELLED'],
  NOT_SENT: ['IN_DOUBT', 'DECLINED', 'WORKING', 'PARTIAL', 'FILLED', 'CLOSED', 'REJECTED', 'CANCELLED'],
  EXPIRED: REPORTED,
  HALTED: REPORTED,
  ACKED_LEGACY: REPORTED,
};

export const mayMove = (from: DeliveryState, to: DeliveryState): boolean => EDGES[from].includes(to);
