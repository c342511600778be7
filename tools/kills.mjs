// `npm run kills -- --kills 200 --seed 7`: kills the server again and again, and looks for what was lost.
import { build } from './build.mjs';

const code = build();
if (code === 0) await import('../dist/test/kills/kills.js');
else process.exitCode = code;
