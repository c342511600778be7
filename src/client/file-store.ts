import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LedgerRecord } from './ledger.ts';

/** The file is not what this program wrote. Nothing is guessed from half a memory: a person must look. */
export class StoreDamaged extends Error {
  override readonly name = 'StoreDamaged';
}

interface Waiting {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A file of JSON lines that only grows. A record is there when its line has ended: a crash can tear the last line and
 * nothing else, and whoever wrote that one was never told that it was on disk. Records that arrive while the disk is
 * busy go together, with one sync.
 *
 * The file belongs to one process at a time. With records of a ledger it is a `Store`.
 */
export class FileStore<Row = LedgerRecord> {
  readonly #path: string;
  #file: FileHandle | undefined;
  /** Bytes of whole lines. */
  #length = 0;
  #waiting: Waiting[] = [];
  #isWriting = false;
  #broken: unknown;

  constructor(path: string) {
    this.#path = path;
  }

  async load(): Promise<readonly Row[]> {
    await mkdir(dirname(this.#path), { recursive: true });
    const bytes = await readIfThere(this.#path);
    this.#length = bytes.lastIndexOf('\n') + 1;
    const lines = bytes.subarray(0, this.#length).toString('utf8').split('\n').slice(0, -1);
    const records = lines.map((line, index) => recordOf<Row>(line, `${this.#path}, line ${index + 1}`));
    this.#file = await openToWrite(this.#path);
    await this.#file.truncate(this.#length);
    await this.#file.sync();
    await syncFolder(dirname(this.#path));
    return records;
  }

  append(record: Row): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line: `${JSON.stringify(record)}\n`, resolve, reject });
      if (!this.#isWriting) void this.#writeAll();
    });
  }

  async compact(records: readonly Row[]): Promise<void> {
    const text = records.map((record) => `${JSON.stringify(record)}\n`).join('');
    const beside = `${this.#path}.new`;
    const file = await open(beside, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    // Windows renames over a file only when nobody has it open.
    await this.close();
    await rename(beside, this.#path);
    await syncFolder(dirname(this.#path));
    this.#file = await openToWrite(this.#path);
    this.#length = Buffer.byteLength(text);
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#write(batch.map(({ line }) => line).join(''));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#isWriting = false;
  }

  async #write(text: string): Promise<void> {
    if (this.#broken !== undefined) throw this.#broken;
    if (this.#file === undefined) throw new Error(`${this.#path} is not open`);
    try {
      const bytes = Buffer.from(text);
      for (let done = 0; done < bytes.length; ) {
        done += (await this.#file.write(bytes, done, bytes.length - done, this.#length + done)).bytesWritten;
      }
      await this.#file.datasync();
      this.#length += bytes.length;
    } catch (error) {
      await this.#takeBack(error);
      throw error;
    }
  }

  /** Half a line in the middle would be damage. When even that cannot be removed, nothing more is written. */
  async #takeBack(cause: unknown): Promise<void> {
    try {
      await this.#file?.truncate(this.#length);
    } catch (error) {
      this.#broken = new Error('half a record could not be removed from the store', { cause: [cause, error] });
    }
  }
}

/** Not for appending: on Windows such a file cannot be made shorter. */
function openToWrite(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDWR | constants.O_CREAT);
}

async function readIfThere(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

function recordOf<Row>(line: string, where: string): Row {
  try {
    return JSON.parse(line) as Row;
  } catch (error) {
    throw new StoreDamaged(`${where} is not a record`, { cause: error });
  }
}

/** A new name in a folder survives a power cut only when the folder is synced. Windows does that by itself, and refuses. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
