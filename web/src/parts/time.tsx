import type { ReactElement } from 'react';
import { clockHere, clockUtc, fullUtc } from '../format.ts';

/** A moment: UTC, and in smaller figures the time of this browser. */
export function Moment({ at }: { readonly at: string | number }): ReactElement {
  return (
    <time dateTime={new Date(at).toISOString()} title={fullUtc(at)}>
      {clockUtc(at)} <small title="in the time of this browser">{clockHere(at)}</small>
    </time>
  );
}
