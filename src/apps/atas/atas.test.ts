import assert from 'node:assert/strict';
import { join, win32 } from 'node:path';
import { it } from 'node:test';
import { buildAtas, doctorAtas, installAtas } from '../atas.ts';
import { builtDll } from './build.ts';
import type { Machine, Ran } from './machine.ts';
import { DLL, REFERENCES } from './places.ts';

const ROOT = join('repo', 'tapewire');
const PROGRAM = 'C:\\Program Files (x86)\\ATAS Platform';
const ROAMING = 'C:\\Users\\me\\AppData\\Roaming';
const TARGET = win32.join(ROAMING, 'ATAS', 'Strategies', DLL);

interface Scene {
  readonly platform?: NodeJS.Platform;
  readonly files?: readonly string[];
  readonly sdks?: Ran;
  readonly build?: Ran;
  /** What copying to a path that holds this text throws. */
  readonly held?: string;
}

/** A machine of paths and bytes. Building makes the DLL, as the compiler would. */
function stage({ platform = 'win32', files = [], sdks, build, held }: Scene) {
  const disk = new Map(files.map((path) => [path, Buffer.from('old')]));
  disk.set(join(ROOT, 'atas', 'Bridge.Strategy'), Buffer.alloc(0));
  const ran: string[] = [];
  let said = '';
  const machine: Machine = {
    platform,
    env: platform === 'win32' ? { APPDATA: ROAMING, USERPROFILE: 'C:\\Users\\me' } : {},
    exists: (path) => disk.has(path),
    read: (path) => disk.get(path),
    makeFolder: (path) => disk.set(path, Buffer.alloc(0)),
    copy: (from, to) => {
      if (held !== undefined && to.includes(held)) throw Object.assign(new Error('busy'), { code: 'EBUSY' });
      disk.set(to, disk.get(from)!);
    },
    run: (command, args) => {
      ran.push([command, ...args].join(' '));
      if (args[0] === '--list-sdks')
        return Promise.resolve(sdks ?? { code: 0, output: '8.0.1 [C:\\x]\n10.0.401 [C:\\x]\n' });
      if (build === undefined) disk.set(builtDll(ROOT), Buffer.from('new'));
      return Promise.resolve(build ?? { code: 0, output: '' });
    },
  };
  const write = (text: string): void => {
    said += text;
  };
  const tools = { machine, root: ROOT, write };
  return { tools, ran, disk, said: () => said };
}

const INSTALLED = REFERENCES.map((name) => win32.join(PROGRAM, name));
const HOME = win32.join(ROAMING, 'ATAS');

it('builds against the installed ATAS, copies the one file, and says what to click', async () => {
  const { tools, ran, disk, said } = stage({ files: [...INSTALLED, HOME] });
  assert.equal(await installAtas({}, tools), 0);
  assert.match(
    ran.at(-1)!,
    /^dotnet build .*Bridge\.Strategy -c Release .*-p:AtasInstallDir=C:\\Program Files \(x86\)\\ATAS Platform$/,
  );
  assert.equal(disk.get(TARGET)?.toString(), 'new');
  assert.equal(disk.has(win32.join(ROAMING, 'ATAS X', 'Strategies', DLL)), false);
  assert.match(said(), /Chart strategies, choose "Tapewire bridge"[\s\S]*stopped: start it again/);
});

it('installs into both editions where both were started', async () => {
  const { tools, disk } = stage({ files: [...INSTALLED, HOME, win32.join(ROAMING, 'ATAS X')] });
  assert.equal(await installAtas({}, tools), 0);
  assert.equal(disk.get(win32.join(ROAMING, 'ATAS X', 'Strategies', DLL))?.toString(), 'new');
});

it('says what to do when ATAS holds the file', async () => {
  const { tools, said } = stage({ files: [...INSTALLED, HOME, TARGET], held: 'Strategies' });
  assert.equal(await installAtas({}, tools), 1);
  assert.match(said(), /Tapewire\.Bridge\.dll ATAS holds it open: close every ATAS window/);
  assert.doesNotMatch(said(), /In ATAS:/);
});

it('names what is missing: an SDK, an installation, a first start of ATAS', async () => {
  const cases: readonly [Scene, RegExp][] = [
    [
      { files: [...INSTALLED, HOME], sdks: { code: undefined, output: 'not found' } },
      /no \.NET SDK that can build it \(not found\): install the \.NET 10 SDK/,
    ],
    [{ files: [...INSTALLED, HOME], sdks: { code: 0, output: '8.0.100 [x]\n' } }, /\(8\.0\.100\)/],
    [{ files: [HOME] }, /no ATAS found in C:\\Program Files \(x86\)\\ATAS Platform, .*--atas-dir/],
    [{ files: INSTALLED }, /was ever started by this user[\s\S]*Start it once/],
    [
      { files: [...INSTALLED, HOME], build: { code: 1, output: 'a.cs(1): error CS1: bad\na.cs(1): error CS1: bad\n' } },
      /dotnet build failed:\na\.cs\(1\): error CS1: bad\n$/,
    ],
  ];
  for (const [scene, expected] of cases) {
    const { tools, said } = stage(scene);
    assert.equal(await installAtas({}, tools), 1);
    assert.match(said(), expected);
  }
  const { tools, said } = stage({ files: [...INSTALLED, HOME] });
  assert.equal(await buildAtas({ atasDir: 'D:\\Games' }, tools), 1);
  assert.match(said(), /D:\\Games is no ATAS: ATAS\.Strategies\.dll, /);
});

it('elsewhere builds against the declarations, installs nothing, and says so', async () => {
  const linux = stage({ platform: 'linux' });
  assert.equal(await buildAtas({}, linux.tools), 0);
  assert.match(linux.said(), /our own declarations of ATAS: it compiles, and is not for use/);
  assert.doesNotMatch(linux.ran.join(), /AtasInstallDir/);
  assert.equal(await installAtas({}, linux.tools), 1);
  assert.match(linux.said(), /ATAS runs on Windows, and this is linux/);
});

it('tells every reason why ATAS does not list the strategy', async () => {
  const states = async (files: readonly string[]): Promise<Record<string, string>> => {
    const { tools, said } = stage({ files });
    await doctorAtas({ json: true }, tools);
    const { checks } = JSON.parse(said()) as { checks: { name: string; state: string }[] };
    return Object.fromEntries(checks.map(({ name, state }) => [name, state]));
  };
  const dll = builtDll(ROOT);
  const whole = [...INSTALLED, HOME, dll, TARGET];
  assert.deepEqual(await states(whole), { dotnet: 'ok', installation: 'ok', build: 'ok', ATAS: 'ok', 'ATAS X': 'ok' });
  assert.equal((await states(whole.filter((path) => path !== TARGET))).ATAS, 'fail');
  assert.equal((await states(whole.filter((path) => path !== dll))).build, 'warn');
  assert.equal((await states([HOME])).installation, 'fail');
  assert.equal((await states([...whole, win32.join(HOME, 'Indicators', DLL)])).ATAS, 'warn');
  const old = win32.join('C:\\Users\\me', 'Documents', 'ATAS', 'Strategies', DLL);
  assert.equal((await states([...whole, old]))['old folder'], 'warn');

  const other = stage({ files: whole });
  other.disk.set(dll, Buffer.from('newer'));
  assert.equal(await doctorAtas({ json: false }, other.tools), 0);
  assert.match(other.said(), /another build than the newest/);
});
