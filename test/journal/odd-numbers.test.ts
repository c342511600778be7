import assert from 'node:assert/strict';
import { it } from 'node:test';
import { jsonText } from '../../src/contract/json-text.ts';
import { delivery as deliverySchema } from '../../src/contract/v1/delivery.ts';
import { deliveryJson } from '../../src/contract/v1/delivery-json.ts';
import type { ExecutionReport } from '../../src/core/delivery/report.ts';
import { Scene } from '../../src/core/delivery/scene.testing.ts';

it('can tell every delivery, whatever numbers its executor reported', () => {
  const huge = Number.MAX_VALUE;
  const odd: Partial<ExecutionReport>[] = [
    { avgPrice: huge, price: huge, qty: huge, cumQty: huge, leavesQty: huge, fee: huge },
    { leg: 'STOP', qty: huge, price: huge },
    { fee: -huge, latency: { received_to_claim_ms: huge, claim_ms: huge, claim_to_submit_ms: huge } },
    { avgPrice: Number.MIN_VALUE, cumQty: Number.MIN_VALUE, fee: Number.MIN_VALUE },
  ];
  for (const numbers of odd) {
    const scene = new Scene();
    const granted = scene.claimed(scene.session(), scene.publish());
    for (let times = 0; times < 2; times += 1) scene.report(granted, { type: 'FILLED', ...numbers });
    const told = scene.delivery(granted.delivery.signalId);
    const { signal } = granted.instruction;
    const text = jsonText(deliveryJson(told, signal));
    assert.equal(deliverySchema.parse(JSON.parse(text)).state, 'FILLED', text.slice(0, 300));
  }
});
