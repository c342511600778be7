import { crc32 } from 'node:zlib';
import { assert } from '../../core/assert.ts';

/*
 * A file is eight bytes that name the format, and blocks. A block is a frame of 24 bytes, little-endian, and what it
 * frames, deflated:
 *
 *    0  u32  BLOCK_MARK
 *    4  u8   kind: header, steps or end
 *    5  u8   not used, 0 (three bytes)
 *    8  u32  number of the block in its file, from 0
 *   12  u32  bytes of the content before deflating
 *   16  u32  bytes that follow the frame
 *   20  u32  CRC-32 of the first 20 bytes of the frame and of the bytes that follow
 */
export const FILE_MARK = Buffer.from('TAPEWIR\x01', 'latin1');
export const FRAME_BYTES = 24;
const BLOCK_MARK = 0x4b_4c_42_54;

/** More than this in one block was not written by us. */
export const CONTENT_BYTES_MAX = 256 * 1_024 * 1_024;

const KINDS = ['header', 'steps', 'end'] as const;
export type BlockKind = (typeof KINDS)[number];

export interface Frame {
  readonly kind: BlockKind;
  readonly number: number;
  readonly contentBytes: number;
  readonly packedBytes: number;
  readonly checksum: number;
}

/** The frame and what it frames, to be written at once. */
export function frameBlock(kind: BlockKind, number: number, contentBytes: number, packed: Buffer): Buffer {
  assert(contentBytes <= CONTENT_BYTES_MAX, 'recording: a block is too large');
  const block = Buffer.alloc(FRAME_BYTES + packed.length);
  block.writeUInt32LE(BLOCK_MARK, 0);
  block.writeUInt8(KINDS.indexOf(kind), 4);
  block.writeUInt32LE(number, 8);
  block.writeUInt32LE(contentBytes, 12);
  block.writeUInt32LE(packed.length, 16);
  packed.copy(block, FRAME_BYTES);
  block.writeUInt32LE(checksumOf(block, packed), 20);
  return block;
}

/** @returns `undefined` for bytes that are no frame */
export function readFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < FRAME_BYTES || bytes.readUInt32LE(0) !== BLOCK_MARK) return undefined;
  const kind = KINDS[bytes.readUInt8(4)];
  const frame = {
    number: bytes.readUInt32LE(8),
    contentBytes: bytes.readUInt32LE(12),
    packedBytes: bytes.readUInt32LE(16),
    checksum: bytes.readUInt32LE(20),
  };
  // Deflated bytes may be a little longer than what they were made of.
  const isSane = frame.contentBytes <= CONTENT_BYTES_MAX && frame.packedBytes <= frame.contentBytes + 1_024;
  return kind === undefined || !isSane ? undefined : { kind, ...frame };
}

export const checksumOf = (frame: Buffer, packed: Buffer): number => crc32(packed, crc32(frame.subarray(0, 20)));
