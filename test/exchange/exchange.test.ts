import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Answer, VenueApi } from '../../src/adapters/exchange/venue-api.ts';
import { type ExchangeFigures, runExchange } from './run-exchange.ts';

const TIMEOUT = { timeout: 300_000 };

/** What does not change, whatever goes wrong. */
function offences({
  double_entries,
  orphan_exits,
  naked_ms_max,
  grace_ms,
  in_doubt,
  ledgers_equal,
}: ExchangeFigures): string[] {
  return [
    ...(double_entries > 0 ? ['double entry'] : []),
    ...(orphan_exits > 0 ? ['orphan exit'] : []),
    ...(naked_ms_max > grace_ms ? ['naked'] : []),
    ...(in_doubt > 0 ? ['in doubt'] : []),
    ...(ledgers_equal ? [] : ['ledgers']),
  ];
}

it(
  'trades every signal at most once, protected, and tells the truth, while venue and process fail',
  TIMEOUT,
  async () => {
    const figures = await runExchange({ signals: 14, seed: 5 });
    assert.deepEqual([offences(figures), figures.complaints], [[], []]);
    assert.ok(
      figures.entries > 0 && figures.closed > 0 && Object.keys(figures.faults).length > 3,
      JSON.stringify(figures),
    );
  },
);

/** The same, with one thing done wrong between executor and venue. */
const sabotaged =
  (call: (api: VenueApi, ...asked: Parameters<VenueApi['call']>) => Promise<Answer>) =>
  (api: VenueApi): VenueApi => ({
    call: (name, params) => call(api, name, params),
    nowMs: () => api.nowMs(),
    syncTime: () => api.syncTime(),
  });

it(
  'sees an entry that is sent again, a position without a stop, and an exit that is left behind',
  TIMEOUT,
  async () => {
    const sentTwice = await runExchange({
      ...{ signals: 2, seed: 6, isFriendly: true },
      sabotage: sabotaged(async (api, name, params) => {
        const answer = await api.call(name, params);
        return name === 'fapiPrivatePostOrder' && params?.reduceOnly === undefined ? api.call(name, params) : answer;
      }),
    });
    assert.ok(offences(sentTwice).includes('double entry'), JSON.stringify(sentTwice));

    // Nothing is placed and everything is said to be: the stop, and the closing that would take its place.
    const naked = await runExchange({
      ...{ signals: 1, seed: 6, isFriendly: true, signalMsMax: 12_000 },
      sabotage: sabotaged((api, name, params) => {
        const isExit =
          name === 'fapiPrivatePostAlgoOrder' || (name === 'fapiPrivatePostOrder' && params?.reduceOnly === 'true');
        return isExit ? Promise.resolve({ kind: 'ok', body: {} }) : api.call(name, params);
      }),
    });
    assert.ok(offences(naked).includes('naked'), JSON.stringify(naked));

    // What is to be taken off stays, and is not shown any more.
    const kept = new Set<unknown>();
    const left = await runExchange({
      ...{ signals: 2, seed: 6, isFriendly: true },
      sabotage: sabotaged(async (api, name, params) => {
        if (name === 'fapiPrivateDeleteAlgoOrder') {
          kept.add(params?.clientAlgoId);
          return { kind: 'ok', body: {} };
        }
        const answer = await api.call(name, params);
        if (answer.kind !== 'ok') return answer;
        if (name === 'fapiPrivateGetAlgoOrder' && kept.has(params?.clientAlgoId)) {
          return { kind: 'ok', body: { ...(answer.body as object), algoStatus: 'CANCELED' } };
        }
        if (name !== 'fapiPrivateGetOpenAlgoOrders') return answer;
        const shown = (answer.body as readonly { readonly clientAlgoId: string }[]).filter(
          (it) => !kept.has(it.clientAlgoId),
        );
        return { kind: 'ok', body: shown };
      }),
    });
    assert.ok(offences(left).includes('orphan exit'), JSON.stringify(left));
  },
);
