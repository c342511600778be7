// npm run kills -- --kills 200 --seed 1
import { parseArgs } from 'node:util';
import { runKills } from './run-kills.ts';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
});
const [kills, seed] = [Number(values.kills), Number(values.seed)];
console.log(`killing ${kills} times, seed ${seed}; to repeat: npm run kills -- --kills ${kills} --seed ${seed}`);
console.log(JSON.stringify(await runKills({ kills, seed })));
