import { setTimeout as sleep } from 'node:timers/promises';
import type { Promises } from './promises.ts';
import type { Venue } from './venue.ts';

const SETTLING_MS_MAX = 120_000;
const LOOK_EVERY_MS = 250;
const OVER = [
  ...['FILLED', 'CLOSED', 'REJECTED', 'CANCELLED', 'DECLINED', 'NOT_SENT'],
  ...['EXPIRED', 'HALTED', 'ACKED_LEGACY'],
];

interface ShownDelivery {
  readonly id: string;
  readonly state: string;
  readonly reason: string;
  readonly client_order_id?: string;
  readonly history: readonly { readonly report?: { readonly report_id: string } }[];
}

export interface Settled {
  readonly deliveries: number;
  readonly byState: Readonly<Record<string, number>>;
}

/**
 * At rest: asks the server for every signal there was until each delivery has an end with a reason or is in doubt with
 * one, and holds what is answered against what was promised and what the venue has.
 */
export async function settle(url: string, key: string, promises: Promises, venue: Venue): Promise<Settled> {
  // Nothing new from here on, neither from the bot nor to the venue; what closes positions goes on.
  await post(url, key, '/api/v1/accounts/default/halt', { reason: 'the end of the run' });
  const untilMs = Date.now() + SETTLING_MS_MAX;
  const settled = new Map<string, ShownDelivery>();
  const over = new Set<string>();
  for (;;) {
    for (const id of knownIds(promises, venue)) {
      if (over.has(id)) continue;
      const deliveries = await deliveriesOf(url, key, id);
      if (deliveries === undefined) promises.isLost(`GET /signals/${id}`);
      for (const delivery of deliveries ?? []) settled.set(delivery.id, delivery);
      if (deliveries?.every((delivery) => isAtRest(delivery, venue)) !== false) over.add(id);
    }
    // Asking all of them takes a while, in which executors close what is open by orders that are new.
    if (knownIds(promises, venue).every((id) => over.has(id)) || Date.now() > untilMs) break;
    await sleep(LOOK_EVERY_MS);
  }
  for (const delivery of settled.values()) judge(delivery, promises);
  compareWithVenue(settled, promises, venue);
  // A position that was open at rest may have been closed since: what was reported of that is looked up once more.
  for (const { deliveryId, reportId } of promises.reports) {
    if (hasReport(settled, deliveryId, reportId)) continue;
    for (const each of (await deliveriesOf(url, key, deliveryId.split('.', 1)[0]!)) ?? []) settled.set(each.id, each);
  }
  compareWithPromises(settled, promises);
  const byState: Record<string, number> = {};
  for (const { state } of settled.values()) byState[state] = (byState[state] ?? 0) + 1;
  const doubted = [...settled.values()].filter(({ state }) => state === 'IN_DOUBT');
  for (const { id } of doubted) {
    // A person looked at the venue's own screen.
    await post(url, key, `/api/v1/deliveries/${id}/resolve`, {
      state: 'NOT_SENT',
      reason: 'the venue has no such order',
    });
  }
  return { deliveries: settled.size, byState };
}

/** Of what was sent to the venue the executor may have been killed before it could say so, and the follower may be behind. */
function knownIds({ issued, published, claims }: Promises, { orders }: Venue): readonly string[] {
  const sent = [...orders.values()].map(({ order }) => order.signalId);
  return [...new Set([...issued, ...published, ...claims.map(({ signalId }) => signalId), ...sent])];
}

/** Doubt stays where the venue itself does not know. */
function isAtRest({ state, client_order_id: id = '' }: ShownDelivery, { uncertain }: Venue): boolean {
  return OVER.includes(state) || (state === 'IN_DOUBT' && uncertain.has(id));
}

function judge({ id, state, reason }: ShownDelivery, promises: Promises): void {
  if (!OVER.includes(state) && state !== 'IN_DOUBT') promises.problem(`${id} is ${state} at rest`);
  if (reason === '') promises.problem(`${id} is ${state} without a reason`);
}

/** What the venue filled is known as filled, and nothing else is. */
function compareWithVenue(settled: ReadonlyMap<string, ShownDelivery>, promises: Promises, { orders }: Venue): void {
  for (const { order, state } of orders.values()) {
    const delivery = settled.get(`${order.signalId}.default`);
    const known = delivery?.state ?? 'missing';
    const isFilled = known === 'FILLED' || known === 'CLOSED';
    if (known === 'IN_DOUBT' || (state.status === 'FILLED') === isFilled) continue;
    promises.isLost(`the venue says ${state.status} of ${order.clientOrderId}, the delivery ${delivery?.id} ${known}`);
  }
  for (const { id, state, client_order_id: clientOrderId } of settled.values()) {
    // The paper venue is within the house, and this venue knows nothing of it.
    if (!id.endsWith('.default')) continue;
    if ((state === 'FILLED' || state === 'CLOSED') && !orders.has(clientOrderId ?? '')) {
      promises.problem(`${id} is ${state} and the venue has no order ${clientOrderId}`);
    }
  }
}

function compareWithPromises(settled: ReadonlyMap<string, ShownDelivery>, promises: Promises): void {
  for (const { signalId, clientOrderId } of promises.claims) {
    const known = settled.get(`${signalId}.default`)?.client_order_id;
    if (known !== clientOrderId) promises.isLost(`the grant ${clientOrderId} of ${signalId}: answered ${known}`);
  }
  for (const { deliveryId, reportId } of promises.reports) {
    if (!hasReport(settled, deliveryId, reportId)) promises.isLost(`report ${reportId} of ${deliveryId}`);
  }
}

const hasReport = (settled: ReadonlyMap<string, ShownDelivery>, deliveryId: string, reportId: string): boolean =>
  settled.get(deliveryId)?.history.some(({ report }) => report?.report_id === reportId) ?? false;

async function post(url: string, key: string, path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (response.status !== 200) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
}

async function deliveriesOf(url: string, key: string, id: string): Promise<readonly ShownDelivery[] | undefined> {
  const response = await fetch(`${url}/api/v1/signals/${id}`, { headers: { authorization: `Bearer ${key}` } });
  const body = (await response.json()) as { readonly signal?: { readonly deliveries: readonly ShownDelivery[] } };
  return response.status === 200 ? body.signal?.deliveries : undefined;
}
