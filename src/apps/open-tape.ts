import { openTape, type Tape } from '../adapters/replay/tape.ts';
import { nameSource, parseSource } from '../adapters/replay/tape-source.ts';
import type { Decoded } from '../core/decoded.ts';
import type { Config } from './config/schema.ts';

/** The tapes of the configuration, without those of instruments that are not asked for. */
export async function openConfiguredTape({ files, symbols, instruments }: Config['market']): Promise<Decoded<Tape>> {
  const sources = files.map(parseSource);
  if (symbols === 'all') return openTape(sources, { instruments });
  const named = sources.map((source) => ({ source, name: nameSource(source) }));
  const wanted = named.filter(({ name }) => !name.ok || symbols.includes(name.value.symbol.toUpperCase()));
  if (wanted.length === 0) {
    const there = named.map(({ name }) => (name.ok ? name.value.symbol : '?')).join(', ');
    return { ok: false, problem: `no tape is of ${symbols.join(', ')}: the files are of ${there}` };
  }
  return openTape(
    wanted.map(({ source }) => source),
    { instruments },
  );
}
