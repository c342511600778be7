import type { ApiClient } from './api-client.ts';
import { type ClaimResult, claim } from './claim.ts';
import type { Deadline } from './deadline.ts';
import type { EntryCanceller } from './entry-canceller.ts';
import type { Intent, Ledger, Submission } from './ledger.ts';
import { type Notify, wordsOf } from './notice.ts';
import type { Broker, Clock, Order, OrderState } from './ports.ts';
import { priceObjection } from './price-guard.ts';
import type { Reconciler } from './reconciler.ts';
import type { Reporter } from './reporter.ts';
import type { SessionKeeper } from './session-keeper.ts';
import type { Signal } from './wire.ts';

/** What to do with a signal: trade so much, or leave it. What is left is never claimed, so another may take it. */
export type Decision =
  | { readonly take: 'MARKET'; readonly qty: number }
  | { readonly take: 'LIMIT'; readonly qty: number; readonly price: number }
  | { readonly decline: string };

export interface Job {
  readonly signal: Signal;
  /** Monotonic milliseconds at which this process heard of it. */
  readonly receivedAtMs: number;
  /** Said by the server while the job was under way. */
  isCancelled: boolean;
}

export interface ExecutionTools {
  readonly account: string;
  readonly instance: string;
  readonly decide: (signal: Signal) => Decision | Promise<Decision>;
  readonly newId: () => string;
  readonly api: ApiClient;
  readonly broker: Broker;
  readonly canceller: Pick<EntryCanceller, 'cancel'>;
  readonly clock: Clock;
  readonly keeper: SessionKeeper;
  readonly ledger: Ledger;
  readonly notify: Notify;
  readonly reconciler: Reconciler;
  readonly reporter: Reporter;
  /** Monotonic milliseconds at which each order left, for the latency of its fill. */
  readonly leftAtMs: Map<string, number>;
  readonly stop: AbortSignal;
}

type Granted = Extract<ClaimResult, { kind: 'granted' }>;

/**
 * One signal from hearing of it to knowing what became of it: decide, write the intent down, claim, write down that an
 * order leaves, look once more at everything that may stand against it, and send. Whatever happens after a step, the disk
 * says that the step may have been taken; and no step is ever taken twice.
 *
 * @returns false when nobody here knows whether the claim was granted
 */
export async function execute(job: Job, tools: ExecutionTools): Promise<boolean> {
  const { signal } = job;
  const { ledger, clock, notify } = tools;
  const decision = await decideOn(signal, tools);
  if (decision === undefined) return true;

  const session = tools.keeper.current;
  if (session === undefined || !tools.keeper.holds({ session: session.id, epoch: session.epoch })) return true;
  const intent: Intent = {
    signalId: signal.id,
    account: tools.account,
    intent: signal.intent,
    key: tools.newId(),
    instance: tools.instance,
    session: session.id,
    epoch: session.epoch,
  };
  await ledger.write({ kind: 'intent', intent });

  const claimAtMs = clock.monotonicMs();
  const claimed = await claim(intent, tools, () => tools.keeper.isCurrent(intent));
  if (claimed.kind === 'unresolved') return false;
  if (claimed.kind === 'refused') {
    const { code, detail } = claimed.refusal;
    notify('claim_refused', `${code}: ${detail}`, signal.id);
    await ledger.write({ kind: 'refused', signalId: signal.id, code });
    return true;
  }
  const latency = { received_to_claim_ms: claimAtMs - job.receivedAtMs, claim_ms: claimed.claimMs };
  // What still rests would be filled behind the close. Not waited for: getting out is what matters, and this leaves first.
  const { intent: asked, closes } = claimed.grant.signal;
  const withdrawn = asked === 'CLOSE' && closes !== undefined ? tools.canceller.cancel(closes) : undefined;
  await submit(job, decision, intent, claimed, latency, tools);
  await withdrawn;
  return true;
}

async function decideOn(signal: Signal, { decide, notify }: ExecutionTools): Promise<Take | undefined> {
  try {
    const decision = await decide(signal);
    if ('decline' in decision) {
      notify('declined', decision.decline, signal.id);
      return undefined;
    }
    if (decision.qty > 0 && Number.isFinite(decision.qty)) return decision;
    notify('decide_failed', `a quantity cannot be ${decision.qty}`, signal.id);
  } catch (error) {
    notify('decide_failed', wordsOf(error), signal.id);
  }
  return undefined;
}

type Take = Exclude<Decision, { decline: string }>;

