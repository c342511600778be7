import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { textOfHtml, textProblem } from './html-entities.ts';

export const TOKEN = '123456789:AAF-this_is_a_token_for_tests_only0';
export const BOT = { id: 123456789, is_bot: true, first_name: 'Tapewire', username: 'tapewire_test_bot' };

/** What a call meets. `after` is: taken, and the answer lost. */
export type Fault =
  | { readonly kind: 'none' }
  | { readonly kind: 'retry_after'; readonly seconds: number }
  | { readonly kind: 'silent_after' | 'reset_after' | 'reset_before' | 'error_500' | 'error_502' }
  | { readonly kind: 'answer'; readonly code: number; readonly description: string; readonly parameters?: object };

export interface Call {
  readonly method: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface ReceivedMessage {
  readonly messageId: number;
  readonly chatId: number | string;
  /** As a person sees it: without markup. */
  readonly text: string;
  readonly html: string;
  readonly silent: boolean;
  /** `callback_data` of its buttons. */
  readonly buttons: readonly string[];
}

interface Update {
  readonly update_id: number;
  readonly [kind: string]: unknown;
}

export interface BotApiOptions {
  readonly chats?: readonly (number | string)[];
  readonly fault?: (call: Call) => Fault;
  /** Real milliseconds that a second of `retry_after` lasts. */
  readonly secondMs?: number;
}

/**
 * A Bot API server on a free port, with what Telegram documents and what it really answers, as far as a bot like ours can
 * meet it. It keeps everything over its own restarts. Source: Bot API, "Making requests", "getUpdates", "sendMessage".
 */
export class BotApi {
  readonly messages: ReceivedMessage[] = [];
  /** Texts that messages were changed to, with their ids. */
  readonly edits: ReceivedMessage[] = [];
  readonly calls: Call[] = [];
  readonly answered: string[] = [];
  /** Messages that came although a 429 had asked for patience. */
  impatient = 0;
  fault: (call: Call) => Fault;
  readonly #chats: Set<string>;
  readonly #secondMs: number;
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();
  #port = 0;
  #updates: Update[] = [];
  #nextUpdate = 700_000_001;
  #nextMessage = 1;
  #poll: { answer(): void; conflict(): void } | undefined;
  #notBeforeMs = 0;
  readonly #waiters = new Set<() => void>();

  constructor({ chats = [42], fault = () => ({ kind: 'none' }), secondMs = 1_000 }: BotApiOptions = {}) {
    this.#chats = new Set(chats.map(String));
    this.fault = fault;
    this.#secondMs = secondMs;
  }

  /** Updates that the bot has not confirmed. */
  get pending(): number {
    return this.#updates.length;
  }

