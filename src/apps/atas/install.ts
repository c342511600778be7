import { win32 } from 'node:path';
import { faultCode, faultWords } from '../../ports/fault-words.ts';
import type { Machine } from './machine.ts';
import { DLL, type Edition, editions } from './places.ts';

export interface Installed {
  readonly edition: Edition['name'];
  readonly path: string;
  /** `undefined`: it is there. */
  readonly problem: string | undefined;
}

/** Copies the DLL to where each ATAS that was ever started here looks for strategies. */
export function installDll(machine: Machine, dll: string): readonly Installed[] {
  return editions(machine)
    .filter(({ home }) => machine.exists(home))
    .map(({ name, strategies }) => {
      const path = win32.join(strategies, DLL);
      return { edition: name, path, problem: copyProblem(machine, dll, strategies, path) };
    });
}

function copyProblem(machine: Machine, dll: string, folder: string, path: string): string | undefined {
  try {
    machine.makeFolder(folder);
    machine.copy(dll, path);
  } catch (error) {
    const isHeld = ['EBUSY', 'EPERM', 'EACCES', 'ETXTBSY'].includes(faultCode(error) ?? '');
    return isHeld && machine.exists(path)
      ? 'ATAS holds it open: close every ATAS window, see in the Task Manager that none is left, and repeat'
      : `cannot be written: ${faultWords(error)}`;
  }
  return sameBytes(machine, dll, path) ? undefined : 'was not copied whole: repeat';
}

export function sameBytes(machine: Pick<Machine, 'read'>, one: string, other: string): boolean {
  const [a, b] = [machine.read(one), machine.read(other)];
  return a !== undefined && b !== undefined && Buffer.compare(a, b) === 0;
}

/** What is left to do by hand, in ATAS's own words. */
export const WHAT_TO_CLICK = [
  'In ATAS:',
  '  1. Start it (a running one reads new strategies after a restart only) and connect a DEMO account.',
  '  2. Open a chart of the instrument, ETHUSDT for example.',
  '  3. Chart menu, Chart strategies, choose "Tapewire bridge", Add. One chart per account and instrument.',
  '  4. Settings: Server http://127.0.0.1:8888, Key file the one that the first start of Tapewire names.',
  '  5. Leave Mode at "Alerts only", OK, and start the strategy. After every restart of ATAS it is stopped: start it again.',
  'The line on the chart says at any moment why it is or is not trading. The rest is in docs/atas.md.',
].join('\n');
