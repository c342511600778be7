import { assert } from '../assert.ts';
import { amendedBracket } from './amended-bracket.ts';
import type { Amend, Cancel, Publish } from './command.ts';
import { isInFlight } from './delivery.ts';
import type { Instruction } from './instruction.ts';
import { done, instructionOf, type Means, refuse, timesOf, unknownSignal } from './means.ts';
import type { Moment } from './moment.ts';
import { codeOfEnd, issueSignal, reasonOfEnd } from './offers.ts';
import type { Replies } from './reply.ts';
import { DEFAULT_ACCOUNT } from './session.ts';

export function publish(
  means: Means,
  { signalId, bodyHash, producer, draft, ttlMs, maxSlippageBps }: Publish,
  moment: Moment,
): Replies['publish'] {
  const known = means.books.deliveries.instruction(signalId);
  if (known !== undefined) {
    if (known.bodyHash === bodyHash) return done({ instruction: known, duplicate: true });
    return refuse('id_reused', `The signal ${signalId} is known with another content. A new signal needs a new id.`);
  }
  if (means.books.deliveries.mayBeForgotten(signalId, producer)) {
    const message = `The id ${signalId} is as old as those that are forgotten here: it may have been used. Choose a new one.`;
    return refuse('id_too_old', message);
  }
  const problem = amendedBracket(draft);
  if (typeof problem === 'string') return refuse('bad_bracket', problem);
  const halt = means.books.deliveries.account(DEFAULT_ACCOUNT)?.halt;
  if (halt !== undefined) return refuse('halted', `The account ${DEFAULT_ACCOUNT} is halted: ${halt.reason}`);
  assert(ttlMs !== undefined, 'dispatcher: the engine knows the default ttl');
  const published = { producer, bodyHash, ...(maxSlippageBps !== undefined && { maxSlippageBps }) };
  const { atMs, speed } = moment;
  issueSignal(means, { signalId, draft, atMs, ttlMs: Math.max(1, Math.floor(ttlMs * speed)), published });
  return done({ instruction: instructionOf(means, signalId), duplicate: false });
}

export function cancel(means: Means, { signalId, reason, by }: Cancel, moment: Moment): Replies['cancel'] {
  const instruction = means.books.deliveries.instruction(signalId);
  if (instruction === undefined || instruction.intent === 'CLOSE') return unknownSignal(signalId);
  if (!withdraw(means, instruction, reason, by, moment) && instruction.end?.state !== 'CANCELLED') {
    return refuse(codeOfEnd(instruction), `The signal ${signalId} is over: ${reasonOfEnd(instruction)}`);
  }
  return done(instructionOf(means, signalId));
}

/** No entry from it any more: ends its offer, or tells whoever executes it. @returns whether there was anything to say */
export function withdraw(means: Means, instruction: Instruction, reason: string, by: string, moment: Moment): boolean {
  const { id: signalId, end, deliveries } = instruction;
  if (end === undefined) {
    const { atMs } = moment;
    means.emit({ kind: 'signal_ended', signalId, state: 'CANCELLED', reason: `${reason} (${by})`, atMs });
    return true;
  }
  if (![...deliveries.values()].some(isInFlight)) return false;
  means.emit({ kind: 'cancel_requested', signalId, reason, by, ...timesOf(moment) });
  return true;
}

export function amend(means: Means, command: Amend, moment: Moment): Replies['amend'] {
  const { signalId, version, by } = command;
  const instruction = means.books.deliveries.instruction(signalId);
  if (instruction === undefined || instruction.intent === 'CLOSE') return unknownSignal(signalId);
  if (instruction.version !== version) {
    const message = `The signal ${signalId} has version ${instruction.version} by now, not ${version}: read it again.`;
    return { ok: false, refusal: { code: 'version_conflict', message, version: instruction.version } };
  }
  const open = [...instruction.deliveries.values()].some((each) => isInFlight(each) || each.state === 'FILLED');
  if (instruction.end !== undefined && !open) {
    return refuse(codeOfEnd(instruction), `The signal ${signalId} is over: ${reasonOfEnd(instruction)}`);
  }
  const bracket = amendedBracket(instruction.signal, command, open);
  if (typeof bracket === 'string') return refuse('bad_bracket', bracket);
  means.emit({ kind: 'signal_amended', signalId, version: version + 1, ...bracket, by, ...timesOf(moment) });
  return done(instructionOf(means, signalId));
}
