import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import type { Decoded } from '../../core/decoded.ts';
import { faultWords } from '../../ports/fault-words.ts';
import { checksumOf, FILE_MARK, FRAME_BYTES, type Frame, readFrame } from './block.ts';
import { ByteReader, UnreadableBytes } from './bytes.ts';
import { type FileEnd, type FileHeader, FORMAT } from './header.ts';
import type { RecordedStep } from './step.ts';
import { StepDecoder } from './step-decoder.ts';

const inflate = promisify(inflateRaw);

/** How a file ends. */
export type FileEnding =
  /** Closed in order; the session may go on in another file. */
  | { readonly kind: 'closed'; readonly end: FileEnd }
  /** A whole block and then nothing: the program was killed, or the disk had no room. Nothing is lost but what came later. */
  | { readonly kind: 'open' }
  /** Broken off in a block, or damaged: what came before stands, nothing behind it can be used. */
  | { readonly kind: 'torn'; readonly atByte: number; readonly problem: string };

/** Whether a file begins as a recording does, whatever its name. A file that cannot be read is none. */
export async function isRecording(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(FILE_MARK.length), 0, FILE_MARK.length, 0);
      return bytesRead === FILE_MARK.length && buffer.equals(FILE_MARK);
    } finally {
      await file.close();
    }
  } catch {
    // Whoever opens it next says what is wrong with it.
    return false;
  }
}

/** One file of a recording, read from beginning to end, a batch of steps for every block. */
export class RecordingReader {
  readonly path: string;
  readonly header: FileHeader;
  readonly totalBytes: number;
  readonly #file: FileHandle;
  readonly #firstStepsAt: number;
  #readBytes: number;
  #steps = 0;
  #ending: FileEnding = { kind: 'open' };

  private constructor(path: string, file: FileHandle, header: FileHeader, at: number, totalBytes: number) {
    this.path = path;
    this.header = header;
    this.totalBytes = totalBytes;
    this.#file = file;
    this.#firstStepsAt = at;
    this.#readBytes = at;
  }

  /** Reads the header. Whoever does not read on calls `close`. */
  static async open(path: string): Promise<Decoded<RecordingReader>> {
    const refuse = (problem: string): Decoded<never> => ({ ok: false, problem: `${path}: ${problem}` });
    let file: FileHandle | undefined;
    try {
      file = await open(path, 'r');
      const { size } = await file.stat();
      const mark = await readFully(file, 0, FILE_MARK.length);
      const block = mark.equals(FILE_MARK) ? await readBlock(file, FILE_MARK.length, 0) : undefined;
      if (typeof block !== 'object' || block.kind !== 'header') {
        await file.close();
        return refuse('it breaks off or is damaged in its first block, so nothing of it can be used');
      }
      const header = JSON.parse(block.content.toString()) as FileHeader;
      if (header.format !== FORMAT) {
        await file.close();
        return refuse(`it has format ${String(header.format)}, and this version reads format ${FORMAT}`);
      }
      return { ok: true, value: new RecordingReader(path, file, header, block.endByte, size) };
    } catch (error) {
      await file?.close();
      return refuse(`cannot be read: ${faultWords(error)}`);
    }
  }

  get readBytes(): number {
    return this.#readBytes;
  }

  /** So far. */
  get stepCount(): number {
    return this.#steps;
  }

  /** Known when all has been read. */
  get ending(): FileEnding {
    return this.#ending;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** All steps, once; closes the file. Memory: one block. */
  async *batches(): AsyncGenerator<readonly RecordedStep[], void, void> {
    const decoder = new StepDecoder();
    let at = this.#firstStepsAt;
    try {
      for (let number = 1; ; number += 1) {
        const block = await readBlock(this.#file, at, number);
        if (block === undefined) return;
        if (typeof block === 'string') return this.#tear(at, block);
        this.#readBytes = block.endByte;
        if (block.kind === 'end') return this.#finish(block);
        if (block.kind !== 'steps') return this.#tear(at, 'there is a second header');
        const steps = decode(decoder, block.content);
        if (typeof steps === 'string') return this.#tear(at, steps);
        this.#steps += steps.length;
        at = block.endByte;
        yield steps;
      }
    } catch (error) {
      this.#tear(at, faultWords(error));
    } finally {
      await this.#file.close();
    }
  }

  #finish({ content, endByte }: Block): void {
    const end = JSON.parse(content.toString()) as FileEnd;
    const expected = end.steps - this.header.stepsBefore;
    if (expected !== this.#steps) this.#tear(endByte, `it should hold ${expected} steps and holds ${this.#steps}`);
    else if (endByte < this.totalBytes) this.#tear(endByte, 'something follows its end');
    else this.#ending = { kind: 'closed', end };
  }

  #tear(atByte: number, problem: string): void {
    this.#ending = { kind: 'torn', atByte, problem };
  }
}

interface Block extends Pick<Frame, 'kind'> {
  readonly content: Buffer;
  /** Where the next block begins. */
  readonly endByte: number;
}

/** @returns `undefined` at the end of the file, a sentence for what is no whole block */
async function readBlock(file: FileHandle, at: number, number: number): Promise<Block | string | undefined> {
  const frameBytes = await readFully(file, at, FRAME_BYTES);
  if (frameBytes.length === 0) return undefined;
  if (frameBytes.length < FRAME_BYTES) return 'it breaks off in the middle of a block';
  const frame = readFrame(frameBytes);
  if (frame === undefined) return 'what stands there is no block';
  const packed = await readFully(file, at + FRAME_BYTES, frame.packedBytes);
  if (packed.length < frame.packedBytes) return 'it breaks off in the middle of a block';
  if (checksumOf(frameBytes, packed) !== frame.checksum) return 'the checksum of a block does not match';
  if (frame.number !== number) return `block ${frame.number} stands in the place of block ${number}`;
  const content = await inflate(packed, { maxOutputLength: Math.max(1, frame.contentBytes) });
  if (content.length !== frame.contentBytes) return 'a block is shorter than it says';
  return { kind: frame.kind, content, endByte: at + FRAME_BYTES + frame.packedBytes };
}

/** As many bytes as there are. */
async function readFully(file: FileHandle, from: number, size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await file.read(bytes, length, size - length, from + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

/** What has the right checksum and cannot be read was written by another version: a sentence, no crash. */
function decode(decoder: StepDecoder, content: Buffer): RecordedStep[] | string {
  try {
    return decoder.read(new ByteReader(content));
  } catch (error) {
    if (error instanceof UnreadableBytes || error instanceof SyntaxError) return error.message;
    throw error;
  }
}
