import type { Readable } from 'node:stream';
import yauzl from 'yauzl';
import type { Decoded } from '../../core/decoded.ts';

/** The one CSV in a zip, still packed. */
export interface ZipEntry {
  readonly packedBytes: number;
  /** Stored as it is, without compression. */
  readonly isStored: boolean;
  /** CRC-32 of the text. */
  readonly checksum: number;
  /** Opens the packed bytes; the zip is closed when they have been read or destroyed. */
  readonly read: () => Promise<Readable>;
}

const STORED = 0;
const DEFLATED = 8;

/** Finds the CSV of a zip as the dumps are published: one in each. A directory that is cut off is a clear problem. */
export async function openZipEntry(path: string): Promise<Decoded<ZipEntry>> {
  const listed = await list(path);
  if (!listed.ok) return listed;
  const files = listed.value.filter(({ fileName }) => !fileName.endsWith('/') && !fileName.startsWith('__MACOSX/'));
  const [entry, another] = files;
  if (entry === undefined) return { ok: false, problem: 'the zip is empty' };
  if (another !== undefined)
    return { ok: false, problem: `the zip holds ${files.length} files, not one: unpack it and name them` };
  const { compressionMethod, compressedSize } = entry;
  if (entry.isEncrypted() || (compressionMethod !== STORED && compressionMethod !== DEFLATED)) {
    return {
      ok: false,
      problem: 'the zip is encrypted or packed in an uncommon way: unpack it and name the file in it',
    };
  }
  const read = (): Promise<Readable> => readEntry(path, entry);
  return {
    ok: true,
    value: { packedBytes: compressedSize, isStored: compressionMethod === STORED, checksum: entry.crc32, read },
  };
}

function list(path: string): Promise<Decoded<readonly yauzl.Entry[]>> {
  return new Promise((resolve) => {
    const fail = (error: Error): void => {
      resolve({ ok: false, problem: `the zip is cut short or damaged, fetch it again (${error.message})` });
    };
    yauzl.open(path, { autoClose: true, lazyEntries: false }, (error, zip) => {
      if (error !== null) return fail(error);
      const entries: yauzl.Entry[] = [];
      zip.on('entry', (entry: yauzl.Entry) => entries.push(entry));
      zip.on('error', fail);
      zip.on('end', () => resolve({ ok: true, value: entries }));
    });
  });
}

function readEntry(path: string, entry: yauzl.Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    yauzl.open(path, { autoClose: false, lazyEntries: true }, (error, zip) => {
      if (error !== null) return reject(error);
      zip.openReadStream(entry, { decodeFileData: false }, (failure, stream) => {
        if (failure !== null) {
          zip.close();
          return reject(failure);
        }
        stream.on('close', () => zip.close());
        resolve(stream);
      });
    });
  });
}
