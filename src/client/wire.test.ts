import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import {
  decodeDelivery,
  decodeGrant,
  decodeSession,
  decodeSignal,
  decodeSignalPage,
  type Fields,
  fieldsOf,
} from './wire.ts';

/** The same files that the server's tests and the documentation read. */
function example(name: string): Fields {
  const url = new URL(`../../../src/contract/examples/v1/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Fields;
}

it('reads the examples of the contract', () => {
  const grant = decodeGrant(example('grant'));
  assert.ok(grant.ok);
  const { deliveryId, fence, clientOrderId, executeWithinMs, signal } = grant.value;
  const expected = ['01934e4e-8783-7a2b-9c4d-5e6f70819203.default', 3, 'tw-2f6c1de09a4b7783c5d0e1f2', 14_962, 'BUY'];
  assert.deepEqual([deliveryId, fence, clientOrderId, executeWithinMs, signal.side], expected);
  assert.deepEqual(
    [signal.entryPrice, signal.targets, signal.maxSlippageBps],
    [3_500, [3_528, 3_542, 3_563], undefined],
  );

  const close = decodeGrant(example('grant-of-close'));
  assert.deepEqual(close.ok && [close.value.executeWithinMs, close.value.signal.intent], [undefined, 'CLOSE']);
  const session = decodeSession(example('session-opened'));
  assert.deepEqual(session.ok && [session.value.id, session.value.epoch, session.value.leaseMs], [
    '7f3a2c9d51e84b06',
    1,
    15_000,
  ]);
  const page = decodeSignalPage(example('active-signals'));
  assert.ok(page.ok && page.value.signals.length > 0);
  for (const name of ['event-signal-issued', 'event-close-issued']) {
    const decoded = decodeSignal(fieldsOf(example(name).data).signal);
    assert.equal(decoded.ok, true, decoded.ok ? '' : decoded.problem);
  }
  for (const name of ['event-delivery-in-doubt', 'event-delivery-claimed']) {
    const decoded = decodeDelivery(fieldsOf(example(name).data).delivery);
    assert.ok(decoded.ok && decoded.value.fence !== undefined && decoded.value.clientOrderId !== undefined);
  }
});

it('refuses a grant that lacks what a decision rests on', () => {
  const grant = example('grant');
  const without = (name: string): Fields => Object.fromEntries(Object.entries(grant).filter(([key]) => key !== name));
  for (const name of ['delivery', 'fence', 'client_order_id', 'execute_within_ms', 'signal']) {
    assert.equal(decodeGrant(without(name)).ok, false, name);
  }
  // Only a CLOSE has no end.
  for (const within of [null, '5', Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.equal(decodeGrant({ ...grant, execute_within_ms: within }).ok, false);
  }
  const signal = fieldsOf(grant.signal);
  for (const [name, value] of Object.entries({
    direction: 'buy',
    intent: 'HOLD',
    entry_price: '3500',
    max_slippage_bps: '5',
  })) {
    const decoded = decodeGrant({ ...grant, signal: { ...signal, [name]: value } });
    assert.match(decoded.ok ? '' : decoded.problem, new RegExp(`^grant: ${name} cannot be`));
  }
  assert.equal(decodeSignal(undefined).ok, false);
});
