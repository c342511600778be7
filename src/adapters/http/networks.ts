import { BlockList, isIP } from 'node:net';
import { assert } from '../../core/assert.ts';
import type { Decoded } from '../../core/decoded.ts';

/** A range of addresses, as in `192.168.1.0/24`. */
export interface Network {
  readonly address: string;
  /** Leading bits that are the same. */
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** What a person may write in `api.networks`: the end of the sentence "it must be …". */
export const NETWORK_ALLOWED =
  'a network such as 192.168.1.0/24 (one machine: 192.168.1.20/32), at least /8 for IPv4 and /16 for IPv6';

/** Wider than this is no network of somebody's own, and most likely a slip. */
const PREFIX_MIN = { ipv4: 8, ipv6: 16 } as const;
const PREFIX_MAX = { ipv4: 32, ipv6: 128 } as const;

export function parseNetwork(text: string): Decoded<Network> {
  const [, address = '', digits = ''] = /^([0-9a-f:.]+)\/(\d{1,3})$/i.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0) return { ok: false, problem: NETWORK_ALLOWED };
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const prefix = Number(digits);
  const fits = prefix >= PREFIX_MIN[family] && prefix <= PREFIX_MAX[family];
  // In ::/16 lie the IPv4 addresses as IPv6 writes them, all of them: those are to be written as IPv4.
  const isMapped = family === 'ipv6' && Number.parseInt(address.split(':')[0] || '0', 16) === 0;
  if (!fits || isMapped) return { ok: false, problem: NETWORK_ALLOWED };
  return { ok: true, value: { address, prefix, family } };
}

/** The networks whose machines need no key for the guide's routes. */
export class NetworkList {
  readonly #list = new BlockList();

  /** @param networks as `parseNetwork` takes them */
  constructor(networks: readonly string[]) {
    for (const text of networks) {
      const network = parseNetwork(text);
      assert(network.ok, `networks: ${text} is none`);
      const { address, prefix, family } = network.value;
      this.#list.addSubnet(address, prefix, family);
    }
  }

  /** @param address as the socket has it: `::ffff:192.168.1.20` is 192.168.1.20, and a zone does not count */
  has(address: string): boolean {
    const bare = address.split('%')[0]!;
    const version = isIP(bare);
    return version !== 0 && this.#list.check(bare, version === 6 ? 'ipv6' : 'ipv4');
  }
}
