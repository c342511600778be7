import type { Effect, Unnumbered } from '../engine/effect.ts';
import type { SignalDraft } from '../engine/event.ts';
import type { Books } from './books.ts';
import { claim } from './claims.ts';
import { close } from './closes.ts';
import type { Command } from './command.ts';
import { halt, isHalted, resume } from './halts.ts';
import { Leases } from './leases.ts';
import { done, type Means } from './means.ts';
import type { Moment } from './moment.ts';
import { mute } from './mutes.ts';
import { acknowledge, expire, issueOwn, show } from './offers.ts';
import { amend, cancel, publish } from './producers.ts';
import type { Replies } from './reply.ts';
import { doubtWhatIsOverdue, report, resolve } from './reports.ts';
import { kill, setRisk, turnDay } from './risks.ts';
import { endLapsedLeases, heartbeat, openSession, release } from './sessions.ts';

/**
 * What becomes of a signal between its decision and its end: who may execute it, until when, and what was reported.
 * Pure and synchronous, like the engine that owns it: a command in, a reply and effects out. What it knows is books that
 * change by folding effects only, and the leases, which a restart renews.
 *
 * At most once rests on one rule: a claim is granted once and never offered again, whatever is heard or not heard of
 * it; only the holder itself can give it back, before it has sent anything.
 */
export class Dispatcher {
  readonly #means: Means;
  #effects: Effect[] = [];

  /**
   * @param books What was before, folded from the journal; they belong to the dispatcher from here on.
   * @param held Accounts whose executor is this process itself.
   */
  constructor(books: Books, runAnchor: string, held: ReadonlySet<string> = new Set()) {
    const emit = (effect: Unnumbered): void => {
      const numbered = { seq: books.signals.lastSeq + 1, ...effect } as Effect;
      books.apply(numbered);
      this.#effects.push(numbered);
    };
    this.#means = { books, leases: new Leases(held), runAnchor, emit };
  }

  /** The effects since the last call, in order. */
  drain(): readonly Effect[] {
    if (this.#effects.length === 0) return NO_EFFECTS;
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  take<C extends Command>(command: C, moment: Moment): Replies[C['kind']];
  take(command: Command, moment: Moment): Replies[Command['kind']] {
    // Whatever is asked, it is asked of the present: what is over by now is over first.
    expire(this.#means, moment.atMs);
    endLapsedLeases(this.#means, moment);
    switch (command.kind) {
      case 'publish':
        return publish(this.#means, command, moment);
      case 'cancel':
        return cancel(this.#means, command, moment);
      case 'close':
        return close(this.#means, command, moment);
      case 'amend':
        return amend(this.#means, command, moment);
      case 'open_session':
        return openSession(this.#means, command, moment);
      case 'heartbeat':
        return heartbeat(this.#means, command, moment);
      case 'release':
        return release(this.#means, command, moment);
      case 'claim':
        return claim(this.#means, command, moment);
      case 'report':
        return report(this.#means, command, moment);
      case 'resolve':
        return resolve(this.#means, command, moment);
      case 'halt':
        return halt(this.#means, command, moment);
      case 'resume':
        return resume(this.#means, command, moment);
      case 'set_risk':
        return setRisk(this.#means, command, moment);
      case 'turn_day':
        return turnDay(this.#means, command, moment);
      case 'kill':
        return kill(this.#means, command, moment);
      case 'mute':
        return mute(this.#means, command, moment);
      case 'show':
        return show(this.#means, command, moment);
      case 'sweep':
        doubtWhatIsOverdue(this.#means, moment);
        return done(undefined);
    }
  }

  /** Issues a signal of the bot's own: see `issueOwn`. */
  issue(draft: SignalDraft, atMs: number, ttlMs: number, identity: string): void {
    issueOwn(this.#means, draft, atMs, ttlMs, identity);
  }

  /** Records that nobody watched the market. */
  recordGap(gap: Omit<Extract<Effect, { kind: 'gap_recorded' }>, 'seq' | 'kind'>): void {
    this.#means.emit({ kind: 'gap_recorded', ...gap });
  }

  /** A client of the guide says that it has processed the signal with this stamp. */
  acknowledge(stampUs: number, atMs: number): void {
    acknowledge(this.#means, stampUs, atMs);
  }

  /** Ends what is over by this market time. */
  expire(atMs: number): void {
    expire(this.#means, atMs);
  }

  isHalted(account: string): boolean {
    return isHalted(this.#means, account);
  }
}

const NO_EFFECTS: readonly Effect[] = [];