  get apiRoot(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response));
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Every connection breaks; from now on nobody listens. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    this.#poll = undefined;
    for (const socket of this.#sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  }

  /** Resolves when `condition` holds, looked at after every call that was served. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiters.add(resolve));
  }

  /** A person writes to the bot. @returns the id of the update */
  write(from: number, text: string, more: Readonly<Record<string, unknown>> = {}): number {
    const chat = { id: from, type: 'private', first_name: 'Somebody' };
    const name = text.split(' ', 1)[0] ?? '';
    const entities = text.startsWith('/') ? [{ type: 'bot_command', offset: 0, length: name.length }] : [];
    const message = { message_id: this.#nextMessage, date: Math.floor(Date.now() / 1_000), chat, text, entities };
    this.#nextMessage += 1;
    return this.#push({ message: { ...message, from: { id: from, is_bot: false, first_name: 'Somebody' }, ...more } });
  }

  /** A person presses a button of the bot's last message that has one. */
  press(from: number, data: string): void {
    const under = this.messages.findLast(({ buttons }) => buttons.includes(data));
    const chat = { id: from, type: 'private', first_name: 'Somebody' };
    const message = { message_id: under?.messageId ?? 1, date: 0, chat, text: under?.text ?? '' };
    const user = { id: from, is_bot: false, first_name: 'Somebody' };
    this.#push({ callback_query: { id: `q${this.#nextUpdate}`, from: user, message, chat_instance: '1', data } });
  }

  #push(update: Readonly<Record<string, unknown>>): number {
    const id = this.#nextUpdate;
    this.#updates.push({ update_id: id, ...update });
    this.#nextUpdate += 1;
    this.#poll?.answer();
    return id;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    try {
      for await (const chunk of request) body += String(chunk);
    } catch {
      return; // The other side went away in the middle of its question.
    }
    const [, token = '', method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? [];
    if (!/^\d+:[\w-]+$/.test(token)) return fail(response, 404, 'Not Found');
    if (token !== TOKEN) return fail(response, 401, 'Unauthorized');
    const call = { method, payload: (body === '' ? {} : JSON.parse(body)) as Call['payload'] };
    this.calls.push(call);
    this.#meet(call, this.fault(call), response);
    for (const wake of this.#waiters) wake();
    this.#waiters.clear();
  }

  #meet(call: Call, fault: Fault, response: ServerResponse): void {
    switch (fault.kind) {
      case 'reset_before':
        response.destroy();
        return;
      case 'error_500':
        fail(response, 500, 'Internal Server Error');
        return;
      case 'error_502':
        response.writeHead(502, { 'content-type': 'text/html' }).end('<html><h1>502 Bad Gateway</h1></html>');
        return;
      case 'answer':
        fail(response, fault.code, fault.description, fault.parameters);
        return;
      case 'retry_after':
        this.#notBeforeMs = performance.now() + fault.seconds * this.#secondMs;
        this.#tooMany(response, fault.seconds);
        return;
      case 'silent_after':
        this.#handle(call, undefined);
        return;
      case 'reset_after':
        this.#handle(call, undefined);
        response.destroy();
        return;
      case 'none':
        this.#handle(call, response);
    }
  }

  #tooMany(response: ServerResponse, seconds: number): void {
    fail(response, 429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
  }

  /** @param response `undefined` when the answer is lost */
  #handle({ method, payload }: Call, response: ServerResponse | undefined): void {
    const answer = (result: unknown): void => void (response === undefined ? undefined : succeed(response, result));
    const refuse = (description: string): void =>
      void (response === undefined ? undefined : fail(response, 400, `Bad Request: ${description}`));
    switch (method) {
      case 'getMe':
        answer({ ...BOT, can_join_groups: true, can_read_all_group_messages: false, supports_inline_queries: false });
        return;
      case 'getUpdates':
        if (response !== undefined) this.#getUpdates(payload, response);
        return;
      case 'sendMessage':
      case 'editMessageText':
        this.#takeText(method, payload, answer, refuse, response);
        return;
      case 'answerCallbackQuery':
        this.answered.push(String(payload.text ?? ''));
        answer(true);
        return;
      case 'setMyCommands':
        answer(true);
        return;
      default:
        if (response !== undefined) fail(response, 404, 'Not Found: method not found');
    }
  }

  #takeText(
    method: string,
    payload: Call['payload'],
    answer: (result: unknown) => void,
    refuse: (description: string) => void,
    response: ServerResponse | undefined,
  ): void {
    const chatId = payload.chat_id as number | string;
    const problem = this.#chats.has(String(chatId)) ? textProblem(payload) : 'chat not found';
    if (problem !== undefined) {
      refuse(problem);
      return;
    }
    if (performance.now() < this.#notBeforeMs) {
      this.impatient += 1;
      if (response !== undefined) this.#tooMany(response, 1);
      return;
    }
    const html = String(payload.text ?? '');
    const text = payload.parse_mode === 'HTML' ? textOfHtml(html) : html;
    const markup = payload.reply_markup as { inline_keyboard?: { callback_data?: string }[][] } | undefined;
    const buttons = (markup?.inline_keyboard ?? []).flat().map(({ callback_data: data = '' }) => data);
    const isNew = method === 'sendMessage';
    const messageId = isNew ? this.#nextMessage : Number(payload.message_id);
    if (isNew) this.#nextMessage += 1;
    const message = { messageId, chatId, text, html, silent: payload.disable_notification === true, buttons };
    (isNew ? this.messages : this.edits).push(message);
    answer({
      message_id: messageId,
      date: Math.floor(Date.now() / 1_000),
      chat: { id: chatId, type: 'private' },
      text,
    });
  }

  #getUpdates({ offset = 0, timeout = 0, limit = 100 }: Call['payload'], response: ServerResponse): void {
    this.#poll?.conflict();
    this.#updates = this.#updates.filter((update) => update.update_id >= Number(offset));
    const give = (): void => {
      this.#poll = undefined;
      clearTimeout(timer);
      succeed(response, this.#updates.slice(0, Number(limit)));
    };
    const conflict = (): void => {
      this.#poll = undefined;
      clearTimeout(timer);
      fail(
        response,
        409,
        'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
      );
    };
    const timer = setTimeout(give, Number(timeout) * 1_000);
    response.on('close', () => {
      clearTimeout(timer);
      if (this.#poll?.answer === give) this.#poll = undefined;
    });
    if (this.#updates.length > 0) give();
    else this.#poll = { answer: give, conflict };
  }
}

function succeed(response: ServerResponse, result: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ok: true, result }));
}

function fail(response: ServerResponse, code: number, description: string, parameters?: object): void {
  const body = { ok: false, error_code: code, description, ...(parameters !== undefined && { parameters }) };
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
