import type { FastifyError } from 'fastify';
import type { Refusal } from '../../contract/refusal.ts';
import { BODY_TOO_LARGE, BROKEN_PATH } from './refusals.ts';

/** Fastify's errors in our words. What is not the client's fault is ours, and says nothing about itself. */
export function refusalOf({ code, statusCode, message }: FastifyError): Refusal {
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return BODY_TOO_LARGE;
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return { code: 'not_json', message: 'A request body must be application/json.' };
  }
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY') {
    const message = 'The request body is not valid JSON, or it has a key (__proto__, constructor) that is never taken.';
    return { code: 'malformed_request', message };
  }
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY') {
    return { code: 'malformed_request', message: 'The request body is empty: a JSON object is wanted.' };
  }
  if (code === 'FST_ERR_BAD_URL') return BROKEN_PATH;
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return { code: 'malformed_request', message };
  return OUR_MISTAKE;
}

export const OUR_MISTAKE: Refusal = {
  code: 'internal_error',
  message: 'Tapewire made a mistake answering this. Its log says which.',
};
