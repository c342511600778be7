const SECRET_WORD = /token|secret|password|passphrase|credential|authorization|cookie/i;
const KEY_ITSELF = /(^|[^a-z])keys?$|^apikeys?$/i;
const KEY_IN_CAMEL_CASE = /[a-z]Keys?$/;

/** Keys whose values are never shown: `token`, `apiKey`, `TAPEWIRE_TELEGRAM_TOKEN`; not `keepDays`, not `monkey`. */
export function isSecretName(name: string): boolean {
  return SECRET_WORD.test(name) || KEY_ITSELF.test(name) || KEY_IN_CAMEL_CASE.test(name);
}

/**
 * Inside text: bearer tokens, the token of a capability path `/t/<token>/api/…`, and keys wherever they stand:
 * ours, tokens of Telegram bots, secrets of webhooks, keys and signatures of exchanges.
 */
export function redactText(text: string): string {
  return text
    .replace(/\b(Bearer\s+)\S+/gi, '$1***')
    .replace(/\/t\/[^/\s"]+/g, '/t/***')
    .replace(/\btw_[A-Za-z0-9_-]{20,}/g, 'tw_***')
    .replace(/\b(bot)?\d{6,12}:[A-Za-z0-9_-]{30,}/g, '$1***')
    .replace(/\bwhsec_[A-Za-z0-9+/=]+/g, 'whsec_***')
    .replace(/\b(signature|listenKey)=[\w-]+/g, '$1=***')
    .replace(/\b(?=[A-Za-z0-9]*[A-Z])(?=[A-Za-z0-9]*[a-z])[A-Za-z0-9]{64}\b/g, '***');
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

/**
 * A record for a terminal, which obeys control characters: names and reasons come from whoever has a key. Further lines
 * of a message are indented, so that none of them looks like a line of the log.
 */
export function harmless(record: object): object {
  const shown = JSON.parse(JSON.stringify(record), (_, value: unknown) =>
    typeof value === 'string' ? withoutControls(value) : value,
  ) as { readonly msg?: unknown };
  return typeof shown.msg === 'string' ? { ...shown, msg: shown.msg.replaceAll('\n', '\n    ') } : shown;
}

/** Tabs and line ends stay: stacks have them. */
function withoutControls(text: string): string {
  const isControl = (code: number) => (code < 0x20 && code !== 0x09 && code !== 0x0a) || (code >= 0x7f && code < 0xa0);
  const shown = [...text].map((each) => {
    const code = each.codePointAt(0) ?? 0;
    return isControl(code) ? `\\u${code.toString(16).padStart(4, '0')}` : each;
  });
  return shown.join('');
}
