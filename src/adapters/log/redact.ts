const SECRET_WORD = /token|secret|password|passphrase|credential|authorization|cookie/i;
const KEY_ITSELF = /(^|[^a-z])keys?$|^apikeys?$/i;
const KEY_IN_CAMEL_CASE = /[a-z]Keys?$/;

/** Keys whose values are never shown: `token`, `apiKey`, `TAPEWIRE_TELEGRAM_TOKEN`; not `keepDays`, not `monkey`. */
export function isSecretName(name: string): boolean {
  return SECRET_WORD.test(name) || KEY_ITSELF.test(name) || KEY_IN_CAMEL_CASE.test(name);
}

/** Inside text: bearer tokens, the token of a capability path `/t/<token>/api/…`, and keys wherever they stand. */
export function redactText(text: string): string {
  return text
    .replace(/\b(Bearer\s+)\S+/gi, '$1***')
    .replace(/\/t\/[^/\s"]+/g, '/t/***')
    .replace(/\btw_[A-Za-z0-9_-]{20,}/g, 'tw_***');
}

/** The same value with every secret replaced. Depth is bounded; what lies deeper is cut off, not shown. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 6) return '…';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  if (value instanceof Error) return value;
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [
    key,
    isSecretName(key) && item !== undefined && item !== null ? '***' : redact(item, depth + 1),
  ]);
  return Object.fromEntries(entries);
}
