const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'this user has no right to do that',
  EPERM: 'this user has no right to do that',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota of this user is used up',
  EROFS: 'the file system is read-only',
  EFBIG: 'the file would be larger than the file system allows',
  EIO: 'the disk reported an error',
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  ENOTEMPTY: 'it is a folder with something in it',
  EEXIST: 'there is a file of that name',
  EBUSY: 'another program uses it',
  ETXTBSY: 'another program uses it',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links lead in a circle',
  EPIPE: 'nobody reads it any more',
};

/** What the system said of a file, for a person: the end of a sentence like "X cannot be written: …". */
export function faultWords(error: unknown): string {
  const words = WORDS[faultCode(error)];
  if (words !== undefined) return words;
  return error instanceof Error ? error.message : String(error);
}

/** The system's own name for it, such as `ENOSPC`; empty when it has none. */
export function faultCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
