// npm run messages -- --count 10000 --seed 1
import { parseArgs } from 'node:util';
import { brokenPromises, runMessages } from './messages-run.ts';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
const result = await runMessages({ count: Number(values.count), seed: Number(values.seed) });
for (const problem of brokenPromises(result)) {
  console.log(`failed: ${problem}; to repeat: npm run messages -- --count ${result.count} --seed ${result.seed}`);
  process.exitCode = 1;
}
console.log(JSON.stringify(result));
