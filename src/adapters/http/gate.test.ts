import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { it } from 'node:test';
import { callerOf } from './caller.ts';
import { bearing, FakeKeys } from './fake-keys.testing.ts';
import { Gate } from './gate.ts';
import { HostList } from './host-list.ts';
import { NetworkList } from './networks.ts';

const ANY = { perSecond: 1e9, burst: 1e9 };

function gateWith(keys: FakeKeys): Gate {
  const monotonicMs = () => 0;
  return new Gate({
    hosts: new HostList({ names: [], ownAddresses: () => [], monotonicMs }),
    keys,
    networks: new NetworkList(['192.168.1.0/24']),
    rates: { local: ANY, remote: ANY },
    isPage: () => false,
    monotonicMs,
  });
}

/** A request as the gate looks at it. */
function request(url: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): IncomingMessage {
  const all = { Host: 'localhost', ...headers };
  const lowered = Object.entries(all).map(([name, value]) => [name.toLowerCase(), value]);
  const made = { url, method, rawHeaders: Object.entries(all).flat(), headers: Object.fromEntries(lowered) };
  return { ...made, socket: { localPort: 8888 } } as unknown as IncomingMessage;
}

it('tells the routes behind it who came in, and how', () => {
  const keys = new FakeKeys();
  const gate = gateWith(keys);
  const [reader, guide] = [keys.make('read'), keys.make('guide')];
  const [local, inside, outside] = ['127.0.0.1', '192.168.1.20', '203.0.113.9'];
  const cases = [
    [local, request('/api/signals'), 'local', undefined],
    [local, request('/api/health'), 'local', undefined],
    [local, request('/api/signals', bearing(reader)), 'key', 'key 1'],
    [outside, request('/api/signals', bearing(reader)), 'key', 'key 1'],
    [inside, request('/api/signals', bearing(reader)), 'key', 'key 1'],
    [inside, request('/api/signals'), 'network', undefined],
    [inside, request(`/t/${guide}/api/signals`), 'capability', 'key 2'],
    [local, request(`/t/${guide}/api/signals`), 'capability', 'key 2'],
    [outside, request('/api/health'), 'anywhere', undefined],
    [outside, request('/api/health', bearing(guide)), 'key', 'key 2'],
  ] as const;
  for (const [address, asked, via, name] of cases) {
    assert.equal(gate.check(asked, address), undefined, `${asked.url} from ${address}`);
    const caller = callerOf(asked);
    assert.deepEqual([caller.via, caller.principal?.name], [via, name], `${asked.url} from ${address}`);
    // What is behind the gate never sees a key in a path.
    assert.match(asked.url ?? '', /^\/api\/(signals|health)$/);
  }
});

it('knows nobody who did not pass it', () => {
  const gate = gateWith(new FakeKeys());
  const asked = request('/api/signals');
  assert.throws(() => callerOf(asked), /did not pass the gate/);
  assert.equal(gate.check(asked, '203.0.113.9')?.code, 'unauthorized');
  assert.throws(() => callerOf(asked), /did not pass the gate/);
});

it('keeps the query of a request with its key in the path, and takes the key out of one it refuses, too', () => {
  const keys = new FakeKeys();
  const gate = gateWith(keys);
  const asked = request(`/t/${keys.make('guide')}/api/signals/ETHUSDT?a=/t/b`);
  assert.equal(gate.check(asked, '203.0.113.9'), undefined);
  assert.equal(asked.url, '/api/signals/ETHUSDT?a=/t/b');
  const refused = request('/t/tw_wrong/api/signals?x=1');
  assert.equal(gate.check(refused, '203.0.113.9')?.code, 'unauthorized');
  assert.equal(refused.url, '/api/signals?x=1');
});
