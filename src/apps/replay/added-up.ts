/** Sums of nested counts, name by name: what one run counted and what the next one did. */
export function addedUp<T extends object>(a: T, b: T): T {
  const sum = { ...a } as Record<string, unknown>;
  for (const [name, count] of Object.entries(b)) {
    const before = sum[name];
    if (typeof count === 'number') sum[name] = (typeof before === 'number' ? before : 0) + count;
    else sum[name] = addedUp((before ?? {}) as object, count as object);
  }
  return sum as T;
}
