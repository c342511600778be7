import type { LoadedConfig } from './config/load-config.ts';

export async function demo(_config: LoadedConfig): Promise<number> {
  process.stderr.write('tapewire: demo is not here yet\n');
  return 1;
}
