import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Books } from './books.ts';
import { asJson, done, Scene, START_MS } from './scene.testing.ts';

const HOUR_MS = 3_600_000;

const mute = (scene: Scene, forMs: number | undefined, by = 'me') =>
  done(scene.take({ kind: 'mute', untilMs: forMs && scene.moment.wallMs + forMs, by }));

const muteOf = (scene: Scene) => scene.books.deliveries.muteAt(scene.moment.wallMs);

it('says in the journal who wanted quiet, since when and until when', () => {
  const scene = new Scene();
  scene.elapsedMs = 5_000;
  const muted = { untilMs: START_MS + 5_000 + HOUR_MS, by: 'me', sinceMs: START_MS + 5_000 };
  assert.deepEqual(mute(scene, HOUR_MS), muted);
  const times = { atMs: START_MS + 5_000, wallMs: START_MS + 5_000 };
  assert.deepEqual(scene.effects, [{ seq: 1, kind: 'notices_muted', untilMs: muted.untilMs, by: 'me', ...times }]);
  assert.equal(mute(scene, undefined, 'another'), undefined);
  assert.deepEqual(scene.effects[1], { seq: 2, kind: 'notices_muted', by: 'another', ...times });
  assert.equal(muteOf(scene), undefined);
});

it('ends by house time, whatever the speed of the market, and with no effect', () => {
  const scene = new Scene({ speed: 60 });
  mute(scene, HOUR_MS);
  scene.wait(HOUR_MS - 1);
  assert.equal(muteOf(scene)?.by, 'me');
  scene.wait(1);
  assert.equal(muteOf(scene), undefined);
  assert.deepEqual(scene.told(), ['notices_muted']);
});

it('is replaced by another one, and ended once', () => {
  const scene = new Scene();
  assert.equal(mute(scene, undefined), undefined);
  assert.deepEqual(scene.told(), [], 'nothing was muted');
  mute(scene, HOUR_MS);
  assert.deepEqual(mute(scene, 60_000, 'another'), { untilMs: START_MS + 60_000, by: 'another', sinceMs: START_MS });
  mute(scene, undefined);
  mute(scene, undefined);
  assert.deepEqual(scene.told(), ['notices_muted', 'notices_muted', 'notices_muted']);
  mute(scene, 60_000);
  scene.wait(60_000);
  mute(scene, undefined);
  assert.deepEqual(scene.told(), ['notices_muted'], 'its time was over');
});

it('holds over a restart, in a copy, and where its effect is gone from the journal', () => {
  const scene = new Scene();
  assert.ok(!('mute' in scene.books.asBase().delivery), 'a base says nothing of what never was');
  const muted = mute(scene, HOUR_MS);
  const { wallMs } = scene.moment;
  const copy = scene.books.copy();
  const later = new Books(asJson(scene.books.asBase()));
  scene.restart();
  for (const books of [scene.books, copy, later]) assert.deepEqual(books.deliveries.muteAt(wallMs), muted);
  scene.elapsedMs = HOUR_MS;
  assert.equal(later.deliveries.muteAt(scene.moment.wallMs), undefined, 'it ended while nobody was here');
  mute(scene, 60_000);
  assert.deepEqual(copy.deliveries.muteAt(wallMs), muted, 'a copy goes its own way');
});
