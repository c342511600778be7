import { fileURLToPath } from 'node:url';
import { buildStrategy } from './atas/build.ts';
import { examineAtas } from './atas/examine.ts';
import { installDll, WHAT_TO_CLICK } from './atas/install.ts';
import { type Machine, THIS_MACHINE } from './atas/machine.ts';
import { renderChecks } from './doctor/check.ts';

const FAILED = 1;
/** From dist/src/apps. */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface AtasWish {
  readonly atasDir?: string | undefined;
}

export interface AtasTools {
  readonly machine: Machine;
  readonly root: string;
  readonly write: (text: string) => void;
}

const TOOLS: AtasTools = { machine: THIS_MACHINE, root: ROOT, write: (text) => process.stdout.write(text) };

/** `tapewire atas build`. @returns the exit code */
export async function buildAtas({ atasDir }: AtasWish, { machine, root, write }: AtasTools = TOOLS): Promise<number> {
  const built = await buildStrategy(machine, { root, atasDir });
  if (!built.ok) return complain(write, built.problem);
  const { dll, against, dotnet } = built.value;
  write(`built with .NET SDK ${dotnet}: ${dll}\n`);
  write(
    against === undefined
      ? 'against our own declarations of ATAS: it compiles, and is not for use. Build it on the Windows machine that runs ATAS.\n'
      : `against ${against}\n`,
  );
  return 0;
}

/** `tapewire atas install`: builds and copies. @returns the exit code */
export async function installAtas(wish: AtasWish, tools: AtasTools = TOOLS): Promise<number> {
  const { machine, root, write } = tools;
  if (machine.platform !== 'win32') {
    return complain(
      write,
      `ATAS runs on Windows, and this is ${machine.platform}: nothing to install here. Run it on the machine with ATAS; tapewire atas build works here too`,
    );
  }
  const built = await buildStrategy(machine, { root, atasDir: wish.atasDir });
  if (!built.ok) return complain(write, built.problem);
  const installed = installDll(machine, built.value.dll);
  if (installed.length === 0) {
    const where = machine.env.APPDATA ?? '%APPDATA%';
    return complain(write, `neither ATAS nor ATAS X was ever started by this user: nothing in ${where}. Start it once`);
  }
  for (const { edition, path, problem } of installed) {
    write(problem === undefined ? `${edition}: ${path}\n` : `${edition}: ${path} ${problem}\n`);
  }
  if (installed.some(({ problem }) => problem !== undefined)) return FAILED;
  write(`\n${WHAT_TO_CLICK}\n`);
  return 0;
}

/** `tapewire atas doctor`: 1 when something stands between a checkout and a listed strategy. Changes nothing. */
export async function doctorAtas(
  { atasDir, json }: AtasWish & { readonly json: boolean },
  { machine, root, write }: AtasTools = TOOLS,
): Promise<number> {
  const checks = await examineAtas(machine, { root, atasDir });
  write(json ? `${JSON.stringify({ checks }, null, 2)}\n` : renderChecks(checks));
  return checks.some(({ state }) => state === 'fail') ? FAILED : 0;
}

function complain(write: (text: string) => void, problem: string): number {
  write(`tapewire: ${problem}\n`);
  return FAILED;
}
