import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { DeliveryClaimed, Effect } from '../engine/effect.ts';
import { Books } from './books.ts';
import type { Command } from './command.ts';
import { currentGrant, type DeliveryState, isInFlight } from './delivery.ts';
import { mayMove } from './edges.testing.ts';
import type { Granted } from './reply.ts';
import { LEGS, REPORT_TYPES } from './report.ts';
import { asJson, DRAFT, reportOf, Scene } from './scene.testing.ts';
import { ACCOUNTS, LEASE_MS, type Session } from './session.ts';

/** One thing that happens, drawn by lot: `pick` says to whom. */
const STEP = fc.record({
  what: fc.constantFrom(
    ...['publish', 'publish', 'open', 'open', 'beat', 'claim', 'claim', 'claim', 'claim', 'repeat', 'report', 'report'],
    ...['report', 'give back', 'show', 'acknowledge', 'cancel', 'close', 'amend', 'halt', 'resume', 'resolve'],
    ...['restart', 'sweep', 'sweep', 'own signal', 'release', 'mute'],
  ),
  waitMs: fc.oneof({ weight: 4, arbitrary: fc.nat(900) }, fc.nat(12_000), fc.constantFrom(LEASE_MS, 60_000, 3_600_000)),
  pick: fc.nat(1_000_000),
});
type Step = typeof STEP extends fc.Arbitrary<infer T> ? T : never;

/** Two executors, a guide client, producers and a person, all of them badly behaved. */
class Chaos {
  readonly scene: Scene;
  readonly sessions: Session[] = [];
  readonly grants: Granted[] = [];
  readonly keys: [Session, string, string][] = [];
  #published = 0;

  constructor(speed: number) {
    this.scene = new Scene({ speed });
  }

  run({ what, waitMs, pick }: Step): void {
    const { scene } = this;
    scene.elapsedMs += waitMs;
    const from = scene.effects.length;
    if (what === 'restart') {
      scene.restart();
      return;
    }
    if (what === 'acknowledge' || what === 'own signal') {
      if (what === 'acknowledge') this.#acknowledge(pick);
      else scene.dispatcher.issue({ ...DRAFT_OF(pick) }, scene.moment.atMs, 20_000, `${pick % 2}`);
      scene.effects.push(...scene.dispatcher.drain());
      return;
    }
    const command = this.#command(what, pick);
    if (command === undefined) return;
    const reply = scene.take(command);
    if (!reply.ok) {
      const passed = ['signal_ended', 'session_ended'];
      const told = scene.effects.slice(from).map(({ kind }) => kind);
      assert.deepEqual(
        told.filter((kind) => !passed.includes(kind)),
        [],
        `a refused ${what} left something behind`,
      );
    }
  }

