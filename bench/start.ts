// From the start of the process to the first answer, and to the first signal, on an empty data directory.
//   node dist/bench/start.js [--rounds 7]
import { parseArgs } from 'node:util';
import { machine, spread } from './measure.testing.ts';
import { FreshServer } from './server.testing.ts';

const TARGET_MS = 1_500;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } });
const answers: number[] = [];
const signals: number[] = [];

console.log(machine());
for (let round = 0; round < Number(values.rounds); round += 1) {
  const server = new FreshServer(['--seed', `${round + 1}`]);
  try {
    answers.push(await server.untilAnswered('/api/health'));
    signals.push((await server.untilAnswered('/api/signals/latest')) / 1_000);
  } finally {
    await server.end();
  }
}
console.log(`first answer ms   ${spread(answers, 0)} (target < ${TARGET_MS})`);
console.log(`first signal s    ${spread(signals, 1)}`);
