import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/**
 * Asks as .NET's HttpClient does: a GET says `Host` and nothing else, over connections that stay open. A server that wants any
 * other header would be of no use to a client that can only change its URL.
 */
export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true });

  get(url: string): Promise<Answer> {
    return this.#send('GET', url, undefined);
  }

  /**
   * `StringContent(…, UTF8, "application/json")` names the charset, and the HttpClient of .NET Framework waits for
   * `100 Continue` before it sends the body.
   */
  post(url: string, json: string): Promise<Answer> {
    return this.#send('POST', url, json);
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(method: string, url: string, body: string | undefined): Promise<Answer> {
    const { host } = new URL(url);
    const bodyHeaders =
      body === undefined
        ? {}
        : {
            'Content-Type': 'application/json; charset=utf-8',
            'Content-Length': String(Buffer.byteLength(body)),
            Expect: '100-continue',
          };
    return new Promise((resolve, reject) => {
      const asked = request(url, { method, agent: this.#agent, headers: { Host: host, ...bodyHeaders } });
      // Node says `Connection: keep-alive` by itself; .NET, where that is the default of HTTP/1.1, says nothing.
      if (body === undefined) asked.removeHeader('Connection');
      asked.on('error', reject);
      asked.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode!, headers: response.headers, text });
        });
      });
      if (body === undefined) asked.end();
      else asked.on('continue', () => asked.end(body));
    });
  }
}
