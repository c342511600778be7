import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Where `npm run build` puts what it made of atas/. */
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