  #acknowledge(pick: number): void {
    const stampUs = from(this.scene.books.signals.open, pick)?.stampUs;
    if (stampUs !== undefined) this.scene.dispatcher.acknowledge(stampUs, this.scene.moment.atMs);
  }

  #command(what: string, pick: number): Command | undefined {
    const { scene, sessions, grants, keys } = this;
    const account = pick % 7 === 0 ? 'paper' : 'default';
    const recent = [...scene.books.deliveries.instructions].slice(-6).map(({ id }) => id);
    const inFlight = ACCOUNTS.flatMap((each) => scene.books.deliveries.inFlight(each));
    const wanted = what !== 'claim' && pick % 2 === 0 && inFlight.length > 0;
    const signalId = from(wanted ? inFlight.map((delivery) => delivery.signalId) : recent, pick >> 1) ?? 'unknown';
    const session = from(sessions.slice(-4), pick >> 3);
    const granted = from(grants.slice(-5), pick >> 3);
    switch (what) {
      case 'publish': {
        this.#published += pick % 10 === 0 ? 0 : 1;
        const id = `019b76da-0000-7000-8000-${this.#published.toString(16).padStart(12, '0')}`;
        const rest = {
          bodyHash: `${pick % 9}`,
          producer: 'p',
          ttlMs: 250 + (pick % 30_000),
          maxSlippageBps: undefined,
        };
        return { kind: 'publish', signalId: id, draft: DRAFT_OF(pick), ...rest };
      }
      case 'open': {
        const instance = `${pick % 2}`.repeat(32);
        const takeover = pick % 5 === 0;
        const symbols = pick % 11 === 0 ? ['SOLUSDT'] : [];
        const names = { consumer: `executor ${pick % 2}`, instance, sessionId: `${scene.effects.length}-${pick}` };
        const reply = scene.take({ kind: 'open_session', account, ...names, symbols, capabilities: [], takeover });
        if (reply.ok) sessions.push(reply.value.session);
        return undefined;
      }
      case 'beat':
        return (
          session && {
            kind: 'heartbeat',
            sessionId: session.sessionId,
            epoch: session.epoch - (pick % 13 === 0 ? 1 : 0),
          }
        );
      case 'release':
        return session && { kind: 'release', sessionId: session.sessionId };
      case 'claim':
        if (session !== undefined) this.#claim(session, signalId, `key ${pick % 3}`);
        return undefined;
      case 'repeat': {
        const asked = from(keys.slice(-4), pick);
        if (asked !== undefined) this.#claim(...asked);
        return undefined;
      }
      case 'report':
      case 'give back': {
        if (granted === undefined) return undefined;
        const type = what === 'report' ? REPORT_TYPES[pick % REPORT_TYPES.length]! : 'NACK';
        const leg = pick % 3 === 0 ? LEGS[(pick >> 4) % LEGS.length]! : 'ENTRY';
        const said = { type, leg, reason: what === 'report' ? 'said so' : 'not_sent', reportId: `r${pick % 400}` };
        const fence = granted.grant.fence + (pick % 17 === 0 ? 1 : 0);
        return {
          kind: 'report',
          deliveryId: granted.delivery.deliveryId,
          report: reportOf(granted, { ...said, fence }),
        };
      }
      case 'show':
        return {
          kind: 'show',
          signalIds: scene.books.signals.live(scene.moment.atMs).map((signal) => signal.signalId),
        };
      case 'mute': {
        const untilMs = pick % 3 === 0 ? undefined : scene.moment.wallMs + (pick % 100_000);
        return { kind: 'mute', untilMs, by: `p${pick % 5}` };
      }
      case 'cancel':
        return { kind: 'cancel', signalId, reason: 'r', by: 'p' };
      case 'close':
        return { kind: 'close', signalId, reason: 'r', by: 'p' };
      case 'amend':
        return { kind: 'amend', signalId, version: 1 + (pick % 3), stopPrice: 3400 + (pick % 120), by: 'p' };
      case 'halt':
        return { kind: 'halt', account, reason: 'r', by: 'me' };
      case 'resume':
        return { kind: 'resume', account: ACCOUNTS[pick % 2]!, by: 'me' };
      case 'resolve': {
        const doubt = from(
          inFlight.filter((delivery) => delivery.state === 'IN_DOUBT'),
          pick,
        );
        const deliveryId = doubt?.deliveryId ?? `${signalId}.${account}`;
        const state = (['FILLED', 'REJECTED', 'NOT_SENT'] as const)[pick % 3]!;
        return { kind: 'resolve', deliveryId, resolution: { state, reason: 'r', by: 'me' } };
      }
      default:
        return { kind: 'sweep' };
    }
  }

  #claim(session: Session, signalId: string, key: string): void {
    const { scene } = this;
    const { sessionId, epoch, account } = session;
    this.keys.push([session, signalId, key]);
    const before = scene.books.deliveries.delivery(`${signalId}.${account}`);
    const reply = scene.take({ kind: 'claim', signalId, sessionId, epoch, account, key, latency: {} });
    if (!reply.ok) return;
    const { grant, instruction, executeWithinMs } = reply.value;
    const holder = scene.books.deliveries.account(account)?.session;
    assert.equal(holder?.sessionId, sessionId, 'granted to who does not hold the account');
    assert.equal(grant.sessionId, sessionId);
    if (before === undefined || currentGrant(before.facts) === undefined) this.grants.push(reply.value);
    else assert.equal(grant.fence, currentGrant(before.facts)?.fence, 'a repetition gives the same grant');
    if (executeWithinMs === undefined) assert.equal(instruction.intent, 'CLOSE');
    else {
      const endMs = scene.moment.atMs + executeWithinMs * scene.speed;
      assert.ok(
        executeWithinMs === 0 || endMs <= instruction.signal.expiresAtMs + 1e-6,
        'the deadline is not after the expiry',
      );
    }
  }
}

