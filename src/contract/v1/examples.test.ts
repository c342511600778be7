import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { jsonText } from '../json-text.ts';
import * as deliveries from './delivery.ts';
import * as events from './event.ts';
import { renderedExamples } from './example-life.testing.ts';
import { renderedViews } from './example-view.testing.ts';
import * as execution from './execution.ts';
import * as notices from './notice.ts';
import * as positions from './position.ts';
import { problem } from './problem.ts';
import * as signals from './signal.ts';
import * as views from './view.ts';

// From dist/src/contract/v1 back to the sources.
const folder = fileURLToPath(new URL('../../../../src/contract/examples/v1/', import.meta.url));
const textOf = (name: string) => readFileSync(`${folder}${name}`, 'utf8');

const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  'publish-request.json': signals.publishRequest,
  'amend-request.json': signals.amendRequest,
  'cancel-request.json': signals.cancelRequest,
  'close-request.json': signals.closeRequest,
  'session-request.json': execution.sessionRequest,
  'heartbeat-request.json': execution.heartbeatRequest,
  'claim-request.json': execution.claimRequest,
  'report-request.json': execution.reportRequest,
  'resolve-request.json': deliveries.resolveRequest,
  'halt-request.json': execution.haltRequest,
  'resume-request.json': execution.resumeRequest,
  'active-signals.json': signals.signalPage,
  'signal.json': signals.signalAnswer,
  'closing.json': signals.signalAnswer,
  'amended.json': signals.signalAnswer,
  'published.json': signals.published,
  'session-opened.json': execution.sessionOpened,
  'session-released.json': execution.sessionReleased,
  'heartbeat.json': execution.heartbeatAnswer,
  'sessions.json': execution.sessionPage,
  'grant.json': execution.grant,
  'grant-of-close.json': execution.grant,
  'reported.json': execution.reportAnswer,
  'deliveries.json': deliveries.deliveryPage,
  'resolved.json': deliveries.deliveryAnswer,
  'accounts.json': execution.accountPage,
  'account.json': execution.accountAnswer,
  'statement-request.json': positions.statementRequest,
  'close-position-request.json': positions.closePositionRequest,
  'settle-request.json': positions.settleRequest,
  'kill-request.json': positions.killRequest,
  'positions.json': positions.positionPage,
  'position.json': positions.positionAnswer,
  'mute-request.json': notices.muteRequest,
  'unmute-request.json': notices.unmuteRequest,
  'notices.json': notices.noticesAnswer,
  'performance.json': positions.performancePage,
  'risk.json': positions.riskAnswer,
  'ledgers.json': positions.ledgerPage,
  'time.json': execution.timeAnswer,
  'events.json': events.eventPage,
  'stream-open.json': events.streamOpen,
  'stream-reset.json': events.streamReset,
  'market-open.json': execution.marketOpen,
  'market-trade.json': execution.marketTrade,
  'market-quote.json': execution.marketQuote,
  'market-reset.json': execution.marketReset,
  'market-tick.json': views.marketTick,
  'instruments.json': views.instrumentPage,
  'instrument.json': views.instrumentView,
  'bars.json': views.barPage,
  'silences.json': views.silencePage,
  'config.json': views.configAnswer,
  'account-held.json': problem,
  'cursor-gone.json': problem,
};

const isEvent = (name: string) => name.startsWith('event-');

it('has an example of every shape and of every event, and each one fits', () => {
  const names = readdirSync(folder).sort();
  assert.deepEqual(
    names.filter((name) => !isEvent(name)),
    Object.keys(SCHEMAS).sort(),
  );
  const types = names.filter(isEvent).map((name) => (JSON.parse(textOf(name)) as { type: string }).type);
  assert.deepEqual([...new Set(types)].sort(), [...events.EVENT_TYPES].sort());
  for (const name of names) {
    const value = JSON.parse(textOf(name));
    const schema = isEvent(name) ? events.event : SCHEMAS[name]!;
    assert.deepEqual(schema.parse(value), value, name);
  }
});

it('is what the product itself says of one life, token by token', () => {
  const rendered = renderedExamples();
  assert.ok(rendered.size > 25);
  // The formatter's white space aside, which never stands in the numbers and names that are compared.
  const bare = (json: string) => json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');
  for (const [name, text] of rendered) assert.equal(bare(textOf(name)), bare(text), name);
});

it('is what the product says to people who look', () => {
  for (const [name, value] of Object.entries(renderedViews())) {
    assert.deepEqual(JSON.parse(textOf(name)), JSON.parse(jsonText(value)), name);
  }
});

it('refuses what a client must never be sent', () => {
  const { signal } = JSON.parse(textOf('signal.json'));
  const wrongs = [{ leverage: 2.5 }, { entry_price: null }, { direction: 'buy' }, { stop_loss: 0 }, { extra: 1 }];
  for (const wrong of [...wrongs, { id: 'abc' }, { state: 'ACKED_LEGACY' }, { expires_in_ms: -1 }]) {
    assert.equal(signals.signal.safeParse({ ...signal, ...wrong }).success, false, JSON.stringify(wrong));
  }
});
