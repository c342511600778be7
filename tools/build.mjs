// Builds everything, incrementally, and removes from dist/ what has no source any more. Exits with the compiler's code.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildDotnet } from './dotnet.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The folders that are compiled: dist/ mirrors them. */
export const SOURCE_FOLDERS = ['src', 'test', 'bench'];

/** The dashboard, which is bundled. */
const WEB = 'web';

/** What the last good build was made of; asking the compiler whether there is anything to do takes half a second. */
const STAMP = join(root, 'dist', 'built-from');

/** @returns {number} as `build`, which is only asked when a source has changed since it last succeeded */
export function buildIfChanged() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint() ? 0 : build();
}

/** @returns {number} the exit code: 0 when dist/ is up to date with the sources */
export function build() {
  let compiler;
  try {
    compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  } catch {
    process.stderr.write('tapewire: the packages are not installed. Run `npm ci` here first.\n');
    return 1;
  }
  removeStale();
  rmSync(STAMP, { force: true });
  // Taken before: what is saved while the compiler runs must count as changed.
  const sources = fingerprint();
  const compiled = spawnSync(process.execPath, [compiler, '-b', root], { stdio: 'inherit' }).status ?? 1;
  const status = compiled === 0 ? bundle() : compiled;
  if (status === 0) writeFileSync(STAMP, sources);
  return status;
}

/** @returns {number} the exit code: 0 when dist/web is the dashboard of these sources */
function bundle() {
  const stamp = join(root, 'dist', 'web-built-from');
  const sources = fingerprint([WEB]);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return 0;
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', '--config', join(root, WEB, 'vite.config.mjs'), '--logLevel', 'warn'];
  const status = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
  if (status === 0) writeFileSync(stamp, sources);
  return status;
}

/** Names, sizes and times of everything the compiler and the bundler read. */
function fingerprint(folders = [...SOURCE_FOLDERS, WEB]) {
  const files = [
    ...['tsconfig.json', 'tsconfig.base.json', 'package-lock.json'],
    ...folders.flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true }).map((file) => join(folder, String(file))),
    ),
  ];
  const hash = createHash('sha256');
  for (const file of files.filter((name) => /\.(tsx?|mjs|json|css|html|svg)$/.test(name)).sort()) {
    // Gone between listing and looking: somebody is working on it, and the next look differs.
    const { mtimeMs, size } = statSync(join(root, file), { throwIfNoEntry: false }) ?? { mtimeMs: 0, size: 0 };
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}

/** A source that was deleted or renamed would otherwise live on in dist/, imports and all. */
function removeStale() {
  for (const folder of SOURCE_FOLDERS) {
    const compiled = join(root, 'dist', folder);
    if (!existsSync(compiled)) continue;
    for (const file of readdirSync(compiled, { recursive: true }).map(String)) {
      const name = /^(.+?)(\.d\.ts|\.js)(\.map)?$/.exec(file)?.[1];
      if (name !== undefined && !existsSync(join(root, folder, `${name}.ts`)))
        rmSync(join(compiled, file), { force: true });
    }
  }
}

/** @returns {number} the exit code of TypeScript and C# together; to run the program the first is enough */
export function buildEverything() {
  const code = build();
  return code === 0 ? buildDotnet() : code;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = buildEverything();
