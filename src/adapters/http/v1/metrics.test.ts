import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { calling, claim, session } from './calling.testing.ts';

async function measured(): Promise<string> {
  const { house, call } = await calling();
  await call('POST /sessions', session());
  const { signalId } = house.issue();
  house.issue({ symbol: 'BTCUSDT' });
  await call(`POST /signals/${signalId}/claim`, claim('c-1'));
  await call(`POST /signals/${signalId}/claim`, claim('c-2'));
  const latency = { received_to_claim_ms: 2, claim_ms: 5, claim_to_submit_ms: 0.4, submit_to_fill_ms: 60 };
  const filled = { type: 'FILLED', leg: 'ENTRY', cum_qty: 1 };
  const body = { report_id: 'r', session: 'session-1', epoch: 1, fence: 4, ...filled, latency };
  await call(`POST /deliveries/${signalId}.default/reports`, { body });
  await call(`POST /deliveries/${signalId}.default/reports`, { body });
  // Whoever counts hears of what happened when it is sent out: by a shorter timer, which was set before this one.
  await sleep(10);
  return (await call('GET /metrics')).text;
}

it('counts what happened once, however often it was told, and measures in the buckets of a scalper', async () => {
  const text = await measured();
  for (const line of [
    'tapewire_signals_total{producer="bot"} 2',
    'tapewire_grants_total 1',
    'tapewire_claim_refusals_total{code="CLAIMED"} 1',
    'tapewire_reports_total{type="FILLED"} 1',
    'tapewire_deliveries_in_doubt 0',
    'tapewire_feed{measure="rest_weight_used"} 42',
    'tapewire_streams 0',
    'tapewire_journal_failed 0',
    'tapewire_requests_total 3',
    'tapewire_refusals_total{code="CLAIMED"} 1',
    'tapewire_decided_to_journaled_seconds_count 2',
    'tapewire_journaled_to_pushed_seconds_count 2',
    'tapewire_claim_seconds_count 2',
    'tapewire_report_seconds_count 2',
    'tapewire_received_to_claimed_seconds_sum 0.007',
    'tapewire_claimed_to_submitted_seconds_bucket{le="0.0005"} 1',
    'tapewire_submitted_to_filled_seconds_bucket{le="0.05"} 0',
    'tapewire_submitted_to_filled_seconds_bucket{le="0.1"} 1',
    'tapewire_submitted_to_filled_seconds_bucket{le="5"} 1',
  ]) {
    assert.ok(text.split('\n').includes(line), line);
  }
});

const missing = spawnSync('promtool', ['--version']).error !== undefined;
const skip = missing && 'promtool is not here (apt-get install prometheus, or https://prometheus.io/download)';

it('is what Prometheus wants to read, by its own tool', { skip }, async () => {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: await measured() });
  assert.equal(status, 0, `${stdout}${stderr}`);
  assert.equal(`${stdout}${stderr}`.trim(), '');
});
