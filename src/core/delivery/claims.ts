import { hash128 } from '../signals/signal-id.ts';
import type { Claim } from './command.ts';
import { currentGrant, type Delivery, deliveryIdOf, type Grant } from './delivery.ts';
import type { Instruction } from './instruction.ts';
import { done, holding, instructionOf, type Means, staleEpoch, timesOf, unknownSignal } from './means.ts';
import type { Moment } from './moment.ts';
import { codeOfEnd, reasonOfEnd } from './offers.ts';
import type { DeliveryRefusal, DeliveryRefusalCode } from './refusal.ts';
import type { Granted, Replies } from './reply.ts';
import { PAPER_ACCOUNT, type Session } from './session.ts';

/** House milliseconds in which an order to close is expected to be at work. */
const CLOSE_WITHIN_MS = 20_000;

/** The right to execute, once: whoever asks again with the same key is given the same grant, and nobody another one. */
export function claim(means: Means, command: Claim, moment: Moment): Replies['claim'] {
  const { signalId, sessionId, epoch, account, key, latency } = command;
  const instruction = means.books.deliveries.instruction(signalId);
  if (instruction === undefined) return unknownSignal(signalId);
  // First of all, and for a repetition too: whoever was fenced off must not begin anything.
  const session = holding(means, sessionId, epoch);
  if (session === undefined || session.account !== account) return staleEpoch(means, sessionId, epoch);
  const delivery = instruction.deliveries.get(account);
  const grant = delivery && currentGrant(delivery.facts);
  if (delivery !== undefined && grant !== undefined && grant.key === key && grant.sessionId === sessionId) {
    return done(granted(instruction, delivery, grant, moment));
  }
  const refusal = whyNotClaimed(means, instruction, delivery, session, key, moment);
  if (refusal !== undefined) return { ok: false, refusal };
  const seq = means.books.signals.lastSeq + 1;
  const clientOrderId = clientOrderIdOf(means.runAnchor, deliveryIdOf(signalId, account), seq);
  const { consumer } = session;
  const deadlineMs = moment.wallMs + (executableMs(instruction, moment) ?? CLOSE_WITHIN_MS);
  means.emit({
    ...{
      kind: 'delivery_claimed',
      signalId,
      account,
      sessionId,
      consumer,
      epoch,
      key,
      clientOrderId,
      deadlineMs,
      latency,
    },
    ...timesOf(moment),
  });
  const now = instructionOf(means, signalId);
  const claimed = now.deliveries.get(account)!;
  return done(granted(now, claimed, currentGrant(claimed.facts)!, moment));
}

function whyNotClaimed(
  means: Means,
  instruction: Instruction,
  delivery: Delivery | undefined,
  { account, symbols }: Session,
  key: string,
  moment: Moment,
): DeliveryRefusal | undefined {
  const { id, signal, intent, end } = instruction;
  const no = (code: DeliveryRefusalCode, message: string) => ({ code, message });
  if (delivery === undefined && (account !== PAPER_ACCOUNT || intent === 'CLOSE')) {
    return no('not_routed', `The signal ${id} is not offered on the account ${account}.`);
  }
  if (symbols.length > 0 && !symbols.includes(signal.symbol)) {
    return no('not_routed', `The session trades ${symbols.join(', ')} and not ${signal.symbol}.`);
  }
  if (delivery?.state === 'HALTED') {
    return no('halted', `The signal ${id} was withdrawn when the account ${account} was halted: ${delivery.reason}`);
  }
  const grants = delivery?.facts.grants ?? [];
  // A claim that was given back and comes again is an echo of the network: nobody waits for its answer.
  const onOffer = delivery === undefined || delivery.state === 'OFFERED';
  if (grants.length > 0 && (!onOffer || grants.some((grant) => grant.key === key))) {
    return no('claimed', `The signal ${id} was claimed on the account ${account}: it is offered once.`);
  }
  // Somebody whose claim is not known here has spoken of it, and may be executing it.
  const known = no(
    'claimed',
    `Reports of the signal ${id} on the account ${account} came in: it is not offered any more.`,
  );
  if (intent === 'CLOSE' && delivery?.state === 'CANCELLED' && grants.length === 0) {
    return no('cancelled', `The order to close ${id} was withdrawn: ${delivery.reason}`);
  }
  if (intent === 'CLOSE') return onOffer ? undefined : known;
  // A superseded or cancelled signal is refused as such, an acknowledged one as shown: the reason is worth more than EXPIRED.
  // What became of it on the routed account is nothing to the paper venue, which trades every signal until its time is over.
  const isPaperStill = account === PAPER_ACCOUNT && (end?.state === 'EXHAUSTED' || end?.state === 'ACKED_LEGACY');
  if (end !== undefined && !isPaperStill)
    return no(codeOfEnd(instruction), `The signal ${id} is over: ${reasonOfEnd(instruction)}`);
  if (delivery?.state === 'SHOWN')
    return no('shown', `A client of the guide was shown the signal ${id}, and may be trading it.`);
  const halt = means.books.deliveries.account(account)?.halt;
  if (halt !== undefined) return no('halted', `The account ${account} is halted: ${halt.reason}`);
  if (!onOffer) return known;
  if ((executableMs(instruction, moment) ?? 1) < 1) return no('expired', `The time of the signal ${id} is over.`);
  return undefined;
}

/** House milliseconds in which it may still be executed; `undefined` when it does not expire. */
function executableMs({ intent, signal }: Instruction, { atMs, speed }: Moment): number | undefined {
  return intent === 'CLOSE' ? undefined : Math.floor((signal.expiresAtMs - atMs) / speed);
}

function granted(instruction: Instruction, delivery: Delivery, grant: Grant, moment: Moment): Granted {
  const leftMs = executableMs(instruction, moment);
  // A repeated claim is told what is left now: its sender counts from the moment it sent the repetition.
  const executeWithinMs =
    leftMs === undefined ? undefined : Math.max(0, Math.min(leftMs, grant.deadlineMs - moment.wallMs));
  return { instruction, delivery, grant, executeWithinMs };
}

/** At most 28 of the 36 characters that venues take, so that a leg can be added. Another one for every grant. */
function clientOrderIdOf(runAnchor: string, deliveryId: string, fence: number): string {
  const words = hash128(`${runAnchor}|${deliveryId}|${fence}`).map((word) => word.toString(16).padStart(8, '0'));
  return `tw-${words.join('').slice(0, 24)}`;
}
