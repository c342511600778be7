import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CheckerName } from './checkers.ts';
import type { HistoryName } from './directed.ts';
import type { ProfileName } from './profiles.ts';

/** One line of the product, made wrong. */
export interface Mutant {
  readonly name: string;
  /** Below src/, as it is built. */
  readonly file: string;
  /** Must be there exactly once, so that a mutant whose line has changed is noticed. */
  readonly line: string;
  readonly instead: string;
  /** The rule that must be seen broken. */
  readonly killedBy: CheckerName;
  readonly profile: ProfileName;
  /** In how many signals at most; 0 when chance is too kind, and only the history tells. */
  readonly signals: number;
  /** Told step by step, it must break the same rule. */
  readonly history?: HistoryName;
}

/** The ten of the protocol's own list, in its order, and two mistakes that were really made. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'offers again when a lease lapses',
    file: 'core/delivery/delivery-book.js',
    line: 'this.#changeAccount(effect.account, { session: undefined });',
    instead:
      'this.#changeAccount(effect.account, { session: undefined }); for (const { deliveryId, state } of this.inFlight(effect.account)) ' +
      "if (state === 'CLAIMED') this.#learn(deliveryId, (facts) => ({ ...facts, grants: [] }), moveOf(effect, 'lapse'));",
    killedBy: 'one submission',
    ...{ profile: 'friendly', signals: 0 },
    history: 'dead holder',
  },
  {
    name: 'answers before the journal is on disk',
    file: 'apps/house.js',
    line: 'await this.#journal.append(effects);',
    instead: 'void this.#journal.append(effects).catch(() => undefined);',
    killedBy: 'acknowledged is kept',
    ...{ profile: 'hostile', signals: 2_000 },
  },
  {
    name: 'offers again what was not sent',
    file: 'core/delivery/delivery-state.js',
    line: "return { state: 'NOT_SENT', reason: notSent?.reason ?? 'no order was sent' };",
    instead: "return { state: 'OFFERED', reason: notSent?.reason ?? 'no order was sent' };",
    killedBy: 'at rest',
    ...{ profile: 'friendly', signals: 4_000 },
    history: 'not sent',
  },
  {
    name: 'sends without a look at the deadline',
    file: 'client/execution.js',
    line: 'if (deadline.isOver)',
    instead: 'if (false)',
    killedBy: 'nothing is submitted late',
    ...{ profile: 'hostile', signals: 4_000 },
    history: 'late grant',
  },
  {
    name: 'counts the deadline by the wall clock',
    file: 'client/deadline.js',
    line: 'return Math.max(clock.monotonicMs() - since.monotonicMs, clock.wallMs() - since.wallMs, 0);',
    instead: 'return Math.max(clock.wallMs() - since.wallMs, 0);',
    killedBy: 'nothing is submitted late',
    ...{ profile: 'hostile', signals: 0 },
    history: 'clock set back',
  },
  {
    name: 'counts the deadline from the receipt of the grant',
    file: 'client/claim.js',
    line: 'new Deadline(clock, sentAt, ',
    instead: 'new Deadline(clock, momentOf(clock), ',
    killedBy: 'nothing is submitted late',
    ...{ profile: 'hostile', signals: 4_000 },
    history: 'late grant',
  },
  {
    name: 'forgets that a claim is a repetition',
    file: 'core/delivery/claims.js',
    line: 'if (delivery !== undefined && grant !== undefined && grant.key === key && grant.sessionId === sessionId) {',
    instead: 'if (delivery === undefined && grant !== undefined) {',
    killedBy: 'same claim, same grant',
    ...{ profile: 'hostile', signals: 2_000 },
  },
  {
    name: 'never doubts',
    file: 'core/delivery/dispatcher.js',
    line: 'doubtWhatIsOverdue(this.#means, moment);',
    instead: '',
    killedBy: 'at rest',
    ...{ profile: 'hostile', signals: 0 },
    history: 'silence',
  },
  {
    name: 'grants to whoever was fenced off',
    file: 'core/delivery/means.js',
    line: 'if (session?.sessionId === sessionId && (epoch === undefined || session.epoch === epoch))',
    instead: 'if (session !== undefined)',
    killedBy: 'the holder is granted',
    ...{ profile: 'hostile', signals: 0 },
    history: 'late claim',
  },
  {
    name: 'grants what has expired',
    file: 'core/delivery/claims.js',
    line: 'const refusal = whyNotClaimed(means, instruction, delivery, session, key, moment);',
    instead:
      'const why = whyNotClaimed(means, instruction, delivery, session, key, moment); ' +
      "const refusal = why?.code === 'expired' ? undefined : why;",
    killedBy: 'nothing is granted late',
    ...{ profile: 'hostile', signals: 2_000 },
  },
  {
    name: 'passes by what came while a lease had ended unseen',
    file: 'client/session-keeper.js',
    line: 'const hadLapsed = this.#isLapsed || this.#lease?.isOver === true;',
    instead: 'const hadLapsed = this.#isLapsed;',
    killedBy: 'at rest',
    ...{ profile: 'friendly', signals: 0 },
    history: 'lease unseen',
  },
  {
    name: "answers for another executor's claim",
    file: 'client/reconciler.js',
    line: 'if (entry?.intent !== undefined && entry.intent.session === session && entry.intent.epoch === epoch) {',
    instead: 'if (entry?.intent !== undefined) {',
    killedBy: 'the venue agrees',
    ...{ profile: 'hostile', signals: 0 },
    history: "another's order",
  },
];

const BUILT = fileURLToPath(new URL('../../', import.meta.url));
/** What a world is made of. Nothing of it needs a package. */
const PARTS = ['src/core', 'src/client', 'src/ports', 'src/adapters/clock', 'src/apps', 'test/simulation'];

/** A copy of what was built, with this change. */
export class Copy {
  readonly root = mkdtempSync(join(tmpdir(), 'tapewire-mutant-'));

  constructor() {
    for (const part of PARTS) {
      cpSync(join(BUILT, part), join(this.root, part), {
        recursive: true,
        filter: (path) => !/\.(map|d\.ts)$/.test(path),
      });
    }
    writeFileSync(join(this.root, 'package.json'), '{ "type": "module" }');
  }

  /** @throws when the line is not there exactly once */
  change({ name, file, line, instead }: Mutant): void {
    const path = join(this.root, 'src', file);
    const before = readFileSync(path, 'utf8');
    const places = before.split(line).length - 1;
    if (places !== 1)
      throw new Error(`"${name}": the line is ${places} times in ${file}, so the mutant must be looked at`);
    writeFileSync(
      path,
      before.replace(line, () => instead),
    );
  }

  /** Runs a program of it to its end. */
  run(program: string, args: readonly string[]): { readonly status: number | null; readonly stdout: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(this.root, program), ...args], {
      encoding: 'utf8',
    });
    return { status, stdout: `${stdout}${stderr}` };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
