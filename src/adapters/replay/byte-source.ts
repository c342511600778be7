import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip, createInflateRaw, type Gunzip, type InflateRaw } from 'node:zlib';
import type { Decoded } from '../../core/decoded.ts';
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
      const { packedBytes, isStored, read } = entry.value;
      if (isStored) return { ok: true, value: new PlainBytes(read, packedBytes) };
      return { ok: true, value: new PackedBytes(read, packedBytes, createInflateRaw) };
    }
    const read = async (): Promise<Readable> => createReadStream(path, { highWaterMark: PIECE_BYTES });
    return { ok: true, value: new PlainBytes(read, size) };
  } catch (fault) {
    return { ok: false, problem: `cannot be read: ${messageOf(fault)}` };
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
      this.fault = messageOf(fault);
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
    inflater.on('data', (piece: Buffer) => inflated.push(piece));
    inflater.on('error', (fault) => {
      this.fault ??= messageOf(fault);
    });
    try {
      for await (const piece of packed) {
        this.readBytes += (piece as Buffer).length;
        await new Promise<void>((resolve) => void inflater.write(piece as Buffer, () => resolve()));
        yield* inflated;
        inflated = [];
        if (this.fault !== undefined) return;
      }
      await new Promise<void>((resolve) => void inflater.once('end', resolve).once('close', resolve).end());
      yield* inflated;
    } catch (fault) {
      this.fault ??= messageOf(fault);
    } finally {
      packed.destroy();
      inflater.destroy();
    }
  }
}

const messageOf = (fault: unknown): string => (fault instanceof Error ? fault.message : String(fault));
