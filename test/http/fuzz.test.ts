import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fuzzDelivery } from './delivery-fuzz-run.ts';
import { fuzz } from './fuzz-run.ts';
import { malformedRequest } from './malformed-requests.ts';

it('answers 5,000 malformed requests clearly, without one 5xx', async () => {
  const report = await fuzz(5_000, 7);
  assert.deepEqual(report.faults.slice(0, 5), []);
  assert.ok(report.validated >= 1_000, `only ${report.validated} reached validation`);
  assert.equal(
    Object.values(report.statuses).reduce((sum, count) => sum + count, 0),
    5_000,
  );
  for (const status of ['400', '404', '405', '415', '421', '403'])
    assert.ok((report.statuses[status] ?? 0) > 0, status);
});

it('answers 2,000 malformed requests with a valid key with problems that are known, and takes in nothing that hurts', async () => {
  const report = await fuzzDelivery(2_000, 7);
  assert.deepEqual(report.faults.slice(0, 5), []);
  for (const status of ['200', '201', '400', '404', '409', '422'])
    assert.ok((report.statuses[status] ?? 0) > 0, status);
});

it('makes the same requests from the same seed, and others from another', () => {
  const bytes = (seed: number) =>
    Array.from({ length: 200 }, (_, index) => malformedRequest(seed, index).bytes.toString('hex')).join();
  assert.equal(bytes(1), bytes(1));
  assert.notEqual(bytes(1), bytes(2));
});
