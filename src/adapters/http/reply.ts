import { type ServerResponse, STATUS_CODES } from 'node:http';
import { errorJson, REFUSAL_STATUS } from '../../contract/refusal.ts';
import { PROBLEM_TYPE, problemJson } from '../../contract/v1/problem.ts';
import type { Answer } from './answers.ts';
import type { GateRefusal } from './refusals.ts';
import { isDeliveryPath, pathOf, withoutKeys } from './request-path.ts';

/** What can be said of an answer before somebody asks for it. */
interface Prepared {
  readonly answer: Answer;
  readonly headers: string[];
  readonly encoding: 'latin1' | 'utf8';
}

/** Writes answers. One place, so that every one of them carries the same headers. */
export class Replies {
  /** On every answer, whoever writes it: what kind of market the numbers come from, and that no cache may keep them. */
  readonly headers: readonly [name: string, value: string][];
  /** On pages and their files, and on refusals, which repeat what a stranger sent: no browser may take them for more. */
  readonly pageHeaders: readonly [name: string, value: string][];
  readonly #json: readonly string[];

  #last: Prepared | undefined;

  constructor(marketLabel: string) {
    // A header takes no more than ASCII; a label may be made from a file name.
    const market = marketLabel.replace(/[^\x20-\x7e]/g, '?');
    this.headers = [
      ['Cache-Control', 'no-store'],
      ['X-Tapewire-Market', market],
    ];
    this.pageHeaders = [...this.headers, ['X-Content-Type-Options', 'nosniff']];
    this.#json = ['Content-Type', 'application/json; charset=utf-8', ...this.headers.flat()];
  }

  json(response: ServerResponse, answer: Answer, extra?: readonly string[]): void {
    // Within a millisecond all pollers are given the same answer, so its headers are written once.
    if (answer !== this.#last?.answer) this.#last = this.#prepare(answer);
    const { headers, encoding } = this.#last;
    response.writeHead(answer.status, extra === undefined ? headers : [...headers, ...extra]);
    response.end(answer.body, encoding);
  }

  #prepare(answer: Answer): Prepared {
    const bytes = Buffer.byteLength(answer.body);
    // As many bytes as characters: all of it is ASCII, and need not be looked through for what is not.
    const encoding = bytes === answer.body.length ? 'latin1' : 'utf8';
    const headers = [...this.#json, ...(answer.headers ?? []), 'Content-Length', String(bytes)];
    return { answer, headers, encoding };
  }

  html(response: ServerResponse, body: string, contentSecurityPolicy: string, extra: readonly string[] = []): void {
    response.writeHead(200, [
      ...['Content-Type', 'text/html; charset=utf-8', ...this.pageHeaders.flat()],
      ...['Content-Security-Policy', contentSecurityPolicy, 'Referrer-Policy', 'no-referrer'],
      ...['Content-Length', String(Buffer.byteLength(body))],
      ...extra,
    ]);
    response.end(body);
  }

  refusal(response: ServerResponse, given: GateRefusal, extra: readonly string[] = []): void {
    // Refusals repeat what was sent, and their answers end up in logs and pictures of screens.
    const refusal = { ...given, message: withoutKeys(given.message) };
    const headers = ['X-Content-Type-Options', 'nosniff', ...extra];
    if (refusal.retryAfterSeconds !== undefined) headers.push('Retry-After', String(refusal.retryAfterSeconds));
    if (refusal.allow !== undefined) headers.push('Allow', refusal.allow);
    const status = REFUSAL_STATUS[refusal.code];
    if (status === 401) headers.push('WWW-Authenticate', 'Bearer realm="tapewire"');
    if (isDeliveryPath(pathOf(response.req.url ?? ''))) this.#problem(response, refusal, headers);
    else this.json(response, { status, body: errorJson(refusal.message) }, headers);
  }

  #problem(response: ServerResponse, { code, message, members }: GateRefusal, extra: readonly string[]): void {
    const body = problemJson(code, message, members);
    const length = ['Content-Length', String(Buffer.byteLength(body))];
    response.writeHead(REFUSAL_STATUS[code], [
      'Content-Type',
      PROBLEM_TYPE,
      ...this.headers.flat(),
      ...length,
      ...extra,
    ]);
    response.end(body);
  }

  /** A whole HTTP answer for a connection whose request could not even be parsed. */
  rawRefusal(refusal: GateRefusal): string {
    const body = errorJson(refusal.message);
    const status = REFUSAL_STATUS[refusal.code];
    const headers = [['Content-Type', 'application/json; charset=utf-8'], ...this.pageHeaders];
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const length = `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`;
    return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines}${length}${body}`;
  }
}
