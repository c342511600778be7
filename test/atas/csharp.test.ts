import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { BUILT, dotnet, withoutDotnet } from './dotnet.ts';

/** Projects of C# tests, each a suite of its own. */
const PROJECTS = ['Bridge.Core.Tests', 'Platform.Tests', 'Bridge.Strategy.Tests'];

for (const project of PROJECTS) {
  it(`${project}: the C# tests pass`, { skip: withoutDotnet }, (t) => {
    const assembly = join(BUILT, project, 'release', `${project}.dll`);
    assert.ok(existsSync(assembly), `${assembly} is not there: run \`npm run build\``);
    const { status, output } = dotnet('test', assembly);
    const counts = /Passed!\s+- Failed:\s+0, Passed:\s+(\d+), Skipped:\s+0/.exec(output);
    assert.equal(status, 0, output);
    assert.ok(counts !== null && Number(counts[1]) > 0, `no test ran, or some were skipped:\n${output}`);
    t.diagnostic(`${counts[1]} tests in ${project}`);
  });
}
