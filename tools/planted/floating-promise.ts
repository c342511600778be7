// A fault on purpose: `npm run check` fails when the lint does not report it, because then it reports nothing.
async function save(): Promise<void> {
  await Promise.resolve();
}

export function planted(): void {
  save();
}
