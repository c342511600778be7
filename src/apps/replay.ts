import type { LoadedConfig } from './config/load-config.ts';

export interface ReplayOptions {
  /** File for one signal per line; relative to the working directory. */
  readonly out: string | undefined;
  /** Journal to write; none when not given. */
  readonly journal: string | undefined;
}

export async function replay(_config: LoadedConfig, _options: ReplayOptions): Promise<number> {
  process.stderr.write('tapewire: replay is not here yet\n');
  return 1;
}
