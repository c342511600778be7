import assert from 'node:assert/strict';
import { it } from 'node:test';
import { HttpError } from 'grammy';
import { outcomeOf } from './client.ts';

it('tells what kept a message from arriving by its code, and never the address with the token in it', () => {
  const told = (error: Error) => outcomeOf(new HttpError('Network request failed!', error)).problem;
  const refused = Object.assign(new Error('connect https://api.telegram.org/bot1:TOKEN'), { code: 'ECONNREFUSED' });
  assert.match(told(new TypeError('fetch failed', { cause: refused })), /cannot be reached \(ECONNREFUSED\)/);
  const credentials = new TypeError('Request cannot be constructed from https://u:p@host/bot1:TOKEN/sendMessage');
  assert.match(told(credentials), /no answer from Telegram \(TypeError\)/);
  assert.doesNotMatch(told(credentials), /TOKEN|u:p/);
});
