import type { ReactElement } from 'react';
import { clockHere, clockUtc, fullUtc } from '../format.ts';

/** A moment: UTC, and in smaller figures the time of this browser where that is another. */
export function Moment({ at }: { readonly at: string | number }): ReactElement {
  const [utc, here] = [clockUtc(at), clockHere(at)];
  return (
    <time dateTime={new Date(at).toISOString()} title={`${fullUtc(at)}; ${here} in the time of this browser`}>
      {utc}
      {here !== utc && <small> {here}</small>}
    </time>
  );
}
