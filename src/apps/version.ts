import { readFileSync } from 'node:fs';

/** The program's version, from package.json: two folders above dist/src, whatever the working directory is. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
