import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Books } from '../delivery/books.ts';
import type { Command } from '../delivery/command.ts';
import type { Replies } from '../delivery/reply.ts';
import { asJson, DRAFT } from '../delivery/scene.testing.ts';
import { Engine } from '../engine/engine.ts';
import { ABSTAINS, clock, ETH, START_MS, votes } from '../engine/scripted.testing.ts';
import { deep, Floor } from './floor.testing.ts';
import { TRADING } from './paper.testing.ts';

const gone = (ms: number) => ({ kind: 'delisted', symbol: 'ETHUSDT', eventTimeMs: START_MS + ms }) as const;

/** By the clock of this computer, milliseconds after the start. */
function ask<C extends Command>(
  floor: Floor,
  command: C,
  ms: number,
): Extract<Replies[C['kind']], { ok: true }>['value'] {
  const atMs = START_MS + ms;
  const reply: { ok: boolean; value?: unknown } = floor.engine.take(command, { atMs, wallMs: atMs, speed: 1 });
  floor.effects.push(...floor.engine.drain());
  assert.equal(reply.ok, true, JSON.stringify(reply));
  return reply.value as never;
}

/** A position on paper since 09:00:02. */
const opened = (...changes: ConstructorParameters<typeof Floor>): Floor =>
  new Floor(...changes).until(1_000).until(3_000, 3500, votes('buy'));

const closeByHand = (floor: Floor, ms: number) => {
  const { signalId, account } = [...floor.positions.open].find((position) => position.account === 'paper')!;
  return ask(floor, { kind: 'close', signalId, account, reason: 'enough', by: 'me' }, ms);
};

/** An executor on the account `default` that holds the same position. */
class Other {
  readonly #floor: Floor;
  #epoch = 0;

  constructor(floor: Floor) {
    this.#floor = floor;
    const who = { sessionId: 's', account: 'default', consumer: 'c', instance: 'a'.repeat(32) };
    const all = { symbols: [], capabilities: [], takeover: false };
    this.#epoch = ask(floor, { kind: 'open_session', ...who, ...all }, floor.nowMs).session.epoch;
  }

