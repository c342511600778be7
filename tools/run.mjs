#!/usr/bin/env node
// `npm run tapewire -- …` and `npm start`: builds what changed, then runs the program in this process.
import { build } from './build.mjs';

const code = build();
if (code !== 0) process.exit(code);
await import('../dist/src/apps/cli.js');
