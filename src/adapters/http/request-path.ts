/** The path of a request target, without its query. A fragment, which no honest client sends, ends it as well. */
export function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}

/** The same without a slash at its end: the routes do not tell `/api/health/` from `/api/health`. */
export function barePathOf(url: string): string {
  const path = pathOf(url);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** The bare path as the router reads it: `/api/%68ealth` is `/api/health`. `undefined` for broken percent-encoding. */
export function decodedPathOf(url: string): string | undefined {
  const path = barePathOf(url);
  if (!path.includes('%')) return path;
  try {
    return decodeURI(path);
  } catch {
    return undefined; // It names nothing, and whoever asks says so.
  }
}

/** Whether a path belongs to the API that answers with problems and takes no one without a key. */
export const isDeliveryPath = (path: string): boolean => path === '/api/v1' || path.startsWith('/api/v1/');

/** A guide client's base URL has its key in it, for it can send no header: `/t/<key>/api/signals`. */
const CAPABILITY = /^\/t(?:\/([^/?#]*)(.*))?$/s;

/** The key in a path and the path behind it. Without its slash the rest is no path, and nothing is found there. */
export function capabilityOf(url: string): { readonly secret: string; readonly rest: string } | undefined {
  if (!url.startsWith('/t')) return undefined;
  const [whole, secret = '', rest = ''] = CAPABILITY.exec(url) ?? [];
  return whole === undefined ? undefined : { secret, rest: rest.startsWith('/') ? rest : `/${rest}` };
}

/** Text for an answer, without what looks like a key: a path that leads nowhere may have one in it. */
export const withoutKeys = (text: string): string => text.replace(/tw_[A-Za-z0-9_-]{20,}/g, 'tw_***');

/** A request target for a log, without the key that may be in it. */
export const withoutKey = (url: string): string => url.replace(/^\/t\/[^/?#]*/, '/t/***');
