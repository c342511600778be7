import { join } from 'node:path';
import type { Decoded } from '../../core/decoded.ts';
import { findDotnet, GET_DOTNET } from './dotnet.ts';
import type { Machine } from './machine.ts';
import { DLL, findInstallation, installCandidates, missingReferences } from './places.ts';

export interface Built {
  readonly dll: string;
  /** The installation whose DLLs it was built against; `undefined`: our own declarations of them. */
  readonly against: string | undefined;
  readonly dotnet: string;
}

export interface BuildWish {
  /** The folder of this repository. */
  readonly root: string;
  readonly atasDir: string | undefined;
}

export function builtDll(root: string): string {
  return join(root, 'dist', 'atas', 'bin', 'Bridge.Strategy', 'release', DLL);
}

/**
 * Compiles the strategy. On Windows against the installed ATAS, whose members are what they are; elsewhere against our own
 * declarations, which shows that it compiles and no more.
 */
export async function buildStrategy(machine: Machine, { root, atasDir }: BuildWish): Promise<Decoded<Built>> {
  const dotnet = await findDotnet(machine);
  if (dotnet.state !== 'ready') return refuse(`no .NET SDK that can build it (${dotnet.found}): ${GET_DOTNET}`);
  const project = join(root, 'atas', 'Bridge.Strategy');
  if (!machine.exists(project)) return refuse(`${project} is not there: run this from a checkout of Tapewire`);

  const against = findInstallation(machine, atasDir);
  if (against === undefined && atasDir !== undefined) {
    return refuse(`${atasDir} is no ATAS: ${missingReferences(atasDir, machine).join(', ')} not found in it`);
  }
  if (against === undefined && machine.platform === 'win32') {
    const looked = installCandidates(machine).join(', ');
    return refuse(`no ATAS found in ${looked}: name its folder with --atas-dir`);
  }
  const reference = against === undefined ? [] : [`-p:AtasInstallDir=${against}`];
  const flags = ['-c', 'Release', '-nodeReuse:false', '--disable-build-servers', '-v', 'quiet', '-nologo'];
  const { code, output } = await machine.run('dotnet', ['build', project, ...flags, ...reference], root);
  if (code !== 0) return refuse(`dotnet build failed:\n${errorsOf(output)}`);
  const dll = builtDll(root);
  if (!machine.exists(dll)) return refuse(`dotnet build succeeded and ${dll} is not there: report this`);
  return { ok: true, value: { dll, against, dotnet: dotnet.version } };
}

/** Each once: the compiler says them again in its summary. */
function errorsOf(output: string): string {
  const errors = [...new Set(output.split(/\r?\n/).filter((line) => /\berror\b/i.test(line)))];
  return (errors.length > 0 ? errors : output.trim().split(/\r?\n/)).slice(0, 20).join('\n');
}

const refuse = (problem: string): Decoded<never> => ({ ok: false, problem });
