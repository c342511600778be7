import type { Machine } from './machine.ts';

/** ATAS runs .NET 10; a strategy for another one is not listed, without a word. */
export const DOTNET_MAJOR = 10;

export type Dotnet =
  | { readonly state: 'ready'; readonly version: string }
  | { readonly state: 'missing' | 'old'; readonly found: string };

/** Looks for an SDK, which builds; a runtime alone does not. */
export async function findDotnet(machine: Pick<Machine, 'run'>): Promise<Dotnet> {
  const { code, output } = await machine.run('dotnet', ['--list-sdks']);
  if (code !== 0) return { state: 'missing', found: code === undefined ? output : output.trim().slice(0, 200) };
  const versions = [...output.matchAll(/^(\d+)\.\S+/gm)];
  const ready = versions.findLast(([, major]) => Number(major) >= DOTNET_MAJOR);
  if (ready !== undefined) return { state: 'ready', version: ready[0] };
  return versions.length === 0
    ? { state: 'missing', found: 'dotnet is there, and no SDK' }
    : { state: 'old', found: versions.map(([version]) => version).join(', ') };
}

export const GET_DOTNET = `install the .NET ${DOTNET_MAJOR} SDK (winget install Microsoft.DotNet.SDK.${DOTNET_MAJOR}), then open a new terminal`;
