/** The result of reading something from outside: a value, or what was wrong with it in words a person can act on. */
export type Decoded<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };
