import assert from 'node:assert/strict';

/** Equal to a printed number, whether it was rounded or cut off there: less than one unit of its last digit away. */
export function printed(actual: number | undefined, text: string): void {
  const unit = 10 ** -(text.split('.')[1]?.length ?? 0);
  const fits = actual !== undefined && Math.abs(actual - Number(text)) < unit;
  assert.ok(fits, `${actual} is not printed as ${text}`);
}
