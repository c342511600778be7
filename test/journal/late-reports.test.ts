import assert from 'node:assert/strict';
import { it } from 'node:test';
import { EventLog } from '../../src/adapters/http/event-log.ts';
import { MemoryJournal } from '../../src/adapters/memory/journal.ts';
import { event } from '../../src/contract/v1/event.ts';
import { Scene } from '../../src/core/delivery/scene.testing.ts';

const JOURNAL_ID = '00112233445566778899aabbccddeeff';
const NOW = { atMs: 0, wallMs: 0, speed: 1 };

it('opens over a report of a delivery that retention has dropped, and tells what the report says', async () => {
  const journal = new MemoryJournal(JOURNAL_ID, { keepSignals: 1, keepDays: 1 });
  const scene = new Scene();
  const granted = scene.claimed(scene.session(), scene.publish());
  scene.report(granted, { type: 'REJECTED' });
  for (let number = 2; number <= 600; number += 1) scene.publish(number);
  await journal.append(scene.effects);
  // What was settled is remembered in memory for longer than its effects are kept.
  scene.report(granted, { type: 'FILLED', qty: 1, avgPrice: 3_501 });
  const late = scene.effects.at(-1)!;
  await journal.append([late]);
  assert.ok(journal.base.seq > granted.grant.fence);
  assert.ok(journal.base.seq < late.seq);

  for (const keep of [4_096, 0]) {
    const log = await EventLog.open({ journal, lastSeq: late.seq, keep });
    const [told] = (await log.read(late.seq - 1, 1))!;
    const { type, data } = event.parse(JSON.parse(told!.text(NOW)));
    assert.equal(type, 'delivery.reported');
    const { id, state, history } = (data as Extract<typeof data, { delivery: unknown }>).delivery;
    assert.deepEqual([id, state, history.length], [granted.delivery.deliveryId, 'FILLED', 1]);
  }
});

it('keeps an event short, however many parts a fill has', async () => {
  const scene = new Scene();
  const granted = scene.claimed(scene.session(), scene.publish());
  const reason = 'x'.repeat(500);
  for (let part = 1; part <= 300; part += 1) scene.report(granted, { type: 'PARTIAL', cumQty: part, reason });
  const journal = new MemoryJournal(JOURNAL_ID);
  await journal.append(scene.effects);
  const { length } = scene.effects;
  const log = await EventLog.open({ journal, lastSeq: length });
  const text = log.recent(length - 1)![0]!.text(NOW);
  assert.ok(text.length < 65_536, `${text.length} characters`);
  const { data } = event.parse(JSON.parse(text));
  const { history, filled_qty: filled } = (data as Extract<typeof data, { delivery: unknown }>).delivery;
  assert.deepEqual([history.at(-1)?.report?.cum_qty, filled], [300, 300]);
});
