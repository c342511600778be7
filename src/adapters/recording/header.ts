import type { BooksBase } from '../../core/delivery/books.ts';
import type { MarketKind } from '../../ports/market-feed.ts';

/** Raised when older readers would misunderstand what is written. */
export const FORMAT = 1;

/** What the engine of a recorded session was set to, without the code of its strategies. Plain JSON. */
export interface RecordedSettings {
  readonly strategies: readonly { readonly name: string; readonly weight: number; readonly options: unknown }[];
  /** Everything else of the engine's settings, by section. */
  readonly sections: Readonly<Record<string, unknown>>;
}

/** What is known when a session begins: all that its signals hang on besides its steps. */
export interface SessionStart {
  /** Random, the same in every file of the session. */
  readonly session: string;
  /** Version of the program that wrote it. */
  readonly version: string;
  readonly kind: MarketKind;
  /** How signals name their market. */
  readonly market: string;
  /** What was recorded, as the journal names it. */
  readonly source: string;
  readonly runAnchor: string;
  /** The instruments that were asked for; which there are, the steps tell. */
  readonly asked: 'all' | readonly string[];
  /** Market time, UTC milliseconds. */
  readonly marketTimeMs: number;
  /** Wall time, UTC milliseconds. */
  readonly wallTimeMs: number;
  /** Whether an engine stood there: only then are there signals to compare with. */
  readonly decided: boolean;
  readonly settings: RecordedSettings;
}

/** The first block of every file. */
export interface FileHeader extends SessionStart {
  readonly format: typeof FORMAT;
  /** Number of the file in its session, from 0. */
  readonly part: number;
  /** How many steps the files before hold. */
  readonly stepsBefore: number;
  /** What the engine knew when the session began; only in the first file. */
  readonly books?: BooksBase;
}

/** The last block of a file that was closed. */
export interface FileEnd {
  /** Whether the session goes on in the next part. */
  readonly continues: boolean;
  /** How many steps the session holds up to here. */
  readonly steps: number;
}
