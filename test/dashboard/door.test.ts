import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { send } from '../security/asking.ts';
import { HERE, OTHER, openStand } from '../security/stand.ts';

/** A browser that keeps its cookie, and what it sends. */
async function browserOf(test: TestContext) {
  const stand = await openStand();
  test.after(stand.close);
  let cookie: string | undefined;
  const ask = async (
    method: string,
    target: string,
    body?: object,
    headers: Record<string, string> = {},
    from = HERE,
  ) => {
    const json =
      body === undefined ? {} : { 'Content-Type': 'application/json', Origin: `http://127.0.0.1:${stand.port}` };
    const heard = await send(stand, {
      ...{ method, target, from, headers: { ...json, ...(cookie !== undefined && { Cookie: cookie }), ...headers } },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const [set] = [heard.headers['set-cookie']].flat();
    if (set !== undefined) cookie = set.split(';')[0];
    return { ...heard, set };
  };
  return { stand, ask, forget: () => (cookie = undefined), cookie: () => cookie };
}

it('exchanges the code of a start for a cookie that no script reads and no other site can have sent', async (t) => {
  const { stand, ask } = await browserOf(t);
  assert.equal((await ask('GET', '/api/v1/time')).status, 401);
  const entered = await ask('POST', '/dashboard/enter', { code: stand.door.issueCode() });
  assert.equal(entered.status, 200);
  const wanted = new RegExp(`^tapewire-${stand.port}=tw_[^;]+; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict$`);
  assert.match(entered.set!, wanted);
  assert.ok(!entered.text.includes('tw_'), 'the key is in the cookie and nowhere else');
  assert.equal((await ask('GET', '/api/v1/time')).status, 200);
  assert.equal((await ask('POST', '/api/v1/accounts/default/halt', {})).status, 200);
  assert.equal((await ask('POST', '/api/v1/sessions', {})).status, 403, 'it executes nothing');
  for (const Origin of ['https://evil.example', `http://127.0.0.1:${stand.port + 1}`, 'null']) {
    assert.equal((await ask('POST', '/api/v1/accounts/default/resume', {}, { Origin })).status, 403, Origin);
  }
  const fromNextDoor = { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'cors' };
  assert.equal((await ask('GET', '/api/v1/time', undefined, fromNextDoor)).status, 403);
});

it('is over when its key is revoked, and when the browser leaves', async (t) => {
  const { stand, ask, cookie, forget } = await browserOf(t);
  await ask('POST', '/dashboard/enter', { code: stand.door.issueCode() });
  const kept = cookie()!;
  const left = await ask('POST', '/dashboard/leave', {});
  assert.match(left.set!, /=; Path=\/; Max-Age=0;/);
  forget();
  const again = await ask('GET', '/api/v1/time', undefined, { Cookie: kept });
  assert.equal(again.status, 401);
  assert.match(again.text, /revoked/);
  assert.equal((await ask('GET', '/api/stats', undefined, { Cookie: kept })).status, 200, 'here none is needed');
});

it('lets another machine in with a key, and gives it a key of its own', async (t) => {
  const { stand, ask } = await browserOf(t);
  const key = await stand.makeKey('tablet', 'read', 'execute');
  assert.equal((await ask('GET', '/dashboard', undefined, {}, OTHER)).status, 200);
  assert.equal((await ask('GET', '/api/v1/time', undefined, {}, OTHER)).status, 401);
  assert.equal((await ask('POST', '/dashboard/enter', {}, {}, OTHER)).status, 400, 'nothing was brought');
  assert.equal((await ask('POST', '/dashboard/enter', { code: 'guessed' }, {}, OTHER)).status, 401);
  const entered = await ask('POST', '/dashboard/enter', {}, { Authorization: `Bearer ${key}` }, OTHER);
  assert.equal(entered.status, 200);
  assert.ok(!entered.set!.includes(key));
  assert.equal((await ask('GET', '/api/v1/time', undefined, {}, OTHER)).status, 200);
  assert.equal(
    (await ask('POST', '/api/v1/accounts/default/halt', {}, {}, OTHER)).status,
    403,
    'its key was for reading',
  );
});

it('serves its own files and nothing else, with a policy that lets nothing in', async (t) => {
  const { ask } = await browserOf(t);
  const page = await ask('GET', '/dashboard');
  assert.match(
    String(page.headers['content-security-policy']),
    /default-src 'none'; script-src 'self';.*frame-ancestors 'none'/,
  );
  assert.equal(page.headers['x-frame-options'], 'DENY');
  assert.match(page.text, /not built/, 'this stand has no page');
  const script = await ask('GET', '/dashboard/assets/index.js');
  assert.deepEqual([script.status, script.headers['x-content-type-options']], [200, 'nosniff']);
  assert.match(String(script.headers['cache-control']), /immutable/);
  for (const path of [
    '../package.json',
    '..%2fpackage.json',
    'assets/../../package.json',
    'assets/',
    '%2e%2e/keys.json',
  ]) {
    assert.equal((await ask('GET', `/dashboard/${path}`)).status, 404, path);
  }
});
