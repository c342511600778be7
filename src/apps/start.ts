import type { LoadedConfig } from './config/load-config.ts';

export async function start(_config: LoadedConfig): Promise<number> {
  process.stderr.write('tapewire: start is not here yet\n');
  return 1;
}
