// npm run faults -- --each 200 --seed 1
import { parseArgs } from 'node:util';
import { runFaults } from './fault-run.ts';

const { values } = parseArgs({
  options: {
    each: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    // A run of hours is as good in parts.
    from: { type: 'string', default: '1' },
    to: { type: 'string' },
  },
});
const part = { from: Number(values.from), ...(values.to !== undefined && { to: Number(values.to) }) };
const [each, seed] = [Number(values.each), Number(values.seed)];
console.log(`each fault ${each} times, seed ${seed}; to repeat: npm run faults -- --each ${each} --seed ${seed}`);
const { problems, ...result } = await runFaults({
  each,
  seed,
  only: values.only,
  ...part,
  onProgress: console.log,
});
if (problems.length > 0) process.exitCode = 1;
console.log(JSON.stringify(result));
