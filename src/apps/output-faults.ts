import { faultCode, faultWords } from '../ports/fault-words.ts';

/** What is heard when whoever read along is gone: a closed pipe, a closed terminal. */
const NOBODY_READS = ['EPIPE', 'EIO', 'ENOTCONN', 'ECONNRESET', 'ERR_STREAM_DESTROYED'];

interface Outputs {
  readonly stdout: NodeJS.EventEmitter;
  readonly stderr: NodeJS.EventEmitter & { write(text: string): unknown };
}

/**
 * Nobody has to read what we print: `start | head -3` goes on serving, and the log file goes on. What stdout could
 * not take for another reason (`> file` on a full disk) is told, once, and `onLost` decides what that means.
 */
export function outliveReaders({ stdout, stderr }: Outputs, onLost: () => void): void {
  let told = false;
  // Whatever stderr cannot take, there is nowhere left to say it.
  stderr.on('error', () => undefined);
  stdout.on('error', (error: unknown) => {
    if (told || NOBODY_READS.includes(faultCode(error))) return;
    told = true;
    stderr.write(`tapewire: stdout cannot be written: ${faultWords(error)}\n`);
    onLost();
  });
}
