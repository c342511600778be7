import type { Server } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import type { Decoded } from '../../core/decoded.ts';
import { isLocalAddress } from './addresses.ts';

export interface Listening {
  /** Where clients on this machine reach the server: `http://127.0.0.1:8888`. The first is the one to show. */
  readonly urls: readonly string[];
  readonly address: AddressInfo;
  /** What a person should know about where the server listens; `undefined` when there is nothing to say. */
  readonly note: string | undefined;
}

/**
 * Binds the server. `::` means both IP families; where the machine has no IPv6 it becomes `0.0.0.0`, and the note
 * says so. A port that cannot be had is a problem with its remedy.
 */
export async function listen(server: Server, host: string, port: number): Promise<Decoded<Listening>> {
  const failure = await bind(server, host, port);
  if (failure === undefined) return listening(server, noteOn(host));
  if (host === '::' && WITHOUT_IPV6.has(failure.code ?? '')) {
    const second = await bind(server, '0.0.0.0', port);
    const note = `IPv4 only: :: cannot be bound on this machine (${failure.code}). Clients should use 127.0.0.1, not localhost.`;
    return second === undefined ? listening(server, note) : refuse(second, '0.0.0.0', port);
  }
  return refuse(failure, host, port);
}

const WITHOUT_IPV6 = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL', 'EPROTONOSUPPORT', 'EPROTO']);

function bind(server: Server, host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException) => {
      server.off('listening', bound);
      resolve(error);
    };
    const bound = () => {
      server.off('error', failed);
      resolve(undefined);
    };
    server.once('error', failed);
    server.once('listening', bound);
    server.listen({ host, port });
  });
}

function listening(server: Server, note: string | undefined): Decoded<Listening> {
  const address = server.address() as AddressInfo;
  const urls = hostsOf(address.address).map((host) => `http://${host}:${address.port}`);
  return { ok: true, value: { urls, address, note } };
}

/** Local means loopback: to a server that listens only elsewhere, this machine is another one and needs a key. */
export function noteOn(host: string): string | undefined {
  if (isIP(host) === 0 || host === '::' || host === '0.0.0.0' || isLocalAddress(host)) return undefined;
  return `without a key signals are answered on 127.0.0.1 only, and --host ${host} leaves that out`;
}

function hostsOf(bound: string): string[] {
  if (bound === '::') return ['127.0.0.1', '[::1]'];
  if (bound === '0.0.0.0') return ['127.0.0.1'];
  return [bound.includes(':') ? `[${bound}]` : bound];
}

function refuse(error: NodeJS.ErrnoException, host: string, port: number): Decoded<never> {
  return { ok: false, problem: explainBindFailure(error.code ?? error.message, host, port) };
}

/** Why the port cannot be had and what to do, in words. */
export function explainBindFailure(code: string, host: string, port: number): string {
  const other = 'choose another one with --port';
  if (code === 'EADDRINUSE') {
    const who = `\`lsof -i :${port}\` (Windows: \`netstat -ano | findstr :${port}\`) shows by which program`;
    return `Port ${port} is already in use. ${who}; end it, or ${other}.`;
  }
  if (code === 'EACCES') {
    const why = port < 1_024 ? 'ports below 1024 need administrator rights' : 'the system reserves it or denies it';
    return `Port ${port} may not be opened: ${why}; ${other}.`;
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return `The address ${host} does not belong to this machine; choose another one with --host.`;
  }
  return `Cannot listen on ${host} port ${port}: ${code}.`;
}
