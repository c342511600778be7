// The C# side: built and tested where the .NET 10 SDK is, and said where it is not.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const sources = join(root, 'atas');

/** What the last good build was made of: asking MSBuild whether there is anything to do takes seconds. */
const STAMP = join(root, 'dist', 'atas', 'built-from');

export const DOTNET_REMEDY = 'needs the .NET 10 SDK: https://dotnet.microsoft.com/download';

/** Nothing of a build is left running, and nobody is told that it ran. */
export const DOTNET_ENV = {
  ...process.env,
  DOTNET_CLI_TELEMETRY_OPTOUT: '1',
  DOTNET_CLI_UI_LANGUAGE: 'en',
  DOTNET_CLI_USE_MSBUILD_SERVER: '0',
  DOTNET_NOLOGO: '1',
  MSBUILDDISABLENODEREUSE: '1',
};

/** @returns {boolean} whether a .NET 10 SDK answers */
export function hasDotnet() {
  const { status, stdout } = spawnSync('dotnet', ['--list-sdks'], { env: DOTNET_ENV, encoding: 'utf8' });
  return status === 0 && /^10\./m.test(stdout);
}

/**
 * Builds everything in atas/ that has changed since the last time.
 * @returns {number} the exit code: 0 also where there is no SDK, since nothing else needs what it would build
 */
export function buildDotnet() {
  const now = fingerprint();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === now) return 0;
  if (!hasDotnet()) {
    process.stdout.write(`the C# side (atas/) is not built: it ${DOTNET_REMEDY}\n`);
    return 0;
  }
  rmSync(STAMP, { force: true });
  const args = ['build', join(sources, 'Tapewire.slnx'), '-c', 'Release', '-v', 'quiet', '--disable-build-servers'];
  const status = spawnSync('dotnet', args, { cwd: sources, env: DOTNET_ENV, stdio: 'inherit' }).status ?? 1;
  if (status === 0) {
    mkdirSync(dirname(STAMP), { recursive: true });
    writeFileSync(STAMP, now);
  }
  return status;
}

/** Names, sizes and times of everything the compiler reads. */
function fingerprint() {
  const hash = createHash('sha256');
  const files = readdirSync(sources, { recursive: true }).map(String);
  for (const file of files.filter((name) => /\.(cs|csproj|slnx|props|json|editorconfig)$/.test(name)).sort()) {
    const { mtimeMs, size } = statSync(join(sources, file), { throwIfNoEntry: false }) ?? { mtimeMs: 0, size: 0 };
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}
