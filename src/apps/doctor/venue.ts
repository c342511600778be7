import { endpointsOf } from '../../adapters/binance/endpoints.ts';
import type { Config } from '../config/schema.ts';
import { type Check, fail, ok, warn } from './check.ts';

const ANSWER_WITHIN_MS = 5_000;
/** The feed issues no signals with clocks further apart than this. */
const SKEW_MAX_MS = 500;

/** Can the live market be reached, and does it say the same time? Nothing to say of markets that are no venue. */
export async function checkVenue({ source, live }: Config['market']): Promise<Check[]> {
  if (source !== 'binance') return [];
  const { rest } = endpointsOf(live.venueUrl);
  const askedMs = Date.now();
  try {
    const response = await fetch(`${rest}/fapi/v1/time`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const { serverTime } = (await response.json()) as { serverTime?: unknown };
    const heardMs = Date.now();
    if (!response.ok || typeof serverTime !== 'number') {
      return [fail('venue', `${rest} answers ${response.status} without its time`, 'look at the venue’s status page')];
    }
    const skewMs = Math.round(serverTime - (askedMs + heardMs) / 2);
    const found = `${rest} answers in ${heardMs - askedMs} ms; its clock is ${skewMs} ms ahead of this computer’s`;
    const certain = Math.abs(skewMs) - (heardMs - askedMs) / 2;
    return [
      certain > SKEW_MAX_MS
        ? warn('venue', found, 'let this computer set its clock from the network')
        : ok('venue', found),
    ];
  } catch (error) {
    const reason =
      error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
    return [
      fail(
        'venue',
        `${rest} cannot be reached: ${reason}`,
        'check network, proxy and whether the venue serves your country',
      ),
    ];
  }
}
