import { Books } from '../../src/core/delivery/books.ts';
import type { Command } from '../../src/core/delivery/command.ts';
import { Dispatcher } from '../../src/core/delivery/dispatcher.ts';
import type { Granted } from '../../src/core/delivery/reply.ts';
import type { ExecutionReport } from '../../src/core/delivery/report.ts';
import { PAPER_ACCOUNT, type Session } from '../../src/core/delivery/session.ts';
import type { Effect } from '../../src/core/engine/effect.ts';
import type { SignalDraft } from '../../src/core/engine/event.ts';
import { issued, START_MS } from './effects.testing.ts';

/**
 * Everything that a dispatcher says over `rounds` signals, one a minute, every kind of effect among it: some are claimed
 * and filled, some doubted and resolved, some shown, some closed, and every tenth position stays open.
 */
export function deliveries(rounds: number): Effect[] {
  const dispatcher = new Dispatcher(new Books(), 'test');
  const effects: Effect[] = [];
  let elapsedMs = 0;
  const take = <C extends Command>(command: C) => {
    const atMs = START_MS + elapsedMs;
    const reply = dispatcher.take(command, { atMs, wallMs: atMs + 5, speed: 1 });
    effects.push(...dispatcher.drain());
    return reply;
  };
  const open = (round: number, account: string): Session => {
    const names = { sessionId: `session ${round} ${account}`, consumer: 'atas – „Büro“', instance: 'a'.repeat(32) };
    const reply = take({
      kind: 'open_session',
      account,
      ...names,
      symbols: [],
      capabilities: ['trailing'],
      takeover: true,
    });
    return (reply as { value: { session: Session } }).value.session;
  };
  const report = ({ delivery, grant }: Granted, said: Partial<ExecutionReport>): void => {
    const { sessionId: session, epoch, fence } = grant;
    const reportId = `report ${effects.length}`;
    const rest = {
      qty: 0.1 + 0.2,
      fee: 0.000_001,
      latency: { submit_to_ack_ms: 12.5 },
      venueTimeMs: START_MS + elapsedMs,
    };
    const full = { reportId, session, epoch, fence, type: 'SUBMITTED', leg: 'ENTRY', ...rest, ...said } as const;
    take({ kind: 'report', deliveryId: delivery.deliveryId, report: full });
  };
  for (let round = 0; round < rounds; round += 1) {
    const effect = issued(1, round);
    if (effect.kind !== 'signal_issued') continue;
    const { signalId, stampUs: _, expiresAtMs: __, ...draft } = effect.signal;
    elapsedMs = round * 60_000;
    const bracket = { side: 'buy', entryPrice: 3500 } as const;
    const asked: SignalDraft = { ...draft, ...bracket };
    const rest = { bodyHash: `hash ${round}`, producer: 'tester', ttlMs: 15_000, maxSlippageBps: 2.5 };
    take({ kind: 'publish', signalId, draft: asked, ...rest });
    take({ kind: 'amend', signalId, version: 1, stopPrice: 3480.5, by: 'tester' });
    if (round % 11 === 0) {
      take({ kind: 'turn_day', dayMs: START_MS + elapsedMs, net: round / 3 });
      take({ kind: 'set_risk', mode: 'REDUCING', rule: 'drawdown', reason: `round ${round}`, by: 'risk', net: -0.1 });
      take({ kind: 'set_risk', mode: 'ACTIVE', rule: 'drawdown', reason: 'it is over', by: 'risk', net: 0.2 });
      take({ kind: 'mute', untilMs: START_MS + elapsedMs + 3_600_000, by: 'me' });
      if (round % 2 === 0) take({ kind: 'mute', untilMs: undefined, by: 'me' });
    }
    if (round % 7 === 0) {
      take({ kind: 'show', signalIds: [signalId] });
    } else if (round % 7 === 1) {
      take({ kind: 'halt', account: 'default', reason: 'enough', by: 'me' });
      take({ kind: 'resume', account: 'default', by: 'me' });
    } else {
      const account = round % 7 === 2 ? PAPER_ACCOUNT : 'default';
      const { sessionId, epoch } = open(round, account);
      const claim = {
        kind: 'claim',
        signalId,
        sessionId,
        epoch,
        account,
        latency: { decidedUs: 1_000_000.5 },
      } as const;
      const granted = (take({ ...claim, key: 'one' }) as { value: Granted }).value;
      if (round % 7 === 3) report(granted, { type: 'NACK', reason: 'not_sent' });
      else if (round % 7 > 4) {
        report(granted, { orderId: '4711' });
        report(granted, { type: 'FILLED', avgPrice: 3500.25 });
        const closing = take({ kind: 'close', signalId, reason: 'out', by: 'me' });
        // In every third of these a target was faster than whoever was to close it.
        if (closing.ok && round % 10 > 0 && round % 3 > 0) {
          const { id } = closing.value.instruction;
          const toClose = (take({ ...claim, signalId: id, key: 'two' }) as { value: Granted }).value;
          report(toClose, { type: 'FILLED', leg: 'CLOSE' });
        }
        if (round % 10 > 0) report(granted, { type: 'CLOSED', leg: 'TP1' });
      }
      elapsedMs += 40_000;
      take({ kind: 'sweep' });
      take({ kind: 'cancel', signalId, reason: 'too late', by: 'tester' });
      const resolution = { state: 'NOT_SENT', reason: 'nothing at the venue', by: 'me' } as const;
      take({ kind: 'resolve', deliveryId: `${signalId}.${account}`, resolution });
    }
  }
  elapsedMs += 60_000;
  take({ kind: 'sweep' });
  dispatcher.recordGap({ symbol: undefined, fromMs: START_MS, toMs: START_MS + elapsedMs, reason: 'the end' });
  effects.push(...dispatcher.drain());
  return effects;
}
