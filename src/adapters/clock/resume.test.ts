import assert from 'node:assert/strict';
import { it } from 'node:test';
import { resumeFrom } from './resume.ts';

const WALL_MS = Date.UTC(2026, 10, 22, 12);
const HOUR_MS = 3_600_000;
const at = (marketTimeMs: number, speed: number) => {
  return { marketTimeMs, wallTimeMs: WALL_MS, speed, source: 'simulated medium', lastPrices: {} };
};

it('carries market time on by the wall time in between, at the speed of the market', () => {
  const position = at(WALL_MS + 2 * HOUR_MS, 60);
  const resumed = resumeFrom(position, WALL_MS + 10_000);
  const marketTimeMs = position.marketTimeMs + 600_000;
  assert.deepEqual(resumed, { marketTimeMs, wallElapsedMs: 10_000, wallWentBack: false });
});

it('carries it an hour of market time at most', () => {
  const position = at(WALL_MS + 500 * HOUR_MS, 60);
  assert.equal(resumeFrom(position, WALL_MS + HOUR_MS).marketTimeMs, position.marketTimeMs + HOUR_MS);
});

it('does not let a market that kept up fall behind the wall clock', () => {
  for (const behindMs of [0, 60_000]) {
    const resumed = resumeFrom(at(WALL_MS - behindMs, 1), WALL_MS + 72 * HOUR_MS);
    assert.equal(resumed.marketTimeMs, WALL_MS + 72 * HOUR_MS);
  }
});

it('leaves a market that lives in the past in its own time', () => {
  const position = at(Date.UTC(2024, 0, 1), 1);
  assert.equal(resumeFrom(position, WALL_MS + 10_000).marketTimeMs, position.marketTimeMs + 10_000);
  assert.equal(resumeFrom(position, WALL_MS + 72 * HOUR_MS).marketTimeMs, position.marketTimeMs + HOUR_MS);
});

it('says when the wall clock went back, and does not go back with it', () => {
  const resumed = resumeFrom(at(WALL_MS + 5, 60), WALL_MS - 1);
  assert.deepEqual(resumed, { marketTimeMs: WALL_MS + 5, wallElapsedMs: 0, wallWentBack: true });
});