async function submit(
  job: Job,
  decision: Take,
  intent: Intent,
  { grant, deadline }: Granted,
  latency: Readonly<Record<string, number>>,
  tools: ExecutionTools,
): Promise<void> {
  const { broker, clock, ledger, notify, reporter } = tools;
  const answeredAtMs = clock.monotonicMs();
  const { id: signalId } = job.signal;
  const submission: Submission = {
    delivery: grant.deliveryId,
    fence: grant.fence,
    session: intent.session,
    epoch: intent.epoch,
    clientOrderId: grant.clientOrderId,
    leg: grant.signal.intent,
  };
  try {
    await ledger.write({ kind: 'submitting', signalId, submission });
  } catch (error) {
    notify('store_failed', wordsOf(error), signalId);
    return reporter.tellNotDone(signalId, submission, { type: 'NACK', reason: 'store_failed' }, latency);
  }

  // From here to `broker.submit` nothing is awaited: what was true at the look is true when the order leaves.
  const reason = objectionTo(job, grant.signal, intent, deadline, tools);
  if (reason !== undefined) return reporter.tellNotDone(signalId, submission, { type: 'NACK', reason }, latency);
  const submittedAtMs = clock.monotonicMs();
  tools.leftAtMs.set(grant.clientOrderId, submittedAtMs);
  const outcome = await attempt(broker, orderOf(grant.signal, decision, grant.clientOrderId));
  if (!outcome.ok) {
    notify('in_doubt', `nobody knows whether ${grant.clientOrderId} arrived: ${outcome.problem}`, signalId);
    const entry = ledger.entry(signalId);
    // The venue's own word may have come first, and the server may have it already: then there is nothing left to find.
    return entry === undefined ? undefined : tools.reconciler.find(entry);
  }
  const tookMs = clock.monotonicMs() - submittedAtMs;
  const { status } = outcome.state;
  if (status !== 'SUBMITTED' && status !== 'PARTIAL') tools.leftAtMs.delete(grant.clientOrderId);
  notify('submitted', `${grant.clientOrderId} is ${status}`, signalId);
  const measured = { ...latency, claim_to_submit_ms: submittedAtMs - answeredAtMs, submit_to_ack_ms: tookMs };
  await reporter.tell(
    { ...outcome.state, clientOrderId: grant.clientOrderId },
    status === 'FILLED' ? { ...measured, submit_to_fill_ms: tookMs } : measured,
  );
}

/** Everything that may have changed since the signal was decided on. The reason not to send, if there is one. */
function objectionTo(
  job: Job,
  signal: Signal,
  intent: Intent,
  deadline: Deadline,
  { keeper, broker, stop, instance, notify }: ExecutionTools,
): string | undefined {
  if (intent.instance !== instance || !keeper.holds(intent)) return 'session_lost';
  // The one reason after which the server may offer the signal again, to whoever comes next.
  if (stop.aborted) return 'not_sent';
  if (deadline.isOver) return 'expired_before_submission';
  if (job.isCancelled) return 'signal_cancelled';
  if (keeper.isHalted && signal.intent === 'ENTRY') return 'account_halted';
  return priceObjection(signal, (symbol) => quoteOf(broker, symbol, notify));
}

/** A broker that cannot say has no quote. */
function quoteOf(broker: Broker, symbol: string, notify: Notify): ReturnType<Broker['quote']> {
  try {
    return broker.quote(symbol);
  } catch (error) {
    notify('quote_failed', `${symbol}: ${wordsOf(error)}`);
    return undefined;
  }
}

async function attempt(
  broker: Broker,
  order: Order,
): Promise<{ readonly ok: true; readonly state: OrderState } | { readonly ok: false; readonly problem: string }> {
  try {
    return { ok: true, state: await broker.submit(order) };
  } catch (error) {
    return { ok: false, problem: wordsOf(error) };
  }
}

function orderOf(signal: Signal, decision: Take, clientOrderId: string): Order {
  const { id: signalId, intent: leg, symbol, side, stopLoss, takeProfit, targets } = signal;
  return {
    clientOrderId,
    signalId,
    leg,
    symbol,
    side,
    kind: decision.take,
    ...(decision.take === 'LIMIT' ? { price: decision.price } : {}),
    qty: decision.qty,
    reduceOnly: leg === 'CLOSE',
    ...(leg === 'CLOSE' ? {} : { bracket: { stopLoss, takeProfit, targets } }),
  };
}
