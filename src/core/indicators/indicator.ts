/**
 * A reading over a series. Closed values change it, forming values only ask, warming up is `undefined`.
 * Every update takes constant (or amortised constant) time and constant memory.
 */
export interface Indicator<Input, Reading> {
  /** How many closed inputs there must be before there is a reading. */
  readonly warmup: number;
  /** The reading after the last closed input. */
  readonly value: Reading | undefined;
  /** The reading if `input` closed now. Changes nothing. */
  peek(input: Input): Reading | undefined;
  /** Closes `input` and answers the new reading. */
  add(input: Input): Reading | undefined;
}
