// Makes the table of keys in docs/configuration.md anew, after a key was added or its words changed.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, root } from './build.mjs';

const code = build();
if (code === 0) {
  const { renewDocumentation } = await import('../dist/src/apps/config/documentation.testing.js');
  const { BUILT_INS } = await import('../dist/src/apps/config/defaults.js');
  const page = join(root, 'docs', 'configuration.md');
  writeFileSync(page, renewDocumentation(readFileSync(page, 'utf8'), BUILT_INS));
}
process.exitCode = code;
