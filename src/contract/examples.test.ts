import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { EXAMPLE_SIGNAL } from './example-signal.ts';
import { guideSignalJson } from './guide-signal.ts';
import * as wire from './schemas.ts';

// From dist/src/contract back to the sources.
const folder = fileURLToPath(new URL('../../../src/contract/examples/', import.meta.url));
const textOf = (name: string) => readFileSync(`${folder}${name}`, 'utf8');

const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  'signals.json': wire.signalList,
  'latest.json': wire.latestSignal,
  'no-signals.json': wire.noSignals,
  'symbol.json': wire.symbolSignals,
  'history.json': wire.signalList,
  'acknowledge-request.json': wire.acknowledgeRequest,
  'acknowledged.json': wire.acknowledged,
  'health.json': wire.health,
  'stats.json': wire.stats,
  'error.json': wire.failure,
};

it('has an example of every shape, and each one fits', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  assert.deepEqual(files.sort(), [...Object.keys(SCHEMAS), 'guide-signal.json'].sort());
  for (const [name, schema] of Object.entries(SCHEMAS)) {
    const value = JSON.parse(textOf(name));
    assert.deepEqual(schema.parse(value), value, name);
  }
});

it("contains everything the guide's own example shows, value by value", () => {
  const guide = JSON.parse(textOf('guide-signal.json'));
  const ours = JSON.parse(guideSignalJson(EXAMPLE_SIGNAL, 1));
  assert.deepEqual({ ...ours, metadata: { ...ours.metadata, ...guide.metadata } }, ours);
  assert.deepEqual({ ...guide, metadata: {} }, { ...ours, metadata: {} });
});

it('keeps the number tokens that C# binds to: whole prices with a point, leverage without', () => {
  for (const name of ['latest.json', 'signals.json', 'guide-signal.json']) {
    assert.match(textOf(name), /"entry_price": 3500\.0,/, name);
    assert.match(textOf(name), /"leverage": 20,/, name);
  }
});

it('refuses what a client must never be sent', () => {
  const signal = JSON.parse(guideSignalJson(EXAMPLE_SIGNAL, 1));
  for (const wrong of [
    { leverage: 2.5 },
    { entry_price: null },
    { direction: 'buy' },
    { stop_loss: 0 },
    { extra: 1 },
  ]) {
    assert.equal(wire.guideSignal.safeParse({ ...signal, ...wrong }).success, false, JSON.stringify(wrong));
  }
});