const DRAFT_OF = (pick: number) => ({ ...DRAFT, symbol: pick % 3 === 0 ? 'SOLUSDT' : 'ETHUSDT' });

function from<T>(items: readonly T[], pick: number): T | undefined {
  return items.length === 0 ? undefined : items[pick % items.length];
}

/** What must hold of any journal, whoever wrote it: looked at effect by effect. */
class Auditor {
  readonly #books = new Books();
  readonly #states = new Map<string, DeliveryState>();
  readonly #granted = new Set<string>();
  readonly #shown = new Set<string>();
  readonly #clientOrderIds = new Set<string>();
  #seq = 0;
  #stampUs = 0;

  hear(effect: Effect): void {
    assert.equal(effect.seq, this.#seq + 1, 'numbers have no gap');
    this.#seq = effect.seq;
    if (effect.kind === 'signal_issued') {
      assert.ok(effect.signal.stampUs > this.#stampUs, 'stamps grow');
      this.#stampUs = effect.signal.stampUs;
      assert.equal(this.#books.deliveries.instruction(effect.signal.signalId), undefined, 'no id twice');
      for (const open of this.#books.signals.open) assert.notEqual(open.symbol, effect.signal.symbol);
    }
    if (effect.kind === 'delivery_claimed') this.#granting(effect);
    if (effect.kind === 'delivery_shown') {
      assert.ok(!this.#granted.has(effect.deliveryId), 'what was granted is never shown');
      this.#shown.add(effect.deliveryId);
    }
    this.#books.apply(effect);
    for (const { deliveries } of this.#books.deliveries.instructions) {
      for (const { deliveryId, state, history } of deliveries.values()) {
        const before = this.#states.get(deliveryId) ?? 'OFFERED';
        assert.ok(before === state || mayMove(before, state), `${before} -> ${state}`);
        assert.equal(history.at(-1)?.state, state, 'the history ends where it stands');
        this.#states.set(deliveryId, state);
      }
    }
  }

  #granting({ signalId, account, sessionId, epoch, atMs, clientOrderId, deadlineMs, wallMs }: DeliveryClaimed): void {
    const deliveryId = `${signalId}.${account}`;
    const { deliveries } = this.#books;
    const delivery = deliveries.delivery(deliveryId);
    const { intent, signal, end } = deliveries.instruction(signalId)!;
    assert.ok(delivery === undefined || delivery.state === 'OFFERED', `granted while ${delivery?.state}`);
    assert.ok(delivery === undefined || currentGrant(delivery.facts) === undefined, 'one grant at a time');
    assert.ok(!this.#shown.has(deliveryId), 'what was shown is never granted');
    const holder = deliveries.account(account)?.session;
    assert.deepEqual([holder?.sessionId, holder?.epoch], [sessionId, epoch], 'only its holder is given anything');
    assert.ok(!this.#clientOrderIds.has(clientOrderId) && clientOrderId.length <= 28);
    this.#clientOrderIds.add(clientOrderId);
    this.#granted.add(deliveryId);
    assert.ok(deadlineMs > wallMs);
    if (intent === 'CLOSE') return;
    // The paper venue trades what is over on the routed account, as long as there is time.
    const isPaper = account === 'paper' && (end?.state === 'EXHAUSTED' || end?.state === 'ACKED_LEGACY');
    assert.ok(end === undefined || isPaper, 'nothing is granted of what is over');
    assert.ok(atMs < signal.expiresAtMs, 'nothing is granted at its expiry or after it');
    assert.equal(deliveries.account(account)?.halt, undefined, 'nothing is opened on a halted account');
  }
}

/** Everything that the books answer of what is not settled, and of the accounts. */
function answersOf({ signals, deliveries }: Books, atMs: number, without = new Set<string>()): unknown {
  return asJson([
    [
      signals.lastSeq,
      signals.lastStampUs,
      signals.latestMs,
      signals.issuedCount,
      signals.endedCount,
      deliveries.latestWallMs,
    ],
    [signals.open, signals.live(atMs), signals.latest(atMs) ?? 'none'],
    [...deliveries.accounts],
    deliveries.muteAt(0) ?? 'not muted',
    deliveries.unsettled
      .filter(({ id, closes = id }) => !without.has(id) && !without.has(closes))
      .map((instruction) => ({ ...instruction, deliveries: [...instruction.deliveries] }))
      .sort((a, b) => a.seq - b.seq),
  ]);
}

const SCRIPT = fc.array(STEP, { minLength: 20, maxLength: 120, size: 'max' });

it('keeps its promises whatever two executors, guide clients, producers, people and restarts do', () => {
  const seen = new Map<string, number>();
  const law = fc.property(SCRIPT, fc.constantFrom(1, 1, 60), (steps, speed) => {
    const chaos = new Chaos(speed);
    const auditor = new Auditor();
    let heard = 0;
    for (const step of steps) {
      chaos.run(step);
      for (const effect of chaos.scene.effects.slice(heard)) {
        auditor.hear(asJson(effect));
        seen.set(effect.kind, (seen.get(effect.kind) ?? 0) + 1);
      }
      heard = chaos.scene.effects.length;
    }
    // At rest, nothing is left hanging: time passes, and everything is over, shown to somebody, or a doubt with a reason.
    chaos.scene.wait(4_000_000).wait(4_000_000);
    for (const effect of chaos.scene.effects.slice(heard)) auditor.hear(asJson(effect));
    const { deliveries: book } = chaos.scene.books;
    for (const { deliveries, intent, closes } of book.instructions) {
      for (const { state, reason, account } of deliveries.values()) {
        // An order to close waits for an executor for as long as there may be something to close.
        const entry = intent === 'CLOSE' ? book.instruction(closes!)?.deliveries.get(account) : undefined;
        const mayWait = entry !== undefined && (entry.state === 'FILLED' || isInFlight(entry));
        const open = ['CLAIMED', 'WORKING', 'PARTIAL', 'SHOWN', ...(mayWait ? [] : ['OFFERED'])];
        assert.ok(!open.includes(state) && reason !== '', `${intent} ${state} at rest`);
      }
    }
  });
  fc.assert(law, { numRuns: 400 });
  for (const kind of [
    'delivery_claimed',
    'delivery_shown',
    'delivery_doubted',
    'delivery_resolved',
    'close_issued',
    'delivery_withdrawn',
    'account_halted',
    'session_ended',
    'signal_amended',
    'cancel_requested',
    'notices_muted',
  ])
    assert.ok((seen.get(kind) ?? 0) > 0, `no ${kind} happened: the law proves nothing of it`);
});

it('tells the same after its effects went through JSON, and after a prefix of them is only known as a base', () => {
  const law = fc.property(SCRIPT, fc.nat(), (steps, point) => {
    const chaos = new Chaos(1);
    for (const step of steps) chaos.run(step);
    const { effects, books, moment } = chaos.scene;
    const folded = new Books();
    for (const effect of effects) folded.apply(asJson(effect));
    const answers = answersOf(books, moment.atMs);
    assert.deepEqual(answersOf(folded, moment.atMs), answers);
    assert.deepEqual(answersOf(folded.copy(), moment.atMs), answers);

    const cut = point % (effects.length + 1);
    const before = new Books();
    for (const effect of effects.slice(0, cut)) before.apply(effect);
    const later = new Books(asJson(before.asBase()));
    for (const effect of effects.slice(cut)) later.apply(asJson(effect));
    // What was settled by then is forgotten, and a late report cannot bring it back.
    const settled = new Set([...before.deliveries.instructions].map(({ id }) => id));
    for (const { id } of before.deliveries.unsettled) settled.delete(id);
    const without = (all: Books) => answersOf(all, moment.atMs, settled);
    assert.deepEqual(without(later), without(books));
  });
  fc.assert(law, { numRuns: 150 });
});
