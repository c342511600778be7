import { connect } from 'node:net';
import { malformedRequest } from './malformed-requests.ts';
import { serve } from './serving.ts';

export interface FuzzReport {
  readonly requests: number;
  /** Answers by status; `closed` when the connection ended without one, as it may for half a request. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests that the schema of a route judged. */
  readonly validated: number;
  /** What must not happen: each with the number that reproduces it. */
  readonly faults: readonly string[];
}

const PARALLEL = 32;
const UNLIMITED = { perSecond: 1e9, burst: 1e9 };

/** Sends `requests` malformed requests of a seed to a real server, each on a connection of its own. */
export async function fuzz(requests: number, seed: number): Promise<FuzzReport> {
  const { house, port, ask, mistakes, close } = await serve(undefined, {
    rates: { local: UNLIMITED, remote: UNLIMITED },
  });
  house.issue({ expiresAtMs: Number.MAX_SAFE_INTEGER / 1_000 });
  const statuses: Record<string, number> = {};
  const faults: string[] = [];
  let [next, validated] = [0, 0];
  const worker = async () => {
    while (next < requests) {
      const index = next;
      next += 1;
      const { bytes, method, reachesValidation } = malformedRequest(seed, index);
      const received = await exchange(port, bytes);
      const status = /^HTTP\/1\.1 (\d{3}) /.exec(received)?.[1] ?? 'closed';
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (reachesValidation) validated += 1;
      const fault = faultOf(status, received, method, reachesValidation);
      if (fault !== undefined) faults.push(`request ${index} of seed ${seed}: ${fault}`);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  const alive = await ask('/api/signals/latest');
  if (alive.status !== 200) faults.push(`afterwards /api/signals/latest answers ${alive.status}`);
  for (const mistake of mistakes) faults.push(`reported as our mistake: ${String(mistake)}`);
  await close();
  return { requests, statuses, validated, faults };
}

/** Why an answer is not a clear one. */
function faultOf(status: string, received: string, method: string, validated: boolean): string | undefined {
  if (status.startsWith('5')) return `answered ${status}`;
  if (/node_modules|node:internal|\.ts:\d+|\.js:\d+/.test(received.slice(0, 2_000)) && status !== '200')
    return 'shows a stack';
  if (validated && status !== '400' && status !== '404') return `the schema let it pass: ${status}`;
  const empty = method === 'HEAD' || received.includes('\r\nTransfer-Encoding: chunked\r\n');
  if (/^4/.test(status) && !empty && !/"status":"(error|no_signals)","message":"[^"]|"detail":"[^"]/.test(received)) {
    return `${status} without a message: ${JSON.stringify(received.slice(0, 200))}`;
  }
  return undefined;
}

/** Half-closes after sending, so that an unfinished request is over for the server too. */
export function exchange(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true }, () => socket.end(bytes));
    socket.setTimeout(20_000, () => socket.destroy());
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      // `100 Continue` is not the answer: that comes after it.
      received = received.replace(/^HTTP\/1\.1 100 [^\r]*\r\n\r\n/, '');
      if (isWhole(received)) socket.destroy();
    });
    socket.on('end', () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(received));
  });
}

/** Keep-alive connections stay open after an answer: it is whole when as much has come as it announced. */
function isWhole(received: string): boolean {
  const bodyAt = received.indexOf('\r\n\r\n');
  if (bodyAt < 0) return false;
  // A stream has no end: it is there when its first message is.
  if (/\r\ncontent-type: text\/event-stream/i.test(received.slice(0, bodyAt + 2))) {
    return received.includes('\n\n', bodyAt + 4) || /\r\ncontent-length: 0/i.test(received.slice(0, bodyAt + 2));
  }
  const length = /\r\ncontent-length: (\d+)/i.exec(received.slice(0, bodyAt + 2))?.[1];
  return length !== undefined && received.length - bodyAt - 4 >= Number(length);
}
