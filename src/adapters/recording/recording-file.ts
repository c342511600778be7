import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import { type BlockKind, FILE_MARK, frameBlock } from './block.ts';
import type { FileEnd, FileHeader } from './header.ts';

const deflate = promisify(deflateRaw);
/** Of 1 to 9: from here on the bytes hardly get fewer. */
const LEVEL = 5;

/** One file in the making. What is on disk always ends with a whole block, unless the machine dies in the middle of one. */
export class RecordingFile {
  readonly path: string;
  readonly #file: FileHandle;
  #blocks = 0;
  #bytes = 0;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /** A file that is there already is left alone. Rejects as the file system does. */
  static async create(path: string, header: FileHeader): Promise<RecordingFile> {
    const created = new RecordingFile(path, await open(path, 'wx'));
    try {
      await created.#write(FILE_MARK);
      await created.append('header', Buffer.from(JSON.stringify(header)));
      return created;
    } catch (error) {
      await created.abandon();
      throw error;
    }
  }

  /** Bytes on disk. */
  get bytes(): number {
    return this.#bytes;
  }

  async append(kind: BlockKind, content: Buffer): Promise<void> {
    const packed = await deflate(content, { level: LEVEL });
    await this.#write(frameBlock(kind, this.#blocks, content.length, packed));
    this.#blocks += 1;
  }

  async close(end: FileEnd): Promise<void> {
    await this.append('end', Buffer.from(JSON.stringify(end)));
    await this.#file.sync();
    await this.#file.close();
  }

  /** Leaves what is there, up to the last whole block. */
  async abandon(): Promise<void> {
    await this.#file.truncate(this.#bytes).catch(() => undefined);
    await this.#file.close().catch(() => undefined);
  }

  async #write(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(bytes, at, bytes.length - at, this.#bytes + at);
      at += bytesWritten;
    }
    this.#bytes += bytes.length;
  }
}
