/** A file of the repository: its path from the root, with `/`, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Which floors a floor may import. The compiler's project references say the same; this one also sees adapters. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: ['core'],
  contract: ['contract', 'core'],
  ports: ['ports', 'core', 'contract'],
  client: ['client'],
  adapters: ['ports', 'core', 'contract', 'client'],
  apps: ['apps', 'adapters', 'ports', 'core', 'contract', 'client'],
};

/** Packages that are as pure as the floors they are used on. The client is to be copied: it takes what Node brings. */
const PURE_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  core: [],
  contract: ['zod'],
  client: [
    'node:crypto',
    'node:events',
    'node:fs',
    'node:fs/promises',
    'node:http',
    'node:https',
    'node:path',
    'node:timers/promises',
  ],
};

/** Libraries disagree about the last digit of these, and the same tape must give the same bytes everywhere. */
const INEXACT =
  /\bMath\.(exp|expm1|log|log2|log10|log1p|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|cbrt|hypot)\b/g;
const CHANCE_AND_CLOCK = /\bDate\.now\b|\bnew Date\b|\bMath\.random\b|\bperformance\.now\b|\bcrypto\.randomUUID\b/g;

/** Time comes in events and chance as a seed, on the pure floors. */
export function impurities({ path, text }: SourceFile): string[] {
  const floor = floorOf(path);
  if ((floor !== 'core' && floor !== 'contract') || isTest(path)) return [];
  const code = withoutComments(text);
  const found = [...code.matchAll(CHANCE_AND_CLOCK), ...(floor === 'core' ? code.matchAll(INEXACT) : [])];
  return found.map(([what]) => `${path}: ${what}`);
}

/** Imports point down, and no adapter knows another. */
export function wrongImports({ path, text }: SourceFile): string[] {
  const floor = floorOf(path);
  if (floor === undefined || isTest(path) || path.endsWith('.json')) return [];
  const allowed = MAY_IMPORT[floor] ?? [];
  return importsOf(text).flatMap((specifier) => {
    const complaint = [`${path}: imports ${specifier}`];
    if (!specifier.startsWith('.')) {
      const pure = PURE_PACKAGES[floor];
      return pure === undefined || pure.includes(specifier) ? [] : complaint;
    }
    const target = new URL(specifier, `file:///${path}`).pathname.slice(1);
    const isOwnFolder = floor === 'adapters' && target.startsWith(path.split('/').slice(0, 3).join('/').concat('/'));
    return isOwnFolder || allowed.includes(floorOf(target) ?? '') ? [] : complaint;
  });
}

/** npm runs these through cmd.exe on Windows. */
export function posixHabits(scripts: Readonly<Record<string, string>>): string[] {
  const habit = /(^|\s)(rm|cp|mv|mkdir|export|cat|test|sh|bash|\.\/\S+)(\s|$)|^\s*[A-Z_]+=|&&|;|'|\$/;
  return Object.entries(scripts)
    .filter(([, command]) => habit.test(command))
    .map(([name, command]) => `${name}: ${command}`);
}

/** What `package-lock.json` says of one installed package. */
export interface LockedPackage {
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
  readonly engines?: { readonly node?: string };
}

export type Lock = Readonly<Record<string, LockedPackage>>;

/** Packages with native parts bring them along ready-made; without these a Windows user cannot build or run. */
const WINDOWS_BINARIES = [
  '@libsql/win32-x64-msvc',
  '@typescript/typescript-win32-x64',
  '@biomejs/cli-win32-x64',
  '@oxlint/binding-win32-x64-msvc',
  '@oxlint-tsgolint/win32-x64',
  '@oxc-parser/binding-win32-x64-msvc',
];

export function missingBinaries(lock: Lock): string[] {
  return WINDOWS_BINARIES.filter((name) => lock[`node_modules/${name}`] === undefined);
}

/** `npm ci` compiles nothing and runs nobody's code. */
export function installScripts(lock: Lock): string[] {
  return Object.keys(lock).filter((path) => lock[path]?.hasInstallScript === true);
}

/**
 * Packages that do not run on the oldest Node we promise.
 * @param floor the version in `engines.node`, `20.19`
 */
export function aboveTheFloor(lock: Lock, floor: string): string[] {
  const [major = 0, minor = 0] = floor.split('.').map(Number);
  const admits = (range: string): boolean =>
    range
      .replace(/([<>=^~])\s+/g, '$1')
      .split('||')
      .some((part) =>
        part
          .trim()
          .split(/\s+(?=[<>=^~\d])/)
          .every((each) => holds(each, major, minor)),
      );
  return Object.entries(lock)
    .filter(([path, { engines }]) => path !== '' && engines?.node !== undefined && !admits(engines.node))
    .map(([path, { engines }]) => `${path} wants node ${engines?.node}`);
}

function holds(comparator: string, major: number, minor: number): boolean {
  const [, operator = '', wantedMajor = '*', wantedMinor = '0'] =
    /^([<>=^~]*)\s*v?(\d+|\*)(?:\.(\d+|x))?/.exec(comparator) ?? [];
  if (wantedMajor === '*') return true;
  const difference = major - Number(wantedMajor) || minor - (Number(wantedMinor) || 0);
  if (operator === '>=') return difference >= 0;
  if (operator === '>') return difference > 0;
  if (operator === '<') return difference < 0;
  if (operator === '<=') return difference <= 0;
  return major === Number(wantedMajor) && difference >= 0;
}

/** Names that some file system cannot hold, and pairs that Windows and macOS cannot tell apart. */
export function unportableNames(paths: readonly string[]): string[] {
  const folded = paths.map((path) => path.toLowerCase());
  return paths.filter(
    (path, index) =>
      // biome-ignore lint/suspicious/noControlCharactersInRegex: those are the ones that cannot be in a name
      /[<>:"|?*\\\u0000-\u001f]|[. ]$|[. ]\//.test(path.replace(/^\./, '')) || folded.indexOf(folded[index]!) !== index,
  );
}

/** The repository speaks of the product: no path of the machine it was written on. */
export function machinePaths({ path, text }: SourceFile): string[] {
  return [...text.matchAll(/\/(?:work|home\/[a-z]+|root|Users\/[a-z]+)\/[\w.-]+/g)].map(([what]) => `${path}: ${what}`);
}

function floorOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

function isTest(path: string): boolean {
  return /\.(test|testing)\.ts$/.test(path);
}

function importsOf(text: string): string[] {
  const code = withoutComments(text);
  const found = code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*(['"])([^'"]+)\1/g);
  return [...found].map(([, , specifier]) => specifier ?? '');
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$|\s\/\/ .*$/gm, '');
}
