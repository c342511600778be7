import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { ApiClient } from './api-client.ts';
import type { Ledger, QueuedReport } from './ledger.ts';
import { Outbox } from './outbox.ts';
import { refusal, World } from './world.testing.ts';

const reportOf = (id: string): QueuedReport => ({
  delivery: 'a.default',
  body: { report_id: id, session: 's', epoch: 1, fence: 1, type: 'FILLED', leg: 'ENTRY' },
});

it('sends a report that comes in at any moment of the one before being done', async () => {
  for (let steps = 0; steps < 12; steps += 1) {
    const sent: string[] = [];
    let second: Promise<void> | undefined;
    const addSecond = async (): Promise<void> => {
      for (let step = 0; step < steps; step += 1) await Promise.resolve();
      await outbox.add('a', reportOf('second'));
    };
    const ledger: Pick<Ledger, 'pendingReports' | 'remember' | 'write'> = {
      pendingReports: () => [],
      remember: () => undefined,
      write: async ({ kind }) => {
        if (kind === 'reported') second ??= addSecond();
      },
    };
    const api: Pick<ApiClient, 'report'> = {
      report: async (_, body) => {
        sent.push(body.report_id);
        return { kind: 'ok', value: undefined };
      },
    };
    const outbox = new Outbox({
      api: api as ApiClient,
      clock: { monotonicMs: () => 0, wallMs: () => 0, sleep: async () => undefined },
      ledger: ledger as Ledger,
      notify: () => undefined,
      stop: new AbortController().signal,
    });
    await outbox.add('a', reportOf('first'));
    for (let turn = 0; turn < 4; turn += 1) await setImmediate();
    await second;
    await outbox.idle();
    assert.deepEqual(sent, ['first', 'second'], `${steps} steps`);
  }
});

it('delivers the others while the server has no answer for one', async () => {
  const world = new World();
  world.server.script = ({ path }) => (path.includes('a.default/reports') ? refusal(500, 'INTERNAL_ERROR') : undefined);
  world.start();
  await world.time.pass(10);
  for (const id of ['a', 'b', 'c']) world.server.issue(id);
  await world.time.pass(1_000);
  assert.deepEqual(
    world.server.reports.map(({ delivery }) => delivery),
    ['b.default', 'c.default'],
  );
  world.server.script = () => undefined;
  await world.time.pass(6_000);
  assert.equal(world.server.reports.at(-1)?.delivery, 'a.default');
});
