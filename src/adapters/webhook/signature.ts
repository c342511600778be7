import { createHmac } from 'node:crypto';
import type { Decoded } from '../../core/decoded.ts';

const PREFIX = 'whsec_';
/** Bytes a secret has at least: fewer can be tried out. */
const SECRET_BYTES_MIN = 24;

/**
 * The key that both sides know, as the Standard Webhooks specification writes it: `whsec_` and base64, or the same without
 * the prefix.
 */
export function parseSecret(text: string): Decoded<Buffer> {
  const encoded = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text;
  const key = Buffer.from(encoded, 'base64');
  const isWhole = /^[A-Za-z0-9+/]+={0,2}$/.test(encoded) && key.length >= SECRET_BYTES_MIN;
  if (isWhole) return { ok: true, value: key };
  const remedy = `node -p "'${PREFIX}' + crypto.randomBytes(32).toString('base64')" makes one`;
  return { ok: false, problem: `must be base64 of ${SECRET_BYTES_MIN} bytes or more: ${remedy}` };
}

/**
 * HMAC-SHA256 over `<id>.<timestamp>.<body>`, base64, with its version in front. Source: Standard Webhooks, "Signature
 * scheme".
 * @param timestamp UTC seconds
 */
export function signatureOf(key: Buffer, id: string, timestamp: number, body: string): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}
