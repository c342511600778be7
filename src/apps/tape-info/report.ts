/** What is said of one file, whatever it is. Plain JSON; times are UTC milliseconds. */
export interface FileInfo {
  readonly path: string;
  /** As in the names of tapes, or `recording`; `undefined` when the file could not be opened. */
  readonly kind?: string;
  readonly symbols: readonly string[];
  /** Rows of a tape, steps of a recording. */
  readonly rows: number;
  readonly firstTimeMs?: number | undefined;
  readonly lastTimeMs?: number | undefined;
  readonly gaps: {
    readonly count: number;
    readonly totalMs: number;
    readonly longest?: { readonly fromMs: number; readonly toMs: number } | undefined;
  };
  /** Trade ids between the first and the last that no row has. */
  readonly missingIds?: number | undefined;
  readonly duplicates: number;
  readonly outOfOrder: number;
  /** Rows that were not believed, by reason; `lines` are the first ones, counted from 1. Some are kept: see docs/tapes.md. */
  readonly problems: readonly {
    readonly name: string;
    readonly count: number;
    readonly lines: readonly number[];
    readonly detail: string;
  }[];
  readonly bytes: number;
  /** Of the file as it lies there, in hexadecimal digits. */
  readonly sha256?: string;
  /** What else is good to know. */
  readonly remarks: readonly string[];
  /** Why the file is not what it should be; `undefined` when it is whole. */
  readonly damage?: string | undefined;
}
