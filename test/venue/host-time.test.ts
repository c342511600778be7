import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WallClock } from './clock.ts';
import { startVenue, type VenueOptions } from './venue.ts';

/** How far the venue's time is from the host's, as a client measures it: against the middle of the request. */
async function offsetMs(url: string): Promise<number> {
  const askedMs = Date.now();
  const { serverTime } = (await (await fetch(`${url}/fapi/v1/time`)).json()) as { serverTime: number };
  return serverTime - (askedMs + Date.now()) / 2;
}

/** The nearest of several: a request that waited for the processor says nothing about the clock. */
async function nearestOffsetMs(url: string): Promise<number> {
  const offsets: number[] = [];
  for (let i = 0; i < 5; i += 1) offsets.push(Math.abs(await offsetMs(url)));
  return Math.min(...offsets);
}

it('has the time of the host when the doors open, however long the market took to compute, and later on', async () => {
  // Enough that what is tolerated does not cover computing the part of the minute that is over.
  const venue = await startVenue({ instruments: 200, seed: 5 });
  try {
    assert.ok((await nearestOffsetMs(venue.url)) < 50);
    await sleep(1_000);
    assert.ok((await nearestOffsetMs(venue.url)) < 50);
    assert.ok(Math.abs(Date.now() - venue.market.positionMs) < 2_000, 'the market is where its clock is');
  } finally {
    await venue.close();
  }
});

it('has the time of the host while the market waits for streams', async () => {
  const venue = await startVenue({ instruments: 2, playAfterStreams: 1 });
  try {
    await sleep(200);
    assert.ok((await nearestOffsetMs(venue.url)) < 50);
  } finally {
    await venue.close();
  }
});

it('never opens ahead of the host, not in the first second of a minute either', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.UTC(2026, 10, 16, 12, 0, 0, 100) });
  const venue = await startVenue({ instruments: 2 });
  try {
    assert.equal(venue.nowMs(), Date.now());
    assert.ok(venue.market.positionMs <= Date.now());
    assert.ok(venue.market.book('BTCUSDT') !== undefined);
  } finally {
    await venue.close();
  }
});

it('follows the clock of the host when somebody sets it', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
  const clock = new WallClock(undefined, 1);
  clock.play();
  t.mock.timers.setTime(5_000_000);
  assert.equal(clock.marketMs(), 5_000_000);
});

it('begins where it was told to at another speed, or from a time of its own', async () => {
  const startTimeMs = Date.UTC(2024, 6, 18);
  for (const options of [{ startTimeMs }, { startTimeMs, speed: 4 }] satisfies VenueOptions[]) {
    const venue = await startVenue({ instruments: 2, ...options, playAfterStreams: 1 });
    try {
      assert.equal(venue.nowMs(), startTimeMs + 1_000);
    } finally {
      await venue.close();
    }
  }
});
