import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { journalPath } from '../../src/adapters/sqlite/data-dir.ts';
import { openSqliteJournal } from '../../src/adapters/sqlite/journal.ts';
import { guideSignalJson } from '../../src/contract/guide-signal.ts';
import { formatStamp } from '../../src/contract/stamp.ts';
import { Random } from '../../src/core/simulation/random.ts';
import { WITHOUT_LIMITS } from '../without-limits.ts';
import { Server } from './server.ts';
import { Witness } from './witness.ts';

/** Small and quick, so that a life of a second sees many signals; else as it is shipped. */
const CONFIG = `
market: { scenario: medium, symbols: [BTCUSDT, ETHUSDT, SOLUSDT, XRPUSDT, DOGEUSDT, SUIUSDT], speed: 40 }
signals: { coolDownSeconds: 15 }
log: { level: warn }
${WITHOUT_LIMITS}`;
/** This share of the kills falls into the start-up. */
const KILLED_STARTING = 0.2;
const STARTING_MS_MAX = 900;
const SERVING_MS_MAX = 1_500;
/** This share of the other lives has something to lose, which a busy machine may be slow to make. */
const AT_STAKE = 0.7;
const AT_STAKE_SIGNALS = 3;
const AT_STAKE_MS_MAX = 15_000;
const LISTEN_MS_MAX = 60_000;

export interface KillsResult {
  readonly kills: number;
  readonly killedWhileStarting: number;
  /** Different signals that were answered to the client. */
  readonly signalsTold: number;
  readonly acknowledged: number;
  readonly answers: number;
  readonly liveAnswers: number;
  readonly journaled: number;
}

/**
 * Starts the real server, asks it, and kills it with SIGKILL at random moments, again and again on one data directory.
 * Throws at the first answer or journal that contradicts what was answered before.
 */
export async function runKills({ kills, seed }: { kills: number; seed: number }): Promise<KillsResult> {
  const folder = mkdtempSync(join(tmpdir(), 'tapewire-kills-'));
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  writeFileSync(join(folder, 'tapewire.yaml'), CONFIG);
  const chance = Random.of(seed, 'kills');
  const witness = new Witness();
  let killedWhileStarting = 0;
  let journaled = 0;
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      const server = new Server(['--data-dir', dataDir, '--seed', String(kill)], folder);
      try {
        if (chance.uniform() < KILLED_STARTING) {
          killedWhileStarting += 1;
          await sleep(chance.uniform() * STARTING_MS_MAX);
          assert.ok(!server.ended, `the server ended by itself:\n${server.problems}`);
        } else {
          await serveAndAsk(server, witness, chance);
        }
      } finally {
        await server.kill();
      }
      journaled = await checkJournal(dataDir, witness);
    }
    return {
      kills,
      killedWhileStarting,
      signalsTold: witness.told.size,
      acknowledged: witness.acknowledged.size,
      answers: witness.answers,
      liveAnswers: witness.liveAnswers,
      journaled,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Asks as fast as the answers come until the moment of the kill; what is under way then is cut off by it. */
async function serveAndAsk(server: Server, witness: Witness, chance: Random): Promise<void> {
  const givenUpMs = Date.now() + LISTEN_MS_MAX;
  while (server.url === undefined) {
    assert.ok(!server.ended && Date.now() < givenUpMs, `the server does not listen:\n${server.problems}`);
    await sleep(10);
  }
  const url = server.url;
  const known = [...witness.told.keys()];
  const there = new Set(
    [...(await witness.lookAtHistory(url)), ...(await witness.lookAtLive(url))].map((s) => s.timestamp),
  );
  // The history shows 500; what is older is looked for in the journal itself.
  for (const stamp of known.slice(-400)) assert.ok(there.has(stamp), `${stamp} was answered once and is gone`);

  if (chance.uniform() < AT_STAKE) {
    const waitedMs = Date.now() + AT_STAKE_MS_MAX;
    while (witness.told.size < known.length + AT_STAKE_SIGNALS && Date.now() < waitedMs) {
      await witness.lookAtLive(url);
      await sleep(10);
    }
  }
  const untilMs = Date.now() + chance.uniform() * SERVING_MS_MAX;
  let killed = false;
  const asking = async (): Promise<void> => {
    while (Date.now() < untilMs) {
      const live = await witness.lookAtLive(url);
      const newest = live.at(-1);
      if (newest !== undefined && chance.uniform() < 0.03) await witness.acknowledge(url, newest.timestamp);
      if (chance.uniform() < 0.05) await witness.lookAtHistory(url);
      await sleep(2);
    }
  };
  const clients = [asking(), asking()].map((client) =>
    client.catch((error: unknown) => {
      // fetch says TypeError when the connection breaks: that is the kill. Everything else is a contradiction.
      if (!killed || !(error instanceof TypeError)) throw error;
    }),
  );
  const asked = Promise.all(clients);
  await Promise.race([asked, sleep(Math.max(0, untilMs - Date.now() - chance.uniform() * 5))]);
  killed = true;
  await server.kill();
  await asked;
}

/** Between two lives: everything answered is on disk as it was told, in order, gapless. @returns signals on disk */
async function checkJournal(dataDir: string, witness: Witness): Promise<number> {
  const opened = openSqliteJournal({
    path: journalPath(dataDir, 'sim'),
    nowMs: Date.now(),
    keepDays: 36_500,
    keepSignals: 1e6,
  });
  assert.ok(opened.ok, opened.ok ? '' : opened.problem);
  const journal = opened.value;
  try {
    const onDisk = new Map<string, string>();
    const ended = new Map<string, string>();
    const stampOf = new Map<string, string>();
    let [lastSeq, lastStampUs] = [0, 0];
    for await (const effect of journal.read(0)) {
      assert.equal(effect.seq, lastSeq + 1, 'seq has a gap');
      lastSeq = effect.seq;
      if (effect.kind === 'signal_issued') {
        const { signal } = effect;
        assert.ok(signal.stampUs > lastStampUs, 'stamps do not grow');
        lastStampUs = signal.stampUs;
        const stamp = formatStamp(signal.stampUs);
        onDisk.set(stamp, guideSignalJson(signal, effect.seq));
        stampOf.set(signal.signalId, stamp);
      } else if (effect.kind === 'signal_ended') {
        const stamp = stampOf.get(effect.signalId);
        assert.ok(stamp !== undefined && !ended.has(stamp), `${effect.signalId} ended twice or never began`);
        ended.set(stamp, effect.state);
      }
    }
    for (const [stamp, told] of witness.told) {
      const text = onDisk.get(stamp);
      assert.ok(text !== undefined, `${stamp} was answered but is not in the journal`);
      assert.deepEqual(JSON.parse(text), JSON.parse(told), `${stamp} was answered differently`);
    }
    for (const stamp of witness.acknowledged) {
      assert.ok(ended.has(stamp), `the acknowledgement of ${stamp} was answered but is not in the journal`);
    }
    return onDisk.size;
  } finally {
    await journal.close();
  }
}
