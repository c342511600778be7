// npm run soak -- --hours 8 --speed 60 --seed 1      market hours; the last line is the result as JSON
import { parseArgs } from 'node:util';
import { WITHOUT_CHROMIUM } from './chromium.ts';
import { runSoak } from './run-soak.ts';

/** Of one core. */
const MAIN_THREAD_MAX = 0.5;
/** Of what it was at the beginning: the first signals and bars have yet to come. */
const HEAP_GROWTH_MAX = 1.5;

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '8' },
    speed: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
  },
});
const [hours, speed, seed] = [Number(values.hours), Number(values.speed), Number(values.seed)];
if (WITHOUT_CHROMIUM !== false) throw new Error(`the soak ${WITHOUT_CHROMIUM}`);
console.log(`${hours} market hours at ${speed}x before fifty instruments, seed ${seed}`);
const result = await runSoak({ hours, speed, seed, onReading: console.log });
const failed = [
  ...(result.marketHours < hours ? [`the market came to ${result.marketHours} hours only`] : []),
  ...result.problems,
  ...(result.mainThreadMean > MAIN_THREAD_MAX
    ? [`the main thread was busy for ${result.mainThreadMean} of a core`]
    : []),
  ...(result.heapMbLast > result.heapMbFirst * HEAP_GROWTH_MAX ? ['the heap has grown'] : []),
];
for (const problem of failed) console.log(`failed: ${problem}`);
if (failed.length > 0) process.exitCode = 1;
console.log(JSON.stringify(result));
