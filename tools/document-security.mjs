// Makes the tables in docs/security.md anew, after the security matrix was changed.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, root } from './build.mjs';

const code = build();
if (code === 0) {
  const { renewDocumentation } = await import('../dist/test/security/documentation.js');
  const page = join(root, 'docs', 'security.md');
  writeFileSync(page, renewDocumentation(readFileSync(page, 'utf8')));
}
process.exitCode = code;
