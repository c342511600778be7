import { type BigIntStats, statSync } from 'node:fs';
import { JournalError } from '../../ports/journal-error.ts';

/**
 * Is the file that is open still the one a restart would find? Elsewhere than on Windows an open file can be deleted,
 * moved or replaced, and SQLite goes on writing into what has no name any more. Asking takes some microseconds.
 */
export class FileIdentity {
  readonly #path: string;
  readonly #stats: readonly (BigIntStats | undefined)[];

  /** For a file in write-ahead mode that was written to, so that its log is there. */
  constructor(path: string) {
    this.#path = path;
    this.#stats = this.#look();
  }

  /** Throws a JournalError when the path leads elsewhere. */
  verify(): void {
    const found = this.#look();
    const isSame = this.#stats.every((was, index) => {
      const is = found[index];
      return was?.ino === is?.ino && was?.dev === is?.dev;
    });
    if (isSame) return;
    const remedy = 'Start again: with a copy of it if there is one, else a new journal begins';
    throw new JournalError(
      'io',
      `${this.#path} is gone: it was deleted, moved or replaced while it was open. ${remedy}`,
    );
  }

  #look(): (BigIntStats | undefined)[] {
    return ['', '-wal'].map((suffix) => statSync(`${this.#path}${suffix}`, { bigint: true, throwIfNoEntry: false }));
  }
}
