import assert from 'node:assert/strict';
import { it } from 'node:test';
import { redact } from '../../adapters/log/redact.ts';
import { checkExchange } from './exchange.ts';

it('wants both keys of an exchange or neither, and shows none', () => {
  const stateOf = (env: NodeJS.ProcessEnv): string => checkExchange(env).state;
  const [key, secret] = ['aB3'.padEnd(64, 'x'), 'zY9'.padEnd(64, 'w')];
  assert.equal(stateOf({}), 'ok');
  assert.equal(stateOf({ TAPEWIRE_EXCHANGE_KEY: key }), 'fail');
  assert.equal(stateOf({ TAPEWIRE_EXCHANGE_SECRET: secret }), 'fail');
  const both = { TAPEWIRE_EXCHANGE_KEY: key, TAPEWIRE_EXCHANGE_SECRET: secret };
  const told = JSON.stringify([
    checkExchange(both),
    redact({ ...both, text: `${key} signature=${secret} listenKey=abc-1` }),
  ]);
  for (const word of [key, secret, 'abc-1']) assert.ok(!told.includes(word), told);
});
