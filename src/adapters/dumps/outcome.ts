/** What became of one file. */
export type Outcome =
  /** `resumed`: a part of it was there from an earlier try. */
  | { readonly kind: 'fetched'; readonly bytes: number; readonly resumed: boolean }
  /** It was there already, with the right checksum. */
  | { readonly kind: 'present'; readonly bytes: number }
  /** The server says that there is no such file. */
  | { readonly kind: 'missing' }
  /** Asked to stop; what there is of it stays, to go on from. */
  | { readonly kind: 'stopped' }
  | {
      readonly kind: 'failed';
      readonly problem: string;
      /** Whether the others will fail as well: the disk is full. */
      readonly isFinal: boolean;
    };
