import type { IncomingMessage } from 'node:http';

/** How long a browser keeps it, seconds: thirty days. The key behind it can be revoked at any time. */
const MAX_AGE_SECONDS = 2_592_000;

/** Cookies do not know ports: two servers on one machine must not take each other's. */
const nameAt = (port: number | undefined): string => `tapewire-${port}`;

/** The key that a browser of the dashboard sends; `undefined` when there is none. */
export function keyInCookie({ headers, socket }: IncomingMessage): string | undefined {
  if (headers.cookie === undefined) return undefined;
  const start = `${nameAt(socket.localPort)}=`;
  const found = headers.cookie.split(';').find((pair) => pair.trimStart().startsWith(start));
  return found?.trim().slice(start.length);
}

/**
 * The header `Set-Cookie`. No script reads it, and no other site makes a browser send it. It cannot be `Secure`, because
 * there is no TLS here.
 *
 * @param key `undefined` to have the browser forget it.
 */
export function cookieFor(key: string | undefined, port: number | undefined): string {
  const life = key === undefined ? 0 : MAX_AGE_SECONDS;
  return `${nameAt(port)}=${key ?? ''}; Path=/; Max-Age=${life}; HttpOnly; SameSite=Strict`;
}
