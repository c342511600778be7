import { win32 } from 'node:path';
import { type Check, fail, ok, warn } from '../doctor/check.ts';
import { builtDll } from './build.ts';
import { findDotnet, GET_DOTNET } from './dotnet.ts';
import { sameBytes } from './install.ts';
import type { Machine } from './machine.ts';
import {
  DLL,
  type Edition,
  editions,
  findInstallation,
  installCandidates,
  missingReferences,
  supersededFolder,
} from './places.ts';

/** Everything between a checkout and a strategy that ATAS lists. Changes nothing. */
export async function examineAtas(
  machine: Machine,
  { root, atasDir }: { readonly root: string; readonly atasDir: string | undefined },
): Promise<Check[]> {
  const dotnet = await checkDotnet(machine);
  if (machine.platform !== 'win32') {
    const remedy = 'on this system: tapewire atas build, and the tests. For ATAS, run it on Windows';
    return [dotnet, warn('system', `${machine.platform}: ATAS runs on Windows`, remedy)];
  }
  const known = editions(machine);
  if (known.length === 0) return [dotnet, fail('system', 'APPDATA is not set', 'run this as the user who runs ATAS')];
  const dll = builtDll(root);
  const built = machine.exists(dll)
    ? ok('build', dll)
    : warn('build', 'nothing was built yet', 'tapewire atas install builds and copies');
  return [
    dotnet,
    checkInstallation(machine, atasDir),
    built,
    ...known.flatMap((edition) => checkEdition(machine, edition, dll)),
    ...checkSuperseded(machine),
  ];
}

async function checkDotnet(machine: Machine): Promise<Check> {
  const dotnet = await findDotnet(machine);
  return dotnet.state === 'ready'
    ? ok('dotnet', `SDK ${dotnet.version}`)
    : fail('dotnet', dotnet.state === 'old' ? `only ${dotnet.found}` : dotnet.found, GET_DOTNET);
}

function checkInstallation(machine: Machine, atasDir: string | undefined): Check {
  const found = findInstallation(machine, atasDir);
  if (found !== undefined) return ok('installation', found);
  const looked = atasDir === undefined ? installCandidates(machine) : [atasDir];
  const halves = looked.filter((folder) => machine.exists(folder));
  const what = halves.map((folder) => `${folder} lacks ${missingReferences(folder, machine).join(', ')}`);
  return fail(
    'installation',
    what.length > 0 ? what.join('; ') : `no ATAS in ${looked.join(', ')}`,
    'install ATAS, or name its folder with --atas-dir',
  );
}

function checkEdition(machine: Machine, { name, home, strategies, indicators }: Edition, dll: string): Check[] {
  if (!machine.exists(home)) return [ok(name, 'not used here')];
  const path = win32.join(strategies, DLL);
  const install = 'tapewire atas install, with ATAS closed';
  const there = !machine.exists(path)
    ? fail(name, `${path} is not there, so the strategy is not listed`, install)
    : !machine.exists(dll) || sameBytes(machine, dll, path)
      ? ok(name, path)
      : warn(name, `${path} is another build than the newest`, install);
  const astray = win32.join(indicators, DLL);
  if (!machine.exists(astray)) return [there];
  return [there, warn(name, `${astray} is not listed as a strategy there`, `delete ${astray}`)];
}

function checkSuperseded(machine: Machine): Check[] {
  const folder = supersededFolder(machine);
  if (folder === undefined || !machine.exists(win32.join(folder, DLL))) return [];
  return [warn('old folder', `${folder} is read by old versions of ATAS only`, `delete ${win32.join(folder, DLL)}`)];
}
