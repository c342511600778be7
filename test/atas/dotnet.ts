import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where `npm run build` and `npm test` put what they made of atas/. */
export const BUILT = fileURLToPath(new URL('../../atas/bin/', import.meta.url));

const ENV = { ...process.env, DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_CLI_UI_LANGUAGE: 'en', DOTNET_NOLOGO: '1' };

const found = spawnSync('dotnet', ['--list-sdks'], { env: ENV, encoding: 'utf8' });

/** Why suites that run C# are skipped here; `false` where they run. */
export const withoutDotnet: string | false =
  found.status === 0 && /^10\./m.test(found.stdout)
    ? false
    : 'needs the .NET 10 SDK: https://dotnet.microsoft.com/download';

/** Runs it to its end. Its output is returned, errors last. */
export function dotnet(...args: readonly string[]): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync('dotnet', args, { env: ENV, encoding: 'utf8', maxBuffer: 2 ** 26 });
  return { status, output: `${stdout}${stderr}` };
}

export interface AtasBuild {
  /** Run with `dotnet`: the simulated exchange and platform. */
  readonly host: string;
  readonly strategy: string;
}

/** What the build left of the simulator and the strategy. */
export function builtAtas(): AtasBuild {
  const build = {
    host: join(BUILT, 'Platform.Host', 'release', 'Platform.Host.dll'),
    strategy: join(BUILT, 'Bridge.Strategy', 'release', 'Tapewire.Bridge.dll'),
  };
  for (const file of Object.values(build)) {
    if (!existsSync(file)) throw new Error(`${file} is not there: run \`npm run build\``);
  }
  return build;
}
