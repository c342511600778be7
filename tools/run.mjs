#!/usr/bin/env node
// `npm run tapewire -- …` and `npm start`: builds what changed, then runs the program in this very process, so that
// arguments, Ctrl-C and the exit code need nobody to hand them on.
import { buildIfChanged } from './build.mjs';

const code = buildIfChanged();
if (code === 0) await import('../dist/src/apps/cli.js');
else process.exitCode = code;
