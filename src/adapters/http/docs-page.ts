import { createHash } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApiHouse } from './api-house.ts';

export function docsPage(_house: ApiHouse, _version: string, server: Server) {
  const { port } = server.address() as AddressInfo;
  const html = `<!doctype html><title>Tapewire</title>${port}`;
  return { html, policy: `default-src 'none'; style-src 'sha256-${createHash('sha256').update('').digest('base64')}'` };
}
