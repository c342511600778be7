import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

export interface WebFile {
  readonly type: string;
  readonly bytes: Buffer;
  /** Its name changes with its content, so a browser may keep it. */
  readonly lasting: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/**
 * The built dashboard, read once: a few files, by their path below `/dashboard/`. What is not among them is not there, so no
 * path can lead out of the folder.
 *
 * @returns an empty map when it was not built
 */
export function readWebFiles(folder: string): ReadonlyMap<string, WebFile> {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true }).map(String);
  } catch {
    return new Map(); // Said on the page: whoever opens it hears how to build it.
  }
  return new Map(
    names.flatMap((name): [string, WebFile][] => {
      const type = TYPES[extname(name)];
      if (type === undefined) return [];
      const path = name.replaceAll('\\', '/');
      return [[path, { type, bytes: readFileSync(join(folder, name)), lasting: path.startsWith('assets/') }]];
    }),
  );
}
