import { createServer } from 'node:http';
import { listen } from '../../adapters/http/listen.ts';
import { type Check, fail, ok } from './check.ts';

const ANSWER_WITHIN_MS = 2_000;

/** Free, ours, or taken by a stranger. Listens for a moment to find out. */
export async function checkPort(host: string, port: number): Promise<Check> {
  const server = createServer();
  const listening = await listen(server, host, port);
  if (listening.ok) {
    await new Promise((resolve) => server.close(resolve));
    return ok('port', port === 0 ? `any free port of ${host}` : `${port} on ${host} is free`);
  }
  const ours = await askHealth(host, port);
  if (ours !== undefined) return ok('port', `${port} is held by a running Tapewire, which says it is ${ours}`);
  const who = process.platform === 'win32' ? `netstat -ano | findstr :${port}` : `lsof -i :${port}`;
  return fail('port', listening.problem, `\`${who}\` tells who has it; or choose another with --port`);
}

/** The status a Tapewire on this port reports, or `undefined` when whoever answers is not one. */
async function askHealth(host: string, port: number): Promise<string | undefined> {
  const everywhere = host === '::' || host === '0.0.0.0';
  const asked = everywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  let answer: unknown;
  try {
    const response = await fetch(`http://${asked}:${port}/api/health`, {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    answer = await response.json();
  } catch {
    // Whatever refuses, hangs up, is slow or does not speak JSON: it is not ours, and that is the answer.
    return undefined;
  }
  const { service, status } = (answer ?? {}) as { service?: unknown; status?: unknown };
  return service === 'ATAS Platform Integration' ? String(status) : undefined;
}
