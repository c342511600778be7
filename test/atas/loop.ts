// npm run loop -- --signals 2000 --seed 1
import { parseArgs } from 'node:util';
import { builtAtas, withoutDotnet } from './dotnet.ts';
import { runLoops } from './loops.ts';

const { values } = parseArgs({
  options: {
    signals: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    loops: { type: 'string', default: '4' },
    'kill-every': { type: 'string', default: '25' },
    grace: { type: 'string', default: '5000' },
  },
});
const { signals, seed, loops, grace, 'kill-every': every } = values;
const numbers = {
  ...{ signals: Number(signals), seed: Number(seed), loops: Number(loops) },
  ...{ killEvery: Number(every), graceMs: Number(grace) },
};
if (withoutDotnet === false) {
  const again = `npm run loop -- --signals ${signals} --seed ${seed} --loops ${loops} --kill-every ${every} --grace ${grace}`;
  console.log(`${signals} signals in ${loops} loops at once, seed ${seed}; to repeat: ${again}`);
  const { summary, results, problems } = await runLoops({ ...numbers, build: builtAtas(), onProgress: console.log });
  for (const problem of problems) console.log(`failed (seed ${seed}): ${problem}`);
  for (const { told } of results.filter((result) => result.problems.length > 0)) console.log(told.join('\n'));
  console.log(JSON.stringify(summary));
  process.exitCode = problems.length === 0 ? 0 : 1;
} else {
  console.log(`the closed loop ${withoutDotnet}`);
  process.exitCode = 1;
}
