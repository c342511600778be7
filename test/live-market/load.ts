// npm run load -- --seconds 600
import { parseArgs } from 'node:util';
import { runLoad } from './load-run.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    instruments: { type: 'string', default: '540' },
    rate: { type: 'string', default: '20000' },
    depth: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
  },
});
const result = await runLoad(
  {
    ...{ seconds: Number(values.seconds), instruments: Number(values.instruments), seed: Number(values.seed) },
    ...{ tradesPerSecond: Number(values.rate), depthInstruments: Number(values.depth) },
  },
  console.log,
);
console.log(JSON.stringify(result));
process.exitCode = Object.keys(result.lost).length === 0 ? 0 : 1;
