import assert from 'node:assert/strict';
import { it } from 'node:test';
import { apiDoor } from './api-door.ts';
import { plainDoor } from './door.ts';
import type { ProfileName } from './profiles.ts';
import { simulate } from './simulate.ts';
import { doorOf } from './some-through-routes.ts';
import { runWorld } from './world.ts';

const SIGNALS = 10_000;

for (const profile of ['friendly', 'hostile'] as const satisfies readonly ProfileName[]) {
  it(`trades ${SIGNALS} signals at most once, never late, and loses none in silence: ${profile}`, async (t) => {
    const { summary, failed } = await simulate({ signals: SIGNALS, seed: 20_260_101, profile });
    t.diagnostic(JSON.stringify(summary));
    assert.deepEqual(failed, []);
    // A world in which nothing is traded, killed or repeated would show nothing.
    assert.ok(summary.executed > SIGNALS * (profile === 'friendly' ? 0.3 : 0.08), `${summary.executed} were traded`);
    assert.ok(summary.server_kills > 30 && summary.client_kills > 50, 'too few were killed');
    assert.ok(summary.claims > summary.executed && summary.disk_faults > 0, 'too little went wrong');
  });
}

it('repeats a world from its seed, message by message', async () => {
  for (const openDoor of [plainDoor, apiDoor]) {
    const world = await runWorld(7, 'hostile', 150, openDoor);
    assert.ok(world.messages > 0);
    assert.deepEqual(await runWorld(7, 'hostile', 150, openDoor), world);
    assert.notDeepEqual(await runWorld(8, 'hostile', 150, openDoor), world);
  }
});

for (const profile of ['friendly', 'hostile'] as const) {
  it(`holds behind the product's own routes, event log and streams: ${profile}`, async (t) => {
    const { summary, failed } = await simulate({ signals: 1_200, seed: 3, profile, doorOf: doorOf(1) });
    t.diagnostic(JSON.stringify(summary));
    assert.deepEqual(failed, []);
    assert.ok(summary.executed > 100, `${summary.executed} were traded`);
  });
}
