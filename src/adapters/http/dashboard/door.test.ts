import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { KeyMint } from '../../../ports/key-mint.ts';
import type { Scope } from '../../../ports/key-ring.ts';
import { DashboardDoor } from './door.ts';

function scene() {
  const made: { name: string; scopes: readonly Scope[] }[] = [];
  const revoked: string[] = [];
  let problem: string | undefined;
  const mint: KeyMint = {
    add: async (wish) => {
      if (problem !== undefined) return { ok: false, problem };
      made.push(wish);
      return { ok: true, value: { key: { id: `k_${made.length}` }, secret: `secret ${made.length}` } };
    },
    revoke: async (id) => ({ ok: true, value: revoked.push(id) }),
  };
  const clock = { nowMs: 0 };
  const door = new DashboardDoor(mint, () => clock.nowMs);
  return { door, made, revoked, clock, fail: (reason?: string) => (problem = reason) };
}

it('lets one browser in for each code, also when two bring it at once', async () => {
  const { door, made } = scene();
  const code = door.issueCode();
  const both = await Promise.all([door.exchange(code), door.exchange(code)]);
  assert.deepEqual(
    both.map((each) => (each.ok ? each.value : each.refusal.code)),
    ['secret 1', 'unauthorized'],
  );
  assert.match(made[0]!.name, /^dashboard [0-9a-f]{6}$/);
  assert.deepEqual(made[0]!.scopes, ['read', 'publish', 'admin']);
});

it('refuses a code that is old, replaced, or none, and keeps it when no key could be made', async () => {
  const { door, clock, fail } = scene();
  assert.equal((await door.exchange('')).ok, false, 'before the first');
  const first = door.issueCode();
  const second = door.issueCode();
  assert.equal((await door.exchange(first)).ok, false);
  fail('the disk is full');
  const full = await door.exchange(second);
  assert.ok(!full.ok && /the disk is full/.test(full.refusal.message));
  fail(undefined);
  clock.nowMs = 12 * 3_600_000 + 1;
  assert.equal((await door.exchange(second)).ok, false);
  clock.nowMs = 12 * 3_600_000;
  assert.equal((await door.exchange(second)).ok, true);
});

it('gives who brings a key no more than it is worth, and revokes on leaving only what it made', async () => {
  const { door, made, revoked } = scene();
  await door.admit({ keyId: 'k_9', name: 'desk', scopes: ['read', 'execute', 'guide'] });
  assert.deepEqual(made[0]?.scopes, ['read']);
  await door.leave({ keyId: 'k_9', name: 'desk', scopes: [] });
  await door.leave({ keyId: 'k_1', name: made[0]!.name, scopes: [] });
  assert.deepEqual(revoked, ['k_1']);
});
