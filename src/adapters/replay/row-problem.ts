/**
 * Why a row of a tape was not believed. Every name is counted per file, with the line where it happened first.
 * All of them cost the row, but `price finer than tick`: that row is kept, because the trade did happen.
 */
export type RowProblem =
  | 'wrong number of columns'
  | 'line too long'
  | 'bad time'
  | 'time unit changed'
  | 'bad id'
  | 'bad price'
  | 'bad size'
  | 'bad side'
  | 'other symbol'
  | 'high and low do not hold the bar'
  | 'taker volume above volume'
  | 'not a one-minute bar'
  | 'crossed'
  | 'levels out of order'
  | 'out of order'
  | 'duplicate'
  | 'price finer than tick';

/** What is not one row's fault: a file that broke off (what came before stands), a row that another file has as well. */
export type FileProblem = 'cut short or damaged' | 'in another file too';

export interface CountedProblem {
  readonly name: RowProblem | FileProblem;
  readonly count: number;
  /** Line of the first occurrence, from 1, the header line included; 0 when only its time is known. */
  readonly firstLine: number;
  /** Lines of the first few occurrences. */
  readonly lines: readonly number[];
  /** What more can be said of the first occurrence; empty when the name says it all. */
  readonly detail: string;
}

/** How many lines of a problem are remembered. */
const LINES_MAX = 5;

/** Counts the problems of one file. Bounded: there are only so many names. */
export class ProblemLog {
  readonly #byName = new Map<
    string,
    { name: RowProblem | FileProblem; count: number; firstLine: number; lines: number[]; detail: string }
  >();

  note(name: RowProblem | FileProblem, line: number, detail = ''): void {
    const known = this.#byName.get(name);
    if (known === undefined) {
      this.#byName.set(name, { name, count: 1, firstLine: line, lines: line > 0 ? [line] : [], detail });
      return;
    }
    known.count += 1;
    if (line > 0 && known.lines.length < LINES_MAX) known.lines.push(line);
  }

  get problems(): readonly CountedProblem[] {
    return [...this.#byName.values()];
  }
}
