import { mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { guideSignalJson } from '../../contract/guide-signal.ts';
import type { BooksBase } from '../../core/delivery/books.ts';
import type { Command } from '../../core/delivery/command.ts';
import type { Moment } from '../../core/delivery/moment.ts';
import type { Effect } from '../../core/engine/effect.ts';
import type { EngineEvent } from '../../core/engine/event.ts';
import { faultWords } from '../../ports/fault-words.ts';
import type { Recorder, RecordingFault } from '../../ports/recorder.ts';
import { ByteWriter } from './bytes.ts';
import { type FileHeader, FORMAT, type SessionStart } from './header.ts';
import { RecordingFile } from './recording-file.ts';
import type { RecordedStep } from './step.ts';
import { StepEncoder } from './step-encoder.ts';

/** A block is written when it holds this much … */
const BLOCK_BYTES = 128 * 1_024;
/** … or when its first step is this old, wall milliseconds: what a kill costs at most. */
const BLOCK_AGE_MS = 2_000;
/** What waits for the disk at most. A disk that cannot follow for this long ends the recording, and nothing else. */
const WAITING_BYTES_MAX = 32 * 1_024 * 1_024;
/** How often the free space is looked at, wall milliseconds. */
const LOOK_AT_SPACE_MS = 5_000;
const MB = 1_000_000;

export interface WriterOptions {
  readonly start: SessionStart;
  readonly books: BooksBase;
  /** A folder that is made when it is missing, or one file that must not be there yet. */
  readonly to: { readonly folder: string } | { readonly file: string };
  /** A new file is begun behind this many bytes; one file alone grows without limit. */
  readonly fileBytes: number;
  /** The recording ends before less than this is free on the disk: the journal needs it more. */
  readonly keepFreeBytes: number;
  /** Market time, for since-when. */
  readonly nowMs: () => number;
  /** Told once, when the recording has ended too early. */
  readonly onFault: (fault: RecordingFault) => void;
  /** Milliseconds of a clock that never stands still, for the age of a block. */
  readonly monotonicMs?: () => number;
}

interface Waiting {
  readonly content: Buffer;
  /** How many steps the session holds up to here. */
  readonly stepsUpTo: number;
  /** The file ends behind this block, because what follows was written as the beginning of another. */
  readonly isLast: boolean;
}

/**
 * Writes down what the engine is told while it goes on: in memory at once, on disk a moment later, deflated on another
 * thread. Nobody waits for it. When the disk fails or cannot follow, the recording ends where it is, and says so.
 */
export class RecordingWriter implements Recorder {
  readonly #options: WriterOptions;
  readonly #bytes = new ByteWriter(2 * BLOCK_BYTES);
  #encoder = new StepEncoder(this.#bytes);
  #file: RecordingFile;
  #part = 0;
  #steps = 0;
  #closedBytes = 0;
  #contentBytes = 0;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #working: Promise<void> = Promise.resolve();
  #isWorking = false;
  #age: NodeJS.Timeout | undefined;
  #spaceSeenMs = Number.NEGATIVE_INFINITY;
  #fault: RecordingFault | undefined;
  #isClosed = false;

  private constructor(options: WriterOptions, file: RecordingFile) {
    this.#options = options;
    this.#file = file;
  }

  /** Makes the first file, so that whatever stands in the way is known at once. Rejects as the file system does. */
  static async open(options: WriterOptions): Promise<RecordingWriter> {
    if ('folder' in options.to) await mkdir(options.to.folder, { recursive: true });
    const file = await RecordingFile.create(pathOf(options, 0), headerOf(options, 0, 0));
    return new RecordingWriter(options, file);
  }

  get fault(): RecordingFault | undefined {
    return this.#fault;
  }

  /** Where it writes. */
  get path(): string {
    return this.#file.path;
  }

  /** How far it is. `diskBytes` are those of this session. */
  get progress(): { readonly steps: number; readonly diskBytes: number; readonly contentBytes: number } {
    const diskBytes = this.#closedBytes + this.#file.bytes;
    return { steps: this.#steps, diskBytes, contentBytes: this.#contentBytes };
  }

  applied(event: EngineEvent, effects: readonly Effect[]): void {
    this.#write(event);
    if (effects.length > 0) this.#writeSignals(effects);
  }

  took(command: Command, moment: Moment, effects: readonly Effect[]): void {
    // These two only ask whether it is time for something: when it is not, they leave nothing behind.
    if (effects.length === 0 && (command.kind === 'sweep' || command.kind === 'show')) return;
    this.#write({ kind: 'command', command, moment });
    if (effects.length > 0) this.#writeSignals(effects);
  }

  /** Writes what is left and closes the file. Resolves after a fault as well. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cut(false);
    await this.#working;
    if (this.#fault !== undefined) return;
    await this.#file.close({ continues: false, steps: this.#steps }).catch((error: unknown) => this.#fail(error));
  }

  #writeSignals(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind !== 'signal_issued') continue;
      this.#write({ kind: 'signal', checksum: crc32(guideSignalJson(effect.signal, effect.seq)) });
    }
  }

  #write(step: RecordedStep): void {
    if (this.#fault !== undefined || this.#isClosed) return;
    this.#encoder.write(step);
    this.#steps += 1;
    if (this.#bytes.length >= BLOCK_BYTES) this.#cut(this.#isFull());
    else this.#age ??= setTimeout(() => this.#cut(this.#isFull()), BLOCK_AGE_MS).unref();
  }

  /** Of what waits nobody knows yet how short it will be: a file may end a little before its size. */
  #isFull(): boolean {
    if ('file' in this.#options.to || this.#waiting.some(({ isLast }) => isLast)) return false;
    return this.#file.bytes + this.#waitingBytes + this.#bytes.length >= this.#options.fileBytes;
  }

  /** Hands the block over to the disk. */
  #cut(isLast: boolean): void {
    clearTimeout(this.#age);
    this.#age = undefined;
    if (this.#bytes.length === 0 || this.#fault !== undefined) return;
    const content = this.#bytes.take();
    this.#contentBytes += content.length;
    if (isLast) this.#encoder = new StepEncoder(this.#bytes);
    this.#waiting.push({ content, stepsUpTo: this.#steps, isLast });
    this.#waitingBytes += content.length;
    if (this.#waitingBytes > WAITING_BYTES_MAX) this.#fail(new Error('the disk cannot follow'));
    else if (!this.#isWorking) this.#working = this.#work();
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        await this.#lookAtSpace();
        await this.#file.append('steps', next.content);
        this.#waitingBytes -= next.content.length;
        if (next.isLast) await this.#beginNextFile(next.stepsUpTo);
      }
    } catch (error) {
      this.#fail(error);
    }
    if (this.#fault !== undefined) await this.#file.abandon();
    this.#isWorking = false;
  }

  async #beginNextFile(steps: number): Promise<void> {
    this.#part += 1;
    await this.#file.close({ continues: true, steps });
    this.#closedBytes += this.#file.bytes;
    this.#file = await RecordingFile.create(
      pathOf(this.#options, this.#part),
      headerOf(this.#options, this.#part, steps),
    );
  }

  async #lookAtSpace(): Promise<void> {
    const nowMs = (this.#options.monotonicMs ?? performance.now.bind(performance))();
    if (nowMs - this.#spaceSeenMs < LOOK_AT_SPACE_MS) return;
    this.#spaceSeenMs = nowMs;
    const { bavail, bsize } = await statfs(this.#file.path);
    const { keepFreeBytes } = this.#options;
    if (bavail * bsize >= keepFreeBytes) return;
    throw new Error(`less than ${Math.ceil(keepFreeBytes / MB)} MB are free on the disk (recording.keepFreeMb)`);
  }

  #fail(error: unknown): void {
    if (this.#fault !== undefined) return;
    clearTimeout(this.#age);
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
    this.#fault = { reason: `${this.#file.path}: ${faultWords(error)}`, sinceMs: this.#options.nowMs() };
    this.#options.onFault(this.#fault);
  }
}

/** `sim-20260101T000000Z-5f3a9c01-0000.tape`: sorted by name they are in their order. */
function pathOf({ start, to }: WriterOptions, part: number): string {
  if ('file' in to) return to.file;
  const began = new Date(start.wallTimeMs).toISOString().replace(/[-:]|\.\d+/g, '');
  const name = `${start.kind.toLowerCase()}-${began}-${start.session.slice(0, 8)}-${String(part).padStart(4, '0')}.tape`;
  return join(to.folder, name);
}

function headerOf({ start, books }: WriterOptions, part: number, stepsBefore: number): FileHeader {
  return { format: FORMAT, ...start, part, stepsBefore, ...(part === 0 && { books }) };
}
