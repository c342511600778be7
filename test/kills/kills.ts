// npm run kills -- --kills 200 --seed 1
import { parseArgs } from 'node:util';
import { notAtStake, runDeliveryKills } from './run-delivery-kills.ts';
import { runKills } from './run-kills.ts';

/** Of the kills of a delivery run, how many more there are of a server that only clients of the guide use. */
const GUIDE_SHARE = 0.2;

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
});
const [kills, seed] = [Number(values.kills), Number(values.seed)];
const again = `npm run kills -- --kills ${kills} --seed ${seed}`;
console.log(`killing server and executor ${kills} times, seed ${seed}; to repeat: ${again}`);
const { problems, ...delivery } = await runDeliveryKills({ kills, seed, onProgress: console.log });
const guide = await runKills({ kills: Math.ceil(kills * GUIDE_SHARE), seed });
const idle =
  guide.signalsTold === 0 || guide.acknowledged === 0 ? ['nothing was at stake for clients of the guide'] : [];
for (const problem of [...problems, ...notAtStake({ problems, ...delivery }), ...idle]) {
  console.log(`failed: ${problem}`);
  process.exitCode = 1;
}
console.log(JSON.stringify({ kills_in_all: kills + guide.kills, ...delivery, guide }));
