import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Decoded } from '../../core/decoded.ts';
import type { BooksBase } from '../../core/delivery/books.ts';
import { EMPTY_BASE } from '../../core/delivery/books.ts';
import type { FileHeader } from './header.ts';
import { type FileEnding, isRecording, RecordingReader } from './recording-reader.ts';
import type { RecordedStep } from './step.ts';

/** What came of a file, once it was read. */
export interface FileReport {
  readonly path: string;
  readonly name: string;
  readonly totalBytes: number;
  readonly readBytes: number;
  readonly stepCount: number;
  readonly ending: FileEnding;
}

interface ListedFile {
  readonly path: string;
  readonly header: FileHeader;
  readonly totalBytes: number;
}

/** One run of the program that was recorded: steps under one engine. */
export class RecordedSession {
  readonly header: FileHeader;
  readonly #files: readonly ListedFile[];
  readonly #reports: FileReport[] = [];
  #reader: RecordingReader | undefined;

  constructor(files: readonly ListedFile[]) {
    this.header = files[0]!.header;
    this.#files = files;
  }

  /** What the engine knew when the session began. */
  get books(): BooksBase {
    return this.header.books ?? EMPTY_BASE;
  }

  /** Whether its beginning is there, without which nothing can come out as it did. */
  get isFromBeginning(): boolean {
    return this.header.part === 0;
  }

  get names(): readonly string[] {
    return this.#files.map(({ path }) => basename(path));
  }

  get totalBytes(): number {
    return this.#files.reduce((sum, { totalBytes }) => sum + totalBytes, 0);
  }

  get readBytes(): number {
    return this.#reports.reduce((sum, { readBytes }) => sum + readBytes, this.#reader?.readBytes ?? 0);
  }

  get stepCount(): number {
    return this.#reports.reduce((sum, { stepCount }) => sum + stepCount, this.#reader?.stepCount ?? 0);
  }

  /** Of the files that were read. */
  get reports(): readonly FileReport[] {
    return this.#reports;
  }

  /** The beginning, without counting it as read: of the first file alone. */
  async *peek(): AsyncGenerator<readonly RecordedStep[], void, void> {
    const opened = await RecordingReader.open(this.#files[0]!.path);
    if (opened.ok) yield* opened.value.batches();
  }

  /** Everything up to the first damage, once. What lies behind it hangs on what is lost. */
  async *batches(): AsyncGenerator<readonly RecordedStep[], void, void> {
    for (const { path } of this.#files) {
      const opened = await RecordingReader.open(path);
      if (!opened.ok) {
        const ending = { kind: 'torn', atByte: 0, problem: opened.problem } as const;
        this.#reports.push({ path, name: basename(path), totalBytes: 0, readBytes: 0, stepCount: 0, ending });
        return;
      }
      this.#reader = opened.value;
      yield* opened.value.batches();
      const { totalBytes, readBytes, stepCount, ending } = opened.value;
      this.#reader = undefined;
      this.#reports.push({ path, name: basename(path), totalBytes, readBytes, stepCount, ending });
      if (ending.kind !== 'closed') return;
    }
  }
}

/** Recorded sessions in the order in which they were. */
export interface Recording {
  readonly sessions: readonly RecordedSession[];
  /** Files that cannot even be opened, a sentence each. */
  readonly unreadable: readonly string[];
}

/** The files that paths stand for: a folder stands for the recordings in it. */
export async function expandFolders(paths: readonly string[]): Promise<Decoded<readonly string[]>> {
  const files: string[] = [];
  for (const path of paths) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
      files.push(path);
      continue;
    }
    const names = (await readdir(path)).filter((name) => name.endsWith('.tape')).sort();
    if (names.length === 0) return { ok: false, problem: `${path}: there is no recording (*.tape) in this folder` };
    files.push(...names.map((name) => join(path, name)));
  }
  return { ok: true, value: files };
}

/** Whether any of them is a recording; tapes as vendors publish them are none. */
export async function areRecordings(paths: readonly string[]): Promise<Decoded<boolean>> {
  const found = await Promise.all(paths.map(isRecording));
  if (found.every((is) => !is)) return { ok: true, value: false };
  if (found.every((is) => is)) return { ok: true, value: true };
  const other = paths[found.indexOf(false)]!;
  return { ok: false, problem: `${other} is not a recording: replay recordings and other tapes one after the other` };
}

/** Opens the files of one or several sessions, in any order. A session must not have a hole between its files. */
export async function openRecording(paths: readonly string[]): Promise<Decoded<Recording>> {
  const bySession = new Map<string, ListedFile[]>();
  const unreadable: string[] = [];
  for (const path of new Set(paths)) {
    const opened = await RecordingReader.open(path);
    if (!opened.ok) {
      unreadable.push(opened.problem);
      continue;
    }
    const { header, totalBytes } = opened.value;
    await opened.value.close();
    const files = bySession.get(header.session) ?? [];
    files.push({ path, header, totalBytes });
    bySession.set(header.session, files);
  }
  const sessions: RecordedSession[] = [];
  for (const files of bySession.values()) {
    files.sort((a, b) => a.header.part - b.header.part);
    const hole = files.findIndex(({ header }, index) => header.part !== files[0]!.header.part + index);
    if (hole !== -1) {
      const missing = files[hole - 1]!.header.part + 1;
      const problem = `${files[hole]!.path}: part ${missing} of this session is missing or given twice`;
      return { ok: false, problem };
    }
    sessions.push(new RecordedSession(files));
  }
  sessions.sort((a, b) => a.header.wallTimeMs - b.header.wallTimeMs || (a.header.session < b.header.session ? -1 : 1));
  return { ok: true, value: { sessions, unreadable } };
}
