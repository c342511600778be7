import type { ConfigResult } from './config/load-config.ts';

export async function doctor(_result: ConfigResult, _options: { readonly json: boolean }): Promise<number> {
  return 1;
}
