/** The order's comment is the one key that everybody keeps: the client order id, and for exits a leg and an attempt. */
export interface Mark {
  readonly clientOrderId: string;
  /** `undefined` for an order that carries the bare id: an entry, or the order of a CLOSE. */
  readonly leg: string | undefined;
}

const OURS = /^(tw-[0-9a-f]+)(?:-(\w+))?(?:\.\d+)?$/;

/** @returns `undefined` for an order of somebody else */
export function markOf(comment: string | null): Mark | undefined {
  const found = comment === null ? null : OURS.exec(comment);
  return found === null ? undefined : { clientOrderId: found[1]!, leg: found[2] };
}
