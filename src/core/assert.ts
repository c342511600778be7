/** Thrown when our own code broke one of its rules. Never for bad input: that is a `Decoded` or a named refusal. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Stops the program on a bug of ours. The message names the part and the rule: `ema: input must be finite`. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}
