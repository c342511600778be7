// A test reporter that says nothing but which tests were skipped and why: one JSON line each.
// A suite is skipped with its remedy as the reason: t.skip('needs Chromium: set CHROMIUM_PATH').

/** @param {AsyncIterable<{ type: string, data: any }>} source */
export default async function* reportSkips(source) {
  for await (const { type, data } of source) {
    if ((type !== 'test:pass' && type !== 'test:fail') || data.skip === undefined) continue;
    yield `${JSON.stringify({ file: data.file, name: data.name, reason: data.skip })}\n`;
  }
}
