import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { faultCode, faultWords } from '../../ports/fault-words.ts';

export interface Ran {
  /** `undefined` when the program could not be started. */
  readonly code: number | undefined;
  /** What it printed, both streams; or why it could not be started. */
  readonly output: string;
}

/** What these commands need of a machine, so that a Windows with an ATAS can be a few lines of a test. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  exists(path: string): boolean;
  /** `undefined` when there is no such file or it cannot be read. */
  read(path: string): Uint8Array | undefined;
  makeFolder(path: string): void;
  /** @throws with a `code` when the target is held open or may not be written. */
  copy(from: string, to: string): void;
  run(command: string, args: readonly string[], cwd?: string): Promise<Ran>;
}

export const THIS_MACHINE: Machine = {
  platform: process.platform,
  env: process.env,
  exists: existsSync,
  read: (path) => (existsSync(path) ? readFileSync(path) : undefined),
  makeFolder: (path) => {
    mkdirSync(path, { recursive: true });
  },
  copy: copyFileSync,
  run: (command, args, cwd) =>
    new Promise((resolve) => {
      // No build server is to be left behind.
      const env = { ...process.env, DOTNET_CLI_USE_MSBUILD_SERVER: '0', DOTNET_CLI_TELEMETRY_OPTOUT: '1' };
      execFile(command, [...args], { cwd, env, maxBuffer: 64_000_000 }, (error, stdout, stderr) => {
        const output = `${stdout}${stderr}`;
        if (error === null) resolve({ code: 0, output });
        else if (typeof error.code === 'number') resolve({ code: error.code, output });
        else resolve({ code: undefined, output: faultCode(error) === 'ENOENT' ? 'not found' : faultWords(error) });
      });
    }),
};
