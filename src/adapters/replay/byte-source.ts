import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { crc32, createGunzip, createInflateRaw, type Gunzip, type InflateRaw } from 'node:zlib';
import type { Decoded } from '../../core/decoded.ts';
import { faultWords } from '../../ports/fault-words.ts';
import { openZipEntry } from './zip-entry.ts';

/** What is read from disk at once; of plain text it is also one batch of rows. */
const PIECE_BYTES = 256 * 1_024;
/** Compressed bytes are fed in smaller pieces: inflated, they become some five times as many. */
const PACKED_PIECE_BYTES = 64 * 1_024;
const INFLATED_PIECE_BYTES = 256 * 1_024;

/** The text of a file, unpacked on the way, as pieces of bytes. Read once. */
export interface ByteSource {
  /** Size on disk of what is read, for a progress bar. */
  readonly totalBytes: number;
  /** How much of `totalBytes` has been read. */
  readonly readBytes: number;
  /** Why the pieces ended too early, once they have; everything before stands. */
  readonly fault: string | undefined;
  pieces(): AsyncGenerator<Buffer, void, void>;
}

/** Opens a `.csv`, `.csv.gz` or `.zip`, told apart by their first bytes and not by their names. */
export async function openBytes(path: string): Promise<Decoded<ByteSource>> {
  try {
    const { size } = await stat(path);
    const magic = await firstBytes(path);
    if (magic[0] === 0x1f && magic[1] === 0x8b) {
      return { ok: true, value: new PackedBytes(() => packedFile(path), size, createGunzip) };
    }
    if (magic[0] === 0x50 && magic[1] === 0x4b) {
      const entry = await openZipEntry(path);
      if (!entry.ok) return entry;
      const { packedBytes, isStored, checksum, read } = entry.value;
      const bytes = isStored ? new PlainBytes(read, packedBytes) : new PackedBytes(read, packedBytes, createInflateRaw);
      return { ok: true, value: new CheckedBytes(bytes, checksum) };
    }
    const read = async (): Promise<Readable> => createReadStream(path, { highWaterMark: PIECE_BYTES });
    return { ok: true, value: new PlainBytes(read, size) };
  } catch (fault) {
    return { ok: false, problem: `cannot be read: ${faultWords(fault)}` };
  }
}

const packedFile = async (path: string): Promise<Readable> =>
  createReadStream(path, { highWaterMark: PACKED_PIECE_BYTES });

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

class PlainBytes implements ByteSource {
  readonly totalBytes: number;
  readBytes = 0;
  fault: string | undefined;
  readonly #read: () => Promise<Readable>;

  constructor(read: () => Promise<Readable>, totalBytes: number) {
    this.#read = read;
    this.totalBytes = totalBytes;
  }

  async *pieces(): AsyncGenerator<Buffer, void, void> {
    const stream = await this.#read();
    try {
      for await (const piece of stream) {
        this.readBytes += (piece as Buffer).length;
        yield piece as Buffer;
      }
    } catch (fault) {
      this.fault = faultWords(fault);
    } finally {
      stream.destroy();
    }
  }
}

/**
 * Feeds the inflater one piece at a time and hands on all that comes of it before the next. A pipe would be shorter, but
 * it throws away what it has unpacked and not yet delivered when the packed bytes break off.
 */
class PackedBytes implements ByteSource {
  readonly totalBytes: number;
  readBytes = 0;
  fault: string | undefined;
  readonly #read: () => Promise<Readable>;
  readonly #createInflater: (options: { chunkSize: number }) => Gunzip | InflateRaw;

  constructor(
    read: () => Promise<Readable>,
    totalBytes: number,
    createInflater: (options: { chunkSize: number }) => Gunzip | InflateRaw,
  ) {
    this.#read = read;
    this.totalBytes = totalBytes;
    this.#createInflater = createInflater;
  }

  async *pieces(): AsyncGenerator<Buffer, void, void> {
    const packed = await this.#read();
    const inflater = this.#createInflater({ chunkSize: INFLATED_PIECE_BYTES });
    let inflated: Buffer[] = [];
    let hasEnded = false;
    // What follows the packed text is not asked for: the inflater then ends without a word to whoever writes to it.
    let goOn = (): void => undefined;
    inflater.on('data', (piece: Buffer) => inflated.push(piece));
    inflater.on('error', (fault) => {
      this.fault ??= faultWords(fault);
      goOn();
    });
    inflater.on('end', () => {
      hasEnded = true;
      goOn();
    });
    try {
      for await (const piece of packed) {
        this.readBytes += (piece as Buffer).length;
        await new Promise<void>((resolve) => {
          goOn = resolve;
          inflater.write(piece as Buffer, () => resolve());
        });
        yield* inflated;
        inflated = [];
        if (this.fault !== undefined || hasEnded) return;
      }
      await new Promise<void>((resolve) => {
        goOn = resolve;
        inflater.end();
      });
      yield* inflated;
    } catch (fault) {
      this.fault ??= faultWords(fault);
    } finally {
      packed.destroy();
      inflater.destroy();
    }
  }
}

/** Compares with the checksum a zip carries: damaged packed bytes often unpack to something. Gzip does so itself. */
class CheckedBytes implements ByteSource {
  readonly #bytes: ByteSource;
  readonly #checksum: number;
  #mismatch: string | undefined;

  constructor(bytes: ByteSource, checksum: number) {
    this.#bytes = bytes;
    this.#checksum = checksum;
  }

  get totalBytes(): number {
    return this.#bytes.totalBytes;
  }

  get readBytes(): number {
    return this.#bytes.readBytes;
  }

  get fault(): string | undefined {
    return this.#bytes.fault ?? this.#mismatch;
  }

  async *pieces(): AsyncGenerator<Buffer, void, void> {
    let checksum = 0;
    for await (const piece of this.#bytes.pieces()) {
      checksum = crc32(piece, checksum);
      yield piece;
    }
    if (checksum !== this.#checksum) this.#mismatch = 'its checksum does not match';
  }
}
