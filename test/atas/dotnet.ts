import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const built = (project: string, file: string): string => `${root}dist/atas/bin/${project}/release/${file}`;

export interface AtasBuild {
  /** Run with `dotnet`: the simulated exchange and platform. */
  readonly host: string;
  readonly strategy: string;
}

/** Why nothing of C# can be run here; `undefined` when it can. */
export function whyNoDotnet(): string | undefined {
  const { status, stdout } = spawnSync('dotnet', ['--version'], { encoding: 'utf8' });
  const remedy = 'needs the .NET 10 SDK: https://dotnet.microsoft.com';
  return status === 0 && Number.parseInt(stdout, 10) >= 10 ? undefined : remedy;
}

/** Builds the simulator and the strategy, and leaves no build server behind. */
export function buildAtas(): AtasBuild {
  for (const project of ['Platform.Host', 'Bridge.Strategy']) {
    const flags = ['-c', 'Release', '--disable-build-servers', '-nologo', '-v', 'quiet'];
    const { status, stdout } = spawnSync('dotnet', ['build', `${root}atas/${project}`, ...flags], {
      encoding: 'utf8',
      env: { ...process.env, DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1' },
    });
    if (status !== 0) throw new Error(`dotnet build atas/${project} failed:\n${stdout}`);
  }
  const build = {
    host: built('Platform.Host', 'Platform.Host.dll'),
    strategy: built('Bridge.Strategy', 'Tapewire.Bridge.dll'),
  };
  for (const file of Object.values(build)) if (!existsSync(file)) throw new Error(`the build left no ${file}`);
  return build;
}
