import { win32 } from 'node:path';
import type { Machine } from './machine.ts';

/** The one file that ATAS loads. */
export const DLL = 'Tapewire.Bridge.dll';

/** What the strategy is built against; all of it lies in the folder of the installation. */
export const REFERENCES = [
  'ATAS.Strategies.dll',
  'ATAS.Indicators.dll',
  'ATAS.DataFeedsCore.dll',
  'Utils.Common.dll',
  'OFT.Attributes.dll',
] as const;

/** One of the two programs that load strategies. */
export interface Edition {
  readonly name: 'ATAS' | 'ATAS X';
  /** Its folder under %APPDATA%, there once it was started. */
  readonly home: string;
  /** Where it looks for strategies. */
  readonly strategies: string;
  /** Beside it, and wrong: what lies there is not listed as a strategy. */
  readonly indicators: string;
}

export function editions({ env }: Pick<Machine, 'env'>): readonly Edition[] {
  const { APPDATA } = env;
  if (APPDATA === undefined) return [];
  return (['ATAS', 'ATAS X'] as const).map((name) => {
    const home = win32.join(APPDATA, name);
    return { name, home, strategies: win32.join(home, 'Strategies'), indicators: win32.join(home, 'Indicators') };
  });
}

/** The folder that the guide names. ATAS does not read it any more. */
export function supersededFolder({ env }: Pick<Machine, 'env'>): string | undefined {
  return env.USERPROFILE === undefined ? undefined : win32.join(env.USERPROFILE, 'Documents', 'ATAS', 'Strategies');
}

/**
 * Where installers put the program. The first is ATAS's own default; the others are guesses, and a guess counts only when
 * the DLLs are there.
 */
export function installCandidates({ env }: Pick<Machine, 'env'>): readonly string[] {
  const roots = [env['ProgramFiles(x86)'] ?? 'C:\\Program Files (x86)', env.ProgramFiles ?? 'C:\\Program Files'];
  return ['ATAS Platform', 'ATAS X'].flatMap((name) => roots.map((root) => win32.join(root, name)));
}

export function missingReferences(folder: string, machine: Pick<Machine, 'exists'>): readonly string[] {
  return REFERENCES.filter((name) => !machine.exists(win32.join(folder, name)));
}

/** @param wished given on the command line: it is that one or none */
export function findInstallation(machine: Machine, wished: string | undefined): string | undefined {
  const candidates = wished === undefined ? installCandidates(machine) : [wished];
  return candidates.find((folder) => missingReferences(folder, machine).length === 0);
}