  claim(signalId: string): number {
    const session = { sessionId: 's', epoch: this.#epoch, account: 'default' };
    return ask(this.#floor, { kind: 'claim', signalId, ...session, key: 'k', latency: {} }, this.#floor.nowMs).grant
      .fence;
  }

  report(signalId: string, fence: number, said: object): void {
    const reportId = String(this.#floor.effects.length);
    const report = { reportId, session: 's', epoch: this.#epoch, fence, ...said } as never;
    ask(this.#floor, { kind: 'report', deliveryId: `${signalId}.default`, report }, this.#floor.nowMs);
  }

  stayAlive(): void {
    ask(this.#floor, { kind: 'heartbeat', sessionId: 's', epoch: this.#epoch }, this.#floor.nowMs);
  }
}

it('begins again when retention has dropped the entry of a close that is still in doubt', () => {
  const floor = new Floor().until(1_000);
  const other = new Other(floor);
  floor.until(3_000, 3500, votes('buy'));
  const [{ signalId }] = [[...floor.positions.open][0]!];
  const fence = other.claim(signalId);
  other.report(signalId, fence, { type: 'FILLED', leg: 'ENTRY', cumQty: 1, avgPrice: 3500 });
  const close = { kind: 'close', signalId, reason: 'enough', by: 'me' } as const;
  const { instruction } = ask(floor, close, 3_000);
  other.claim(instruction.id);
  other.report(signalId, fence, { type: 'CLOSED', leg: 'CLOSE', qty: 1, leavesQty: 0, avgPrice: 3500 });
  floor.until(60_000, 3500, ABSTAINS);
  assert.equal(floor.positions.openCount, 0);
  const engine = new Engine(floor.settings, new Books(asJson(floor.books.asBase())));
  engine.apply({ kind: 'instrument', instrument: ETH });
  assert.deepEqual(engine.apply(clock(61_000)), []);
});

it('closes at the last prices what leaves the market after it has fallen silent, and what was never taken up', () => {
  const silent = opened().until(4_000, 3510, ABSTAINS);
  const reason = 'its trades had not arrived when the minute was over';
  silent.apply({ kind: 'gap', symbol: 'ETHUSDT', fromMs: START_MS + 4_000, toMs: START_MS + 60_000, reason });
  silent.apply(clock(60_000), gone(60_500), clock(61_000), clock(62_000));
  assert.match(silent.told.at(-1)!, /^CLOSED CLOSE 3509\.\d+ ETHUSDT is not watched any more$/);
  const brief = opened().restart();
  brief.apply(deep(4_100, 3500), gone(4_500), clock(5_000), clock(6_000));
  assert.equal(brief.positions.openCount, 0);
});

it('goes on closing what a session that is over had claimed', () => {
  const off = opened();
  closeByHand(off, 3_000);
  off.restart();
  // Nothing is traded on paper for a while, and the lease of the paper venue lapses.
  const { trading: _, ...without } = off.settings;
  off.engine = new Engine(without, off.books);
  for (const ms of [4_000, 20_000, 40_000]) ask(off, { kind: 'sweep' }, ms);
  off.restart();
  off.nowMs = 41_000;
  assert.equal(off.until(43_000, 3500, ABSTAINS).positions.openCount, 0);

  const released = opened();
  closeByHand(released, 3_000);
  ask(released, { kind: 'release', sessionId: released.books.deliveries.account('paper')!.session!.sessionId }, 3_000);
  released.restart();
  released.nowMs = 4_000;
  assert.equal(released.until(6_000, 3500, ABSTAINS).positions.openCount, 0);
});

/** A person says at what price, because nobody else can. */
function settle(floor: Floor, ms: number): void {
  const [{ positionId }] = [[...floor.positions.open][0]!];
  const said = { type: 'CLOSED', leg: 'CLOSE', qty: 2.165, leavesQty: 0, avgPrice: 3495, reason: 'settled' } as const;
  const report = { reportId: 'settled', session: 'person me', epoch: 1, fence: 2, ...said };
  ask(floor, { kind: 'report', deliveryId: positionId, report }, ms);
}

it('lets go of what a person has settled, because no price was ever known of it', () => {
  const floor = opened().restart().apply(clock(4_000), gone(4_000), clock(5_000));
  assert.equal(floor.positions.openCount, 1, 'at which price?');
  settle(floor, 5_000);
  floor.apply(clock(6_000), { kind: 'instrument', instrument: ETH });
  floor.nowMs = 7_000;
  floor.until(9_000, 3400, ABSTAINS);
  assert.deepEqual(floor.told.slice(-2), [
    'CLOSED CLOSE 3495 settled',
    'CANCELLED CLOSE 0 the position was closed before',
  ]);
  assert.deepEqual([floor.positions.openCount, floor.engine.statement()], [0, { executor: {}, venue: {} }]);
});

it('ends the claimed close of a position that a person has settled', () => {
  const floor = opened();
  closeByHand(floor, 3_000);
  floor.restart(false).apply(clock(4_000));
  settle(floor, 4_000);
  floor.apply(clock(5_000));
  assert.deepEqual(floor.books.deliveries.inFlight('paper'), []);
});

it('stamps what is published before the first clock with the time of that moment', () => {
  const floor = new Floor().apply(deep(500, 3500));
  const prices = { entryPrice: 3500, stopPrice: 3482.5, targetPrices: [3528, 3542, 3563] } as const;
  const draft = { ...DRAFT, symbol: 'ETHUSDT', side: 'buy', ...prices } as const;
  const signalId = '019b76da-0000-7000-8000-000000000001';
  const rest = { bodyHash: 'x', producer: 'me', ttlMs: 30_000, maxSlippageBps: undefined };
  ask(floor, { kind: 'publish', signalId, draft, ...rest }, 700);
  const stamps = floor.effects.flatMap((effect) => ('atMs' in effect ? [effect.atMs - START_MS] : []));
  assert.ok(stamps.length > 1 && stamps.every((ms) => ms === 700), stamps.join());
});

it('asks less and less often for a close that the executor refuses every time', () => {
  const floor = new Floor().until(1_000);
  const other = new Other(floor);
  floor.until(3_000, 3500, votes('buy'));
  const [{ signalId }] = [[...floor.positions.open][0]!];
  other.report(signalId, other.claim(signalId), { type: 'FILLED', leg: 'ENTRY', cumQty: 1, avgPrice: 3500 });
  let seen = 0;
  const asked: number[] = [];
  for (let second = 3; second < 1_200; second += 1) {
    floor.until((second + 1) * 1000, 3500, ABSTAINS);
    other.stayAlive();
    for (const effect of floor.effects.slice(seen)) {
      if (effect.kind !== 'close_issued' || !effect.accounts.includes('default')) continue;
      asked.push((effect.atMs - START_MS) / 1000);
      const rejected = { type: 'REJECTED', leg: 'CLOSE', reason: 'reduce-only: there is no position' };
      other.report(effect.closeId, other.claim(effect.closeId), rejected);
    }
    seen = floor.effects.length;
  }
  const waits = asked.slice(1).map((second, index) => second - asked[index]!);
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
});

it('measures no losses anew from a moment at which nobody knows what the account is worth', () => {
  const floor = opened();
  ask(floor, { kind: 'kill', action: 'halt', reason: 'lunch', by: 'me' }, 3_000);
  floor.restart();
  const resume = { kind: 'kill', action: 'resume', reason: 'back', by: 'me' } as const;
  const early = floor.engine.take(resume, { atMs: START_MS + 4_000, wallMs: START_MS + 4_000, speed: 1 });
  assert.match(early.ok ? 'obeyed' : early.refusal.message, /the price of what is open in ETHUSDT is not known yet/);
  floor.nowMs = 4_000;
  floor.until(5_000, 3500, ABSTAINS);
  assert.equal(ask(floor, resume, 5_000).mode, 'ACTIVE');
});

it('keeps the time of the market when a command comes from a clock that is a minute ahead', () => {
  const timed = opened({ exits: { ...TRADING.exits, timeStopSeconds: 10 } });
  const who = { sessionId: 's', account: 'default', consumer: 'c', instance: 'a'.repeat(32) };
  ask(timed, { kind: 'open_session', ...who, symbols: [], capabilities: [], takeover: false }, 63_000);
  assert.equal(timed.until(30_000, 3500, ABSTAINS).positions.openCount, 0);
  const byHand = opened();
  closeByHand(byHand, 63_000);
  assert.equal(byHand.until(30_000, 3500, ABSTAINS).positions.openCount, 0);
});
