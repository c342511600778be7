/**
 * What went wrong with a journal, by name:
 *   full       the disk has no room
 *   readonly   the file or its folder may not be written
 *   torn       the content is damaged or incomplete
 *   locked     somebody else holds it
 *   io         the disk reported an error: what it holds is known again after opening anew
 */
export type JournalFailure = 'full' | 'readonly' | 'torn' | 'locked' | 'io';

/** The world broke under the journal. The message is for a person: what, where, what to do. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly code: JournalFailure;

  constructor(code: JournalFailure, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
