import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { MemoryJournal } from '../memory/journal.ts';
import { EventLog } from './event-log.ts';
import { effectsFrom, issuedEffect, JOURNAL_ID, logWith } from './events.testing.ts';

const NOW = { atMs: 0, wallMs: 0, speed: 1 };

it('tells the same from memory and from the journal, page by page, from any place and in any order', async () => {
  const { journal, append } = await logWith(0);
  await append([issuedEffect(1), ...effectsFrom(2, 300), issuedEffect(302), ...effectsFrom(303, 50)]);
  const whole = await EventLog.open({ journal, lastSeq: 352 });
  const small = await EventLog.open({ journal, lastSeq: 352, keep: 8 });
  const texts = whole.recent(0)!.map((event) => event.text(NOW));
  assert.equal(texts.length, 352);
  const places = fc.array(fc.tuple(fc.integer({ min: 0, max: 352 }), fc.integer({ min: 1, max: 80 })), {
    maxLength: 5,
  });
  const law = fc.asyncProperty(places, async (reads) => {
    const answers = await Promise.all(reads.map(([seq, limit]) => small.read(seq, limit)));
    reads.forEach(([seq, limit], index) => {
      assert.deepEqual(
        answers[index]?.map((event) => event.text(NOW)),
        texts.slice(seq, seq + limit),
      );
    });
  });
  await fc.assert(law, { numRuns: 40 });
});

it('knows a cursor of its own from one of another journal, one too old, one of the future and none at all', async () => {
  const journal = new MemoryJournal(JOURNAL_ID, { keepSignals: 1, keepDays: 0.000_001 });
  const log = await EventLog.open({ journal, lastSeq: 0 });
  // Retention looks every 256 effects: after these, the first of them are gone.
  for (let seq = 1; seq <= 3_000; seq += 100) {
    const effects = effectsFrom(seq, 100).map((gap) => ({ ...gap, toMs: gap.seq * 100_000 }));
    await journal.append(effects as typeof effects & never);
    log.publish(effects as typeof effects & never);
  }
  assert.ok(log.oldestSeq > 0);
  const reasonOf = (text: string) => {
    const place = log.placeOf(text);
    return place.ok ? place.seq : `${place.malformed ? 'malformed ' : ''}${place.reason}`;
  };
  assert.equal(reasonOf(log.cursor), 3_000);
  assert.equal(reasonOf(log.oldestCursor), log.oldestSeq);
  assert.match(String(reasonOf(`${'f'.repeat(32)}:5`)), /^the cursor is of another journal/);
  assert.match(String(reasonOf(`${JOURNAL_ID}:0`)), /not kept any more/);
  assert.match(String(reasonOf(`${JOURNAL_ID}:3001`)), /beyond the end/);
  for (const text of ['', '5', `${JOURNAL_ID}:-1`, `${JOURNAL_ID}:1e3`, `${JOURNAL_ID}:5 `]) {
    assert.match(String(reasonOf(text)), /^malformed /, text);
  }
  const small = await EventLog.open({ journal, lastSeq: 3_000, keep: 4 });
  assert.equal(await small.read(log.oldestSeq - 1, 10), undefined, 'gone is not the same as nothing');
  assert.equal((await small.read(log.oldestSeq, 10))?.length, 10);
});

it('fills in what is left of a signal at the moment of telling', async () => {
  const { log, append } = await logWith(0);
  const effect = issuedEffect(1);
  await append([effect]);
  const [event] = log.recent(0)!;
  const { expiresAtMs } = (effect as Extract<typeof effect, { kind: 'signal_issued' }>).signal;
  const left = (atMs: number, speed: number) =>
    (JSON.parse(event!.text({ atMs, wallMs: 0, speed })) as { data: { signal: { expires_in_ms: number } } }).data.signal
      .expires_in_ms;
  assert.deepEqual(
    [left(expiresAtMs - 1_000, 1), left(expiresAtMs - 1_000, 4), left(expiresAtMs + 1, 1)],
    [1_000, 250, 0],
  );
});
