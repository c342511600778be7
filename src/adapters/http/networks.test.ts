import assert from 'node:assert/strict';
import { it } from 'node:test';
import { NetworkList, parseNetwork } from './networks.ts';

it('takes networks that somebody can own, and none that is half of the internet', () => {
  const good = ['10.0.0.0/8', '192.168.1.20/32', '172.17.0.0/16', '2001:db8::/16', 'fe80::1/128', 'FD00::/64'];
  const bad = [
    '',
    '10.0.0.0',
    '10.0.0.0/7',
    '0.0.0.0/0',
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.0/8 ',
    '10.0.0.0/+8',
    '::/0',
    '2001:db8::/15',
    '2001:db8::/129',
    'fe80::1%eth0/64',
    'lan/24',
    '10.0.0.0/8/8',
    '256.0.0.0/8',
  ];
  // All of IPv4, as IPv6 writes it, would be in these.
  const mapped = ['::/16', '::ffff:0:0/96', '::ffff:10.0.0.0/104', '0:0::/16', '0000::1/128'];
  for (const text of good) assert.equal(parseNetwork(text).ok, true, text);
  for (const text of [...bad, ...mapped]) assert.equal(parseNetwork(text).ok, false, text);
});

it('holds the machines of its networks and no other', () => {
  const list = new NetworkList(['192.168.1.77/24', 'fd00:1::/32']);
  const inside = [
    '192.168.1.0',
    '192.168.1.255',
    '::ffff:192.168.1.1',
    '::ffff:c0a8:101',
    'fd00:1::1',
    'fd00:1:ffff::%eth0',
  ];
  const outside = [
    '192.168.0.255',
    '192.168.2.0',
    '::ffff:192.168.2.1',
    '::192.168.1.1',
    'fd00:2::1',
    '',
    'nonsense',
    '127.0.0.1',
  ];
  assert.deepEqual(
    inside.filter((address) => !list.has(address)),
    [],
  );
  assert.deepEqual(
    outside.filter((address) => list.has(address)),
    [],
  );
  assert.equal(new NetworkList([]).has('127.0.0.1'), false);
});
